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
  // Hidden fields that say which draft a line is, and in which state line and notification were shown.
  const KEY = /^(form-\d+-(entry|version)|version)$/;
  const fields = [...form.elements].filter(({ name, type }) =>
    name && !name.startsWith("_") && (KEY.test(name) || !/hidden|submit|button|file|password/.test(type)));
  // Boxes of one name are kept one by one; the panel shows every list of several choices as boxes.
  const isBox = ({ type }) => /^(checkbox|radio)$/.test(type);
  const keyOf = (field) => isBox(field) ? `${field.name}=${field.value}` : field.name;
  const valueOf = (field) => isBox(field) ? (field.checked ? "1" : "") : field.value;
  const fill = (field, value, text) => {
    if (isBox(field)) {
      field.checked = value === "1";
      return;
    }
    if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))
      field.add(new Option(text, value));
    field.value = value;
  };
  const read = () =>
    Object.fromEntries(fields.map((field) => [keyOf(field), [valueOf(field), field.selectedOptions?.[0]?.text ?? ""]]));
  // A page that shows what was sent and not saved has nothing of it stored: all of it counts as typed.
  const opened = dataset.unsaved ? {} : read();
  const isChanged = () => JSON.stringify(read()) !== JSON.stringify(opened);
  // What is kept: the fields, without the drafts among the lines of a notification that nothing was typed into.
  const lineOf = (name) => /^form-\d+-/.exec(name)?.[0];
  const changed = () => {
    const now = read();
    const differing = new Set(Object.keys(now).filter((name) => String(now[name]) !== String(opened[name])).map(lineOf));
    const isKept = (line) => !line || differing.has(line) || !now[`${line}entry`]?.[0];
    return Object.fromEntries(Object.entries(now).filter(([name]) => isKept(lineOf(name))));
  };
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
    const stored = { at: new Date().toISOString(), version, fields: changed() };
    localStorage.setItem(slot, JSON.stringify(stored));
    waiting = setTimeout(() => send(slot, stored), 1000);
  };

  // The lines of a notification among values, in their order. A line is known by the draft that it is, never by its place.
  const linesOf = (values) => {
    const lines = [];
    for (const [name, pair] of Object.entries(values)) {
      const [, number, column] = /^form-(\d+)-(\w+)$/.exec(name) ?? [];
      if (column) (lines[number] ??= {})[column] = pair;
    }
    // Texts that an earlier version of this script kept have no key: their lines are those of the same place.
    lines.forEach((line, number) => line.entry ??= [form.elements[`form-${number}-entry`]?.value ?? "", ""]);
    return lines.filter(Boolean);
  };
  const draftOf = (line) => line.entry[0];
  const typedIn = (line) => JSON.stringify(Object.entries(line).filter(([column, [value]]) => value && !/^(entry|version)$/.test(column))
    .map(([column, [value]]) => [column, value]).sort());
  const isBlank = (line) => typedIn(line) === "[]";

  // Lines of this form with kept ones put over them: each over the draft that it was typed into, new ones after all drafts.
  const linesWith = (stored) => {
    const [here, typed] = [linesOf(read()), linesOf(stored.fields)];
    const added = typed.filter((line) => !draftOf(line));
    const isTyped = (line) => typed.some((other) => draftOf(other) ? draftOf(other) === draftOf(line) : typedIn(other) === typedIn(line));
    return [
      ...here.filter(draftOf).map((line) => typed.find((other) => draftOf(other) === draftOf(line)) ?? line),
      ...typed.filter((line) => draftOf(line) && !here.some((other) => draftOf(other) === draftOf(line))),
      ...added.slice(0, added.findLastIndex((line) => !isBlank(line)) + 1),
      ...here.filter((line) => !draftOf(line) && !isBlank(line) && !isTyped(line)),
    ];
  };

  const putBack = (stored) => {
    const values = Object.fromEntries(Object.entries(stored.fields).filter(([name]) => !lineOf(name)));
    const lines = linesWith(stored);
    // Drafts that this form does not show so: the site shows the form again, and beside it what was saved meanwhile.
    let isOther = false;
    lines.forEach((line, number) => Object.entries(line).forEach(([column, pair]) => { values[`form-${number}-${column}`] = pair; }));
    for (const field of fields) {
      const [value, text] = values[keyOf(field)] ?? [lineOf(field.name) ? "" : undefined];
      if (value === undefined) continue;
      isOther ||= KEY.test(field.name) && field.value !== value;
      fill(field, value, text);
      window.django?.jQuery(field).trigger("change");
    }
    const more = Object.entries(values).filter(([name]) => lineOf(name) && !form.elements[name]);
    const again = form.elements._check;
    if (!again || !(isOther || more.length)) {
      keep();
      return true;
    }
    for (const [name, [value]] of more) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.elements["form-INITIAL_FORMS"].value = lines.filter(draftOf).length;
    form.elements["form-TOTAL_FORMS"].value = Math.max(form.elements["form-TOTAL_FORMS"].value, lines.length);
    form.noValidate = true;
    form.requestSubmit(again);
    return false;  // what is kept stays so until that form is there
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const offer = (keys, stored) => {
    const notice = document.createElement("div");
    notice.className = "notice warn unsaved";
    notice.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = `Typed here on ${clock(stored.at)}, and not saved: it has been kept.`
      + (stored.version === version ? "" : " The draft has been saved since then.");
    const end = () => { keys.forEach(discard); notice.remove(); };
    notice.append(words, button("Put it back", () => putBack(stored) && end()), " ", button("Discard it", end));
    form.prepend(notice);
  };

  // Whether all that was typed of a kept text stands in the form already.
  const isHere = (stored) => {
    const here = linesOf(read());
    return linesOf(stored.fields).every((line) => isBlank(line)
        || here.some((other) => draftOf(other) === draftOf(line) && typedIn(other) === typedIn(line)))
      && fields.every((field) => {
        const [before] = stored.fields[keyOf(field)] ?? [""];
        return lineOf(field.name) || KEY.test(field.name) || before === "" || before === valueOf(field);
      });
  };

  // What was typed of a kept text, without what the site never has and what it alone counts.
  const typedOf = ({ fields: values }) => JSON.stringify(Object.entries(values)
    .filter(([name, [value]]) => value && !/^contact_|^(form-\d+-)?version$/.test(name))
    .map(([name, [value]]) => [name, value.replace(/\r\n/g, "\n")]).sort());

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
    clearTimeout(waiting);  // what is sent now could come to the site after the form has been saved, and be offered again
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
  // The same text may be kept by the page that sent it, by the site that refused it, and by the page that showed it again.
  const offers = new Map();
  for (const [key, stored] of [...kept].sort()) {
    if (key === slot) continue;
    if (isHere(stored)) dataset.unsaved ? replaced.push(key) : discard(key);
    else offers.set(typedOf(stored), [...(offers.get(typedOf(stored)) ?? []), [key, stored]]);
  }
  for (const same of offers.values()) offer(same.map(([key]) => key), same.at(-1)[1]);
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
