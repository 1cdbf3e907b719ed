// A chart that could not be drawn at once (503, because others are being drawn) is asked for again.
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.status === 503) {
    setTimeout(() => htmx.trigger(elt, "again"), 1000 * (Number(xhr.getResponseHeader("Retry-After")) || 2));
  }
});
