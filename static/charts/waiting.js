// A chart that could not be drawn at once is asked for again: others are being drawn (503), or the visitor has asked for
// many in a short while (429, by the proxy).
const WAIT = new Set([429, 503]);
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (WAIT.has(xhr.status)) {
    setTimeout(() => htmx.trigger(elt, "again"), 1000 * (Number(xhr.getResponseHeader("Retry-After")) || 2));
  }
});
