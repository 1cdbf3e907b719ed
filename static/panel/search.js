"use strict";
// In a search field, Enter takes the highlighted result. Where two results fit the typed words equally well, none is
// highlighted: a person has to choose, so that "Korea" does not become one of the two.
window.addEventListener("load", () => {
  const $ = window.django?.jQuery;
  // An entry is about another of the same treaty: the search for it is told which treaty is chosen.
  $?.ajaxPrefilter((options) => {
    const treaty = document.getElementById("id_treaty")?.value;
    if (treaty && typeof options.data === "string" && options.data.includes("field_name=relates_to"))
      options.data += `&treaty=${encodeURIComponent(treaty)}`;
  });
  $?.(document).on("select2:open", ".admin-autocomplete", ({ target }) => {
    const search = $(target).data("select2");
    if (search.isWatched) return;
    search.isWatched = true;
    search.on("results:all", ({ data }) => {
      const [first] = data.results ?? [];
      if (!first || data.results.length === 1 || first.certain !== false) return;
      const { $results } = search.results;
      $results.find(".select2-results__option--highlighted").removeClass("select2-results__option--highlighted");
      $results.find("[aria-selected=true]").attr("aria-selected", "false");
    });
  });
});
