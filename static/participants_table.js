/* The list of participants follows its question: htmx asks, and this puts the answer in place.
   htmx's own swap visits every element that comes and goes, which for hundreds of rows holds up the next key. */
"use strict";

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  detail.shouldSwap = false;
  const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  setTimeout(() => {  // a key pressed meanwhile comes first
    const held = document.activeElement.id;
    for (const id of ["people", "filters", "more-filters", "cite"]) document.getElementById(id).replaceWith(page.getElementById(id));
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
    const address = new URL(detail.pathInfo.finalRequestPath, location);
    if (address.search === location.search) return;  // the same question again is no other place to go back to
    const ours = { htmx: true };  // on the way back htmx asks for the page again
    history.replaceState(ours, "");
    history.pushState(ours, "", address);
  });
});
