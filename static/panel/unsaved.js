"use strict";
// What is typed into the form of an entry is kept in this browser until it is saved: after an ended session, a closed
// tab or a lost network the form offers it again. Leaving with unsaved changes asks first.
window.addEventListener("load", () => {
  const form = document.querySelector("form:has(input[name=_version])");
  if (!form) return;
  const { value: version, dataset } = form.elements._version;
  const place = `unsaved:${dataset.user}:${location.pathname}${location.search}:`;
  const slot = place + Date.now();
  const fields = [...form.elements].filter(({ name, type }) =>
    name && !name.startsWith("_") && !/hidden|submit|button|file|password/.test(type));
  const read = () =>
    Object.fromEntries(fields.map(({ name, value, selectedOptions }) => [name, [value, selectedOptions?.[0]?.text ?? ""]]));
  // A page that shows what was sent and not saved has nothing of it stored: all of it counts as typed.
  const opened = dataset.unsaved ? "" : JSON.stringify(read());
  const isChanged = () => JSON.stringify(read()) !== opened;
  let isSubmitted = false;

  const keep = () => {
    if (isChanged()) localStorage.setItem(slot, JSON.stringify({ at: new Date().toISOString(), version, fields: read() }));
    else localStorage.removeItem(slot);
  };

  const putBack = (stored) => {
    for (const field of fields) {
      const [value, text] = stored.fields[field.name] ?? [];
      if (value === undefined) continue;
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))
        field.add(new Option(text, value));
      field.value = value;
      window.django?.jQuery(field).trigger("change");
    }
    keep();
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const offer = (key, stored) => {
    const notice = document.createElement("div");
    notice.className = "notice warn unsaved";
    notice.setAttribute("role", "status");
    const words = document.createElement("p");
    const at = new Date(stored.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
    words.textContent = `Typed here on ${at} (UTC), and not saved: this browser has kept it.`
      + (stored.version === version ? "" : " The draft has been saved since then.");
    const end = () => { localStorage.removeItem(key); notice.remove(); };
    notice.append(words, button("Put it back", () => { putBack(stored); end(); }), " ", button("Discard it", end));
    form.prepend(notice);
  };

  // Whether every field of a kept text that has one stands in the form already.
  const isHere = (stored) => fields.every(({ name, value }) => {
    const [before] = stored.fields[name] ?? [""];
    return before === "" || before === value;
  });

  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(place)).sort()) {
    try {
      const stored = JSON.parse(localStorage.getItem(key));
      if (isHere(stored)) localStorage.removeItem(key);
      else offer(key, stored);
    } catch {
      localStorage.removeItem(key);
    }
  }

  if (dataset.unsaved) keep();
  form.addEventListener("input", keep);
  window.django?.jQuery(form).on("change", keep);
  form.addEventListener("submit", () => {
    isSubmitted = true;
    keep();
    sessionStorage.setItem("submitted", slot);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSubmitted && isChanged()) event.preventDefault();
  });
});

// The page after a form that was saved has a message of success: its text need not be kept any more.
window.addEventListener("load", () => {
  const slot = sessionStorage.getItem("submitted");
  if (!slot) return;
  sessionStorage.removeItem("submitted");
  if (document.querySelector(".messagelist .success")) localStorage.removeItem(slot);
});
