"use strict";
// In a search field, Enter takes the highlighted result. Where two results fit the typed words equally well, none is
// highlighted: a person has to choose, so that "Korea" does not become one of the two.
window.addEventListener("load", () => {
  const $ = window.django?.jQuery;
  // An entry is about another of the same treaty, and so is its source: the search is told which treaty is chosen.
  $?.ajaxPrefilter((options) => {
    const treaty = document.getElementById("id_treaty")?.value;
    if (treaty && typeof options.data === "string" && /field_name=(relates_to|source)\b/.test(options.data))
      options.data += `&treaty=${encodeURIComponent(treaty)}`;
  });
  // The library names a search field by what is chosen in it, an empty one not at all, and calls what is chosen another
  // field: the label comes first. It makes the fields when it likes, those of added rows later.
  const nameOf = (select) => select.getAttribute("aria-label") ?? select.labels[0]?.textContent.trim().replace(/:$/, "");
  const nameAll = () => {
    for (const field of document.querySelectorAll("select.admin-autocomplete + .select2 [role=combobox]:not([aria-label])")) {
      const select = field.closest(".select2").previousElementSibling;
      const chosen = field.querySelector("[role=textbox]");
      field.id = `${select.id}-search`;
      field.setAttribute("aria-label", nameOf(select) ?? "");
      field.setAttribute("aria-labelledby", `${field.id} ${chosen.id}`);
      for (const name of ["role", "aria-readonly"]) chosen.removeAttribute(name);
    }
  };
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  $?.(document).on("select2:open", ".admin-autocomplete", ({ target }) => {
    const search = $(target).data("select2");
    search.$dropdown.find("input").attr("aria-label", nameOf(target));
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
