// Opens the OpenAPI document in Swagger UI; validatorUrl null, so that it asks nobody outside.
"use strict";
window.SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#schema",
  deepLinking: true,
  validatorUrl: null,
  presets: [window.SwaggerUIBundle.presets.apis],
});
