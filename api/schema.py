"""The OpenAPI 3.1 document, by drf-spectacular, with real examples."""

import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import is_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook

from api import RELEASE
from api.filters import known_values
from api.renderers import json_text
from api.resource import ListOf, Resource
from api.serializers import ProblemSerializer

Schema = dict[str, Any]
EXAMPLES = Path(__file__).parent / "examples.json"
"""Real responses by operation, shortened; a test compares them with the API."""

PATH_PARAMETERS: dict[str, tuple[Schema, str]] = {
    "slug": ({"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, "The stable name."),
    "iso3": (
        {"type": "string", "pattern": "^[A-Z0-9]{3}$"},
        "ISO 3166-1 alpha-3; EUE for the European Union.",
    ),
    "number": ({"type": "integer", "minimum": 0}, "The article's number."),
}
REFUSALS = {
    "400": "A parameter is unknown, or its value is not allowed.",
    "401": "The token is not known, or was revoked.",
    "404": "There is no such thing.",
    "406": "None of the formats asked for is offered here.",
    "409": "The place in the list lies beyond the record's end: start again.",
    "412": "The condition of If-Match or If-Unmodified-Since is not met.",
    "429": "The limit of requests is used up; Retry-After says for how many seconds.",
}
HEADERS = {
    "ETag": "Validator: send it as If-None-Match to ask whether the answer has changed.",
    "Last-Modified": "When the answer last changed.",
    "Link": "The permalink (bookmark), description, guide and licence; for pages next and prev; those of Memento.",
    "RateLimit-Limit": "Requests allowed in each while.",
    "RateLimit-Remaining": "Requests left in this while.",
    "RateLimit-Reset": "Seconds until the next while begins.",
}


RECORD_HEAD = {
    "description": "Revision and hash of the state of the record that the answer shows; they fix all before it.",
    "schema": {"type": "string", "pattern": "^[0-9]+:[0-9a-f]{64}$"},
}


def _webhook(name: str, summary: str, content: Schema) -> OpenApiWebhook:
    """Describe an event that is sent to partners' addresses."""
    headers = {
        "webhook-id": "The same for each attempt: the change's id, or one that begins with `test-`.",
        "webhook-timestamp": "Seconds since 1970: refuse a delivery more than five minutes away from your clock.",
        "webhook-signature": "HMAC-SHA256 (Standard Webhooks); two, apart by a blank, while a secret is replaced.",
    }
    operation = {
        "operationId": f"{name}_event",
        "summary": summary,
        "tags": ["changes"],
        "security": [],
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": words,
                "schema": {"type": "string"},
            }
            for header, words in headers.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": content}}},
        "responses": {
            "2XX": {"description": "Received: it is not sent again."},
            "410": {"description": "Nothing more is to be sent to this address."},
            "default": {"description": "Not received: it is sent again later; `Retry-After` is honoured."},
        },
    }
    return OpenApiWebhook(name, {"post": operation})


CHANGE_EVENT = _webhook(
    "change", "Each change of a treaty's status.", {"$ref": "#/components/schemas/Change"}
)
TEST_EVENT = _webhook(
    "test",
    "The test event, which the staff can send.",
    {
        "type": "object",
        "properties": {
            "event": {"type": "string", "const": "test"},
            "treaty": {"type": "string"},
            "sent_at": {"type": "string", "format": "date-time"},
        },
        "required": ["event", "treaty", "sent_at"],
    },
)


@cache
def openapi(edition: str) -> str:  # noqa: ARG001 - the schema lists the groups and codes of the edition
    """Return the document as JSON text; made once for each edition of the reference data, known by its digest."""
    generator: Any = SchemaGenerator
    return json_text(generator(urlconf="api.urls", api_version=RELEASE).get_schema(public=True))


class ResourceSchema(AutoSchema):
    """Description of one resource (REST_FRAMEWORK setting)."""

    view: Any  # a Resource

    def get_operation_id(self) -> str:
        """Return the name that generated clients give the request."""
        return str(self.view.operation)

    def get_tags(self) -> list[str]:
        """Return the part of the API."""
        return [self.view.tag]

    def get_summary(self) -> str:
        """Return the first line of the resource's description."""
        return _words(self.view)[0]

    def get_description(self) -> str:  # type: ignore[override]  # the generator calls it so
        """Return the whole description."""
        return "\n\n".join(_words(self.view))

    def get_auth(self) -> list[Schema]:
        """Return that the token is optional."""
        return [{}, {"partnerToken": []}]

    def _get_parameters(self) -> list[Schema]:
        known = known_values(self.view.filterset_class)
        found = [
            {"name": name, "in": "path", "required": True, "schema": schema, "description": words}
            for name, (schema, words) in PATH_PARAMETERS.items()
            if f"{{{name}}}" in self.path
        ]
        for name, parameter in self.view.filterset_class.base_filters.items():
            schema = {"type": "string", "enum": known[name]} if known.get(name) else parameter.extra["schema"]
            found.append({"name": name, "in": "query", "description": parameter.label, "schema": schema})
        return found

    def get_response_serializers(self) -> Any:  # noqa: ANN401 - the generator's signature
        """Return the response of each status and media type."""
        answers: dict[Any, Any] = {
            ("200", each.media_type): OpenApiResponse(_answer(self.view, each.format), "The answer.")
            for each in self.view.renderer_classes
        }
        answers["304"] = OpenApiResponse(description="The answer is still the one that If-None-Match names.")
        for status, words in REFUSALS.items():
            answers[status, "application/problem+json"] = OpenApiResponse(ProblemSerializer, words)
        return answers

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ANN401 - the generator's signature
        return isinstance(self.view, ListOf) and (serializer is None or is_serializer(serializer))

    def _get_paginator(self) -> Any:  # noqa: ANN401 - ships no types
        paginator = self.view.paginator
        paginator.view = self.view
        mapped: Any = self._map_serializer_field
        paginator.beside = {
            name: value if isinstance(value, dict) else mapped(value, "response")
            for name, value in self.view.beside.items()
        }
        return paginator

    def get_paginated_name(self, serializer_name: str) -> str:
        """Return the name of a list's component."""
        return f"{serializer_name}List"


def _answer(view: Resource, form: str) -> Any:  # noqa: ANN401 - a serializer or a basic type
    """Return the content of a resource in a format."""
    if form == "json":
        return view.serializer_class
    if form in {"jsonld", "metadata.json"}:
        return OpenApiTypes.OBJECT
    return OpenApiTypes.STR if form in {"csv", "atom", "jsonl"} else OpenApiTypes.BINARY


def complete(result: Schema, **_options: object) -> Schema:
    """Add headers and examples to the responses (POSTPROCESSING_HOOKS)."""
    examples: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    headers = {name: {"description": words, "schema": {"type": "string"}} for name, words in HEADERS.items()}
    for path in result["paths"].values():
        answer = path["get"]["responses"]["200"]
        of_record = any(each["name"] == "revision" for each in path["get"].get("parameters", []))
        answer["headers"] = {**headers, "Record-Head": RECORD_HEAD} if of_record else headers
        if path["get"]["operationId"] in examples:
            answer["content"]["application/json"]["example"] = examples[path["get"]["operationId"]]
    for component in result["components"]["schemas"].values():
        for schema in component.get("properties", {}).values():
            schema.pop("x-spec-enum-id", None)  # a mark for the generator's own hook
    return result


def _words(view: Resource) -> list[str]:
    paragraphs = inspect.cleandoc(view.__doc__ or "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]
