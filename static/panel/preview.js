"use strict";
// The counts above the preview of a table show the rows of one outcome alone; pressed again, all.
for (const button of document.querySelectorAll(".counts button[data-outcome]"))
  button.addEventListener("click", () => {
    const isPressed = button.getAttribute("aria-pressed") === "true";
    for (const other of document.querySelectorAll(".counts button[data-outcome]")) other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", String(!isPressed));
    for (const row of document.querySelectorAll("table.preview tbody tr"))
      row.hidden = !isPressed && !row.classList.contains(button.dataset.outcome);
  });
