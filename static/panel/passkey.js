"use strict";
// A form with `data-passkey` asks the server for a challenge, lets the browser make (create) or use (get) a passkey, and
// sends the answer.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || !form.elements.answer.disabled) return;
  event.preventDefault();
  const [note, { answer }] = [form.querySelector(".errornote"), form.elements];
  note.hidden = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!response.ok) throw new Error(response.status < 500 || response.status === 503 ? await response.text() : "The server did not answer.");
    const challenge = await response.json();
    const makes = form.dataset.passkey === "create";
    const publicKey = makes
      ? PublicKeyCredential.parseCreationOptionsFromJSON(challenge)
      : PublicKeyCredential.parseRequestOptionsFromJSON(challenge);
    const credential = await (makes ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    answer.value = JSON.stringify(credential.toJSON());
    answer.disabled = false;
    form.submit();
  } catch (error) {
    note.textContent = error.name === "NotAllowedError"
      ? "No passkey was used: it was cancelled, or this device has none for this site."
      : `The passkey could not be used: ${error.message}`;
    note.hidden = false;
  }
});
