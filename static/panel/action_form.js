"use strict";
// While a clerk fills in the form of an entry: say how the date is read and where the participant stands, offer the kinds
// that fit, and group apart those to be explained and those that are impossible, with their reason once chosen. The
// server decides; without this script it says the same on saving.
document.addEventListener("DOMContentLoaded", () => {
  const advice = document.getElementById("advice");
  const field = (name) => document.getElementById(`id_${name}`);
  const kind = field("kind");
  if (!advice || !kind) return;
  const labels = new Map([...kind.options].map((option) => [option.value, option.text]));
  const about = document.querySelector(".field-relates_to");
  let running = null;

  // A list to pick provisions from, beside the field that takes them.
  const pick = document.createElement("select");
  pick.className = "pick";
  pick.setAttribute("aria-label", "Add a provision");
  pick.addEventListener("change", () => {
    const box = field("provisions");
    if (pick.value) box.value = box.value.trim() ? `${box.value.trim()}, ${pick.value}` : pick.value;
    pick.value = "";
  });
  field("provisions").after(pick);

  const line = (text, style) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    if (style) paragraph.className = style;
    return paragraph;
  };

  // The server's order of the kinds is kept within each group.
  const order = [...kind.options].sort((one, other) => Number(Boolean(one.value)) - Number(Boolean(other.value)));
  const groups = { unusual: "Other kinds, to be explained", impossible: "Impossible now" };
  const group = (kinds) => {
    if (!Object.keys(kinds).length) return;
    const chosen = kind.value;
    const boxes = Object.entries(groups).map(([fit, label]) => {
      const box = document.createElement("optgroup");
      box.label = label;
      box.append(...order.filter((option) => kinds[option.value]?.fit === fit));
      return box;
    });
    const offered = order.filter((option) => !(kinds[option.value]?.fit in groups));
    kind.replaceChildren(...offered, ...boxes.filter((box) => box.children.length));
    kind.value = chosen;
  };

  const show = (answer) => {
    const lines = [];
    if (answer.standing) lines.push(line(answer.standing));
    for (const other of answer.waiting) lines.push(line(`Also waiting: ${other}.`, "unusual"));
    if (answer.date) lines.push(line(`Effected on ${answer.date}`, "read"));
    group(answer.kinds);
    const chosen = answer.kinds[kind.value];
    if (chosen) {
      lines.push(line(`${labels.get(kind.value)}: ${chosen.meaning}.`, "read"));
      if (chosen.why) lines.push(line(chosen.why, chosen.fit));
    }
    about.hidden = Boolean(chosen && !chosen.about_another && !field("relates_to").value);
    const offered = [["", "Add a provision…"], ...answer.provisions];
    pick.replaceChildren(...offered.map(([value, text]) => new Option(text, value)));
    const usual = answer.standing ? [...kind.options].filter((option) => answer.kinds[option.value]?.fit === "usual") : [];
    const suggested = usual.map((option) => labels.get(option.value));
    if (suggested.length && !kind.value) lines.push(line(`Usual now: ${suggested.join(", ")}.`));
    advice.replaceChildren(...lines);
    advice.hidden = lines.length === 0;
  };

  const ask = async () => {
    const query = new URLSearchParams({ entry: advice.dataset.entry, corrects: advice.dataset.corrects });
    for (const name of ["treaty", "participant", "taken_on", "relates_to"]) query.set(name, field(name)?.value ?? "");
    running?.abort();
    running = new AbortController();
    try {
      const response = await fetch(`${advice.dataset.address}?${query}`, { signal: running.signal });
      if (response.ok) show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") advice.hidden = true;
    }
  };

  // The search fields are jQuery's and announce a choice only there.
  for (const name of ["treaty", "participant", "relates_to"]) django.jQuery(field(name)).on("change", ask);
  kind.addEventListener("change", ask);
  field("taken_on").addEventListener("change", ask);
  ask();
});
