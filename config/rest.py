"""Settings of the REST API: REST framework and OpenAPI document."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.WeightedNegotiation",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # the API is public and only reads
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "api.schema.ResourceSchema",
    "EXCEPTION_HANDLER": "api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # a form is asked for by Accept or by the ending of the address
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Treaty status tracker",
    "DESCRIPTION": "Where a treaty stands, on any date and at any state of the record. The guide is at /api/v1/guide/.",
    "SERVERS": [{"url": "/api/v1"}],
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},  # of the data
    "TAGS": [
        {"name": "record", "description": "What happened, and what follows from it."},
        {"name": "changes", "description": "What changed, in order."},
        {"name": "forecast", "description": "What may come: no part of the record."},
        {"name": "text", "description": "What the text says."},
        {"name": "reference", "description": "Who can act."},
        {"name": "api", "description": "The API itself."},
    ],
    "PREPROCESSING_HOOKS": ["drf_spectacular.hooks.preprocess_exclude_path_format"],
    "POSTPROCESSING_HOOKS": ["api.schema.complete"],
    "WEBHOOKS": ["api.schema.CHANGE_EVENT", "api.schema.TEST_EVENT"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "APPEND_COMPONENTS": {"securitySchemes": {"partnerToken": {"type": "http", "scheme": "bearer"}}},
}
