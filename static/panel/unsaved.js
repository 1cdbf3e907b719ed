"use strict";
// What is typed into a form of the panel is kept until it is saved: at once in this browser, and within a second with
// the site, where its author finds it from any browser. After an ended session, a closed tab or a lost network the form
// offers it again, and says where it is kept. Leaving with unsaved changes asks first.
window.addEventListener("load", async () => {
  const form = document.querySelector("form:has(input[name=_version])");
  if (!form) return;
  const { value: version, dataset } = form.elements._version;
  const address = `${location.pathname}${location.search}`;
  const place = `unsaved:${dataset.user}:${address}:`;
  const slot = place + Date.now();
  const fields = [...form.elements].filter(({ name, type }) =>
    name && !name.startsWith("_") && !/hidden|submit|button|file|password/.test(type));
  const read = () =>
    Object.fromEntries(fields.map(({ name, value, selectedOptions }) => [name, [value, selectedOptions?.[0]?.text ?? ""]]));
  // A page that shows what was sent and not saved has nothing of it stored: all of it counts as typed.
  const opened = dataset.unsaved ? "" : JSON.stringify(read());
  const isChanged = () => JSON.stringify(read()) !== opened;
  let isSubmitted = false;
  let waiting = 0;
  let isWithSite = false;
  const replaced = [];  // what stands in this form again; it is discarded once the form itself is kept

  const where = document.createElement("p");
  where.className = "help kept";
  where.setAttribute("role", "status");
  form.append(where);
  const clock = (at) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

  const send = async (key, stored) => {
    const body = JSON.stringify({ ...stored, key, address, title: document.querySelector("#content h1")?.textContent ?? document.title });
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      const answer = await fetch(dataset.keeper, { method: "POST", headers, body, redirect: "error" });
      isWithSite = answer.ok;
      if (isWithSite) replaced.splice(0).forEach(discard);
    } catch {
      isWithSite = false;
    }
    where.textContent = isWithSite
      ? `Not saved yet. Kept for you on the start page, ${clock(stored.at)}.`
      : `Not saved yet. Kept in this browser alone, ${clock(stored.at)}: the site did not take it.`;
  };
  const discard = (key) => {
    localStorage.removeItem(key);
    forget(dataset.keeper, key, form.elements.csrfmiddlewaretoken.value);
  };

  const keep = () => {
    clearTimeout(waiting);
    if (!isChanged()) {
      if (localStorage.getItem(slot)) discard(slot);
      where.textContent = "";
      return;
    }
    const stored = { at: new Date().toISOString(), version, fields: read() };
    localStorage.setItem(slot, JSON.stringify(stored));
    waiting = setTimeout(() => send(slot, stored), 1000);
  };

  // Lines that were typed into, and that this form does not offer: the site shows the form again with all of them. What
  // is kept stays so until that form is there.
  const offerMoreLines = (stored) => {
    const more = Object.entries(stored.fields).filter(([name, [value]]) => value && !form.elements[name] && /^form-\d+-/.test(name));
    const total = form.elements["form-TOTAL_FORMS"];
    const again = form.elements._check;
    if (!more.length || !total || !again) return false;
    for (const [name, [value]] of more) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    total.value = Math.max(total.value, ...more.map(([name]) => Number(name.split("-")[1]) + 1));
    form.noValidate = true;
    form.requestSubmit(again);
    return true;
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
    return !offerMoreLines(stored);
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
    words.textContent = `Typed here on ${clock(stored.at)}, and not saved: it has been kept.`
      + (stored.version === version ? "" : " The draft has been saved since then.");
    const end = () => { discard(key); notice.remove(); };
    notice.append(words, button("Put it back", () => putBack(stored) && end()), " ", button("Discard it", end));
    form.prepend(notice);
  };

  // Whether every field of a kept text that has one stands in the form already.
  const isHere = (stored) => fields.every(({ name, value }) => {
    const [before] = stored.fields[name] ?? [""];
    return before === "" || before === value;
  });

  const kept = new Map();
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(place))) {
    try {
      kept.set(key, JSON.parse(localStorage.getItem(key)));
    } catch {
      localStorage.removeItem(key);
    }
  }
  form.addEventListener("input", keep);
  window.django?.jQuery(form).on("change", keep);
  form.addEventListener("submit", () => {
    isSubmitted = true;
    keep();
    sessionStorage.setItem("submitted", JSON.stringify({ slot, keeper: dataset.keeper }));
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSubmitted && isChanged()) event.preventDefault();
  });

  try {
    const answer = await fetch(`${dataset.keeper}?${new URLSearchParams({ address })}`, { redirect: "error" });
    for (const { key, ...stored } of (await answer.json()).forms) if (!kept.has(key)) kept.set(key, stored);
  } catch {
    where.textContent = "The site does not answer: what you type is kept in this browser.";
  }
  for (const [key, stored] of [...kept].sort()) {
    if (key === slot) continue;
    if (isHere(stored)) dataset.unsaved ? replaced.push(key) : discard(key);
    else offer(key, stored);
  }
  if (dataset.unsaved) keep();
});

const forget = (keeper, key, token) =>
  fetch(`${keeper}?${new URLSearchParams({ key })}`, { method: "DELETE", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});

// The page after a form that was saved has a message of success: its text need not be kept any more.
window.addEventListener("load", () => {
  const submitted = sessionStorage.getItem("submitted");
  if (!submitted) return;
  sessionStorage.removeItem("submitted");
  if (!document.querySelector(".messagelist .success")) return;
  const { slot, keeper } = JSON.parse(submitted);
  localStorage.removeItem(slot);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) forget(keeper, slot, token);
});
