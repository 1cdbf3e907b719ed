/* The overview's slider: moves the day over the map, the places and the numbers.
   Each day is the page's own address with that as_of; what the page marks `data-live` is taken from the answer. */
"use strict";

(() => {
  const form = document.querySelector("form.time");
  const stops = form.dataset.days.split(" ");
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const play = form.querySelector(".play");
  const slider = form.querySelector("input[type=range]");
  const output = form.querySelector("output");
  const places = new Map(Array.from(document.querySelectorAll(".map a[data-participant]"), (place) => [place.dataset.participant, place]));
  const answers = new Map();
  const kept = 40;
  const DAY = 86400000;
  const pace = 1200;
  const rest = 500;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;  // Play then goes one stop on at each press
  const idle = still ? play.dataset.next : play.textContent;
  let wanted = form.elements.as_of.value;
  let playing = 0;
  let drawing = 0;

  const dayAt = (index) => new Date(Date.parse(first) + index * DAY).toISOString().slice(0, 10);
  const indexOf = (day) => Math.round((Date.parse(day) - Date.parse(first)) / DAY);
  const language = { en: "en-GB", ar: "ar-u-nu-latn" }[document.documentElement.lang] || document.documentElement.lang;
  const written = (day) => new Date(day).toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  function address(day) {
    const url = new URL(location.href);
    url.hash = "";
    if (day === last) url.searchParams.delete("as_of");
    else url.searchParams.set("as_of", day);
    return url.href;
  }

  async function read(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  function answer(day) {
    if (!answers.has(day)) {
      if (answers.size >= kept) answers.delete(answers.keys().next().value);
      const asked = read(address(day));
      asked.catch(() => answers.delete(day));
      answers.set(day, asked);
    }
    return answers.get(day);
  }

  /* A curve that nobody has asked for yet is drawn once the day rests; until then the one before stays. */
  function draw(part, here) {
    const link = part.querySelector("[data-draw]");
    clearTimeout(drawing);
    drawing = setTimeout(async () => {
      const day = wanted;
      here.setAttribute("aria-busy", "true");
      const figure = await read(link.href).then((found) => found.querySelector("figure.chart"), () => link.parentNode);
      here.removeAttribute("aria-busy");
      if (day === wanted) here.replaceChildren(figure.cloneNode(true));
    }, playing ? 2 * pace : rest);
  }

  function show(page) {
    for (const part of page.querySelectorAll("[data-live]")) {
      const here = document.querySelector(`[data-live="${part.dataset.live}"]`);
      if (part.querySelector("[data-draw]")) draw(part, here);
      else if (here && here.innerHTML !== part.innerHTML) here.replaceChildren(...part.cloneNode(true).childNodes);
    }
    for (const place of page.querySelectorAll(".map a[data-participant]")) {
      const here = places.get(place.dataset.participant);
      here.setAttribute("href", place.getAttribute("href"));
      if (here.getAttribute("class") === place.getAttribute("class") && here.textContent === place.textContent) continue;
      const [now, then] = [here.querySelectorAll("title, tspan"), place.querySelectorAll("title, tspan")];
      here.setAttribute("class", place.getAttribute("class"));
      then.forEach((text, index) => { now[index].textContent = text.textContent; });
    }
    document.querySelector(".map-key").replaceWith(page.querySelector(".map-key").cloneNode(true));
  }

  async function go(day) {
    wanted = day;
    clearTimeout(drawing);
    slider.value = indexOf(day);
    output.textContent = written(day);
    form.setAttribute("aria-busy", "true");
    try {
      const page = await answer(day);
      await new Promise((heard) => { setTimeout(heard); });  // what was pressed while the page was read comes first
      if (day !== wanted) return;
      show(page);
      slider.setAttribute("aria-valuetext", `${written(day)}: ${page.querySelector("h1").textContent}`);
      form.elements.as_of.value = day;
      history.replaceState(null, "", address(day));
      form.removeAttribute("aria-busy");
    } catch (error) {
      if (day !== wanted) return;
      stop();
      form.removeAttribute("aria-busy");
      output.textContent = `${play.dataset.failed.replace("{day}", written(day))} ${error.message}`;
    }
  }

  function stop() {
    clearTimeout(playing);
    playing = 0;
    play.textContent = idle;
  }

  async function step(from) {
    const next = stops.find((day) => day > from);
    if (!next) return stop();
    const pause = new Promise((resolve) => { playing = setTimeout(resolve, pace); });
    answer(next).catch(() => {});
    await pause;
    if (!playing) return undefined;
    await go(next);
    return playing ? step(next) : undefined;
  }

  play.textContent = idle;
  slider.max = indexOf(last);
  slider.value = indexOf(wanted);
  output.textContent = written(wanted);
  slider.setAttribute("aria-valuetext", `${written(wanted)}: ${document.querySelector("h1").textContent}`);
  slider.addEventListener("input", () => { stop(); go(dayAt(Number(slider.value))); });
  play.addEventListener("click", () => {
    if (playing) return stop();
    if (still) return go(stops.find((day) => day > wanted) ?? first);
    play.textContent = play.dataset.pause;
    playing = 1;
    const start = wanted >= last ? first : wanted;
    return go(start).then(() => playing && step(start));
  });
  const curve = document.querySelector("[data-live=curve]");
  if (curve.querySelector("[data-draw]")) draw(curve, curve);
  for (const element of form.querySelectorAll("[hidden]")) element.hidden = false;
  for (const element of form.querySelectorAll(".plain-date")) element.hidden = true;
})();
