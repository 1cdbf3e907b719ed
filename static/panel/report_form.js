"use strict";
// While a clerk fills in a report: offer the stages of the measure alone, and the contact point where it has one.
// The server decides; without this script it says the same on saving.
document.addEventListener("DOMContentLoaded", () => {
  const measure = document.getElementById("id_measure");
  const stage = document.getElementById("id_stage");
  const contact = document.querySelector(".field-contact_name")?.closest("fieldset");
  if (!measure || !stage) return;
  const measures = JSON.parse(document.getElementById("measures").textContent);
  const all = [...stage.options];
  const narrow = () => {
    const chosen = measures[measure.value];
    const before = stage.value;
    const offered = all.filter((option) => !option.value || !chosen || chosen.stages.includes(option.value));
    stage.replaceChildren(...offered);
    stage.value = offered.some((option) => option.value === before) ? before : "";
    if (contact) contact.hidden = Boolean(chosen && !chosen.contact);
  };
  measure.addEventListener("change", narrow);
  narrow();
});
