// Draws the API's description. A file of its own, because the content policy allows no script inside a page.
SwaggerUIBundle({
  url: document.getElementById("docs").dataset.schema,
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
});
