/* Buttons that copy the text beside them, such as a citation or an embed's code. */
"use strict";

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !navigator.clipboard;
  const idle = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.closest(".copied").querySelector("pre, a").textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = idle; }, 2000);
  });
}
