/* Subscribing asks for what stands in the form above it, also where it was not chosen by its own button. */
"use strict";

const [choice, mail] = document.querySelectorAll("form.scenario");
mail?.addEventListener("submit", () => {
  const asked = [...new FormData(choice)].filter(([, value]) => value);
  mail.action = "?" + new URLSearchParams(asked);
});
