/* Beside htmx: empties what is about to be replaced.
   htmx says farewell to each element that it takes away, one by one, and copies the page for a history that it does
   not keep; with hundreds of rows, both take most of the time of a swap. What is gone before costs nothing. */
"use strict";

for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) {
  document.addEventListener(name, ({ detail }) => { if (detail.shouldSwap) detail.target.replaceChildren(); });
}
