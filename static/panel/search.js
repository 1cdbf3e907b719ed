"use strict";
// In a search field, Enter takes the highlighted result. Where two results fit the typed words equally well, none is
// highlighted: a person has to choose, so that "Korea" does not become one of the two.
window.addEventListener("load", () => {
  const $ = window.django?.jQuery;
  const watch = (element) => {
    const search = $(element).data("select2");
    if (!search || search.isWatched) return;
    search.isWatched = true;
    search.on("results:all", ({ data }) => {
      const [first] = data.results ?? [];
      if (!first || data.results.length === 1 || first.certain !== false) return;
      search.results.$results.find(".select2-results__option--highlighted").removeClass("select2-results__option--highlighted");
      search.results.$results.find("[aria-selected=true]").attr("aria-selected", "false");
    });
  };
  $?.(".admin-autocomplete").each((_, element) => watch(element));
  document.addEventListener("formset:added", ({ target }) =>
    target.querySelectorAll(".admin-autocomplete").forEach(watch));
});
