"""The OpenAPI 3.1 document, made from what the resources declare: their shapes, parameters and refusals."""

import inspect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from api import RELEASE, shapes
from api.fields import Address, Day, Is, Revision
from api.filters import known_values
from api.renderers import Renderer, json_text
from api.resource import ListOf, PagesOf, Resource

Schema = dict[str, Any]
Hint = Any
EXAMPLES = Path(__file__).parent / "examples.json"
"""Real answers by operation, shortened; a test holds them to what the API answers."""

BASIC: dict[Hint, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Any: {},
}
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
    "412": "The condition of If-Match or If-Unmodified-Since is not met.",
    "429": "The limit of requests is used up; Retry-After says for how many seconds.",
}
HEADERS = {
    "ETag": "Validator: send it as If-None-Match to ask whether the answer has changed.",
    "Last-Modified": "When the answer last changed.",
    "Link": "The permalink (rel=bookmark) and, for pages, rel=next and rel=prev.",
    "RateLimit-Limit": "Requests allowed in each while.",
    "RateLimit-Remaining": "Requests left in this while.",
    "RateLimit-Reset": "Seconds until the next while begins.",
}


@cache
def openapi(edition: int) -> str:  # noqa: ARG001 - the schema lists the groups and codes of the edition
    """Return the document as JSON text; made once for each edition of the reference data."""
    generator: Any = SchemaGenerator
    return json_text(generator(urlconf="api.urls", api_version=RELEASE).get_schema(public=True))


class ResourceSchema(AutoSchema):
    """Describes one resource from its declarations (REST_FRAMEWORK setting)."""

    view: Any  # a Resource
    registry: ComponentRegistry

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
        """Return that a token may be sent, and need not."""
        return [{}, {"partnerToken": []}]

    def _get_parameters(self) -> list[Schema]:
        known = known_values(self.view.filterset) if self.view.filterset else {}
        found = [
            {"name": name, "in": "path", "required": True, "schema": schema, "description": words}
            for name, (schema, words) in PATH_PARAMETERS.items()
            if f"{{{name}}}" in self.path
        ]
        for parameter in self.view.all_parameters():
            values = known.get(parameter.name)
            schema = {"type": "string", "enum": values} if values else parameter.schema
            words = parameter.description
            found.append({"name": parameter.name, "in": "query", "description": words, "schema": schema})
        return found

    def _get_response_bodies(self, direction: str = "response") -> Schema:  # noqa: ARG002 - the generator's signature
        answer = (
            self._list()
            if isinstance(self.view, ListOf | PagesOf)
            else schema_of(self.view.shape, self.registry)
        )
        content = {each.media_type: self._form(each, answer) for each in self.view.renderer_classes}
        headers = {
            name: {"description": words, "schema": {"type": "string"}} for name, words in HEADERS.items()
        }
        problem = {"application/problem+json": {"schema": schema_of(shapes.Problem, self.registry)}}
        refusals = {status: {"description": words, "content": problem} for status, words in REFUSALS.items()}
        unchanged = {"304": {"description": "The answer is still the one that If-None-Match names."}}
        return {
            "200": {"description": "The answer.", "headers": headers, "content": content},
            **unchanged,
            **refusals,
        }

    def _form(self, renderer: type[Renderer], answer: Schema) -> Schema:
        if renderer.format != "json":
            text = renderer.format in {"csv", "atom"}
            return {"schema": {"type": "string"} if text else {"type": "string", "format": "binary"}}
        example = _examples().get(self.view.operation)
        return {"schema": answer} | ({"example": example} if example else {})

    def _list(self) -> Schema:
        link = schema_of(Address | None, self.registry)
        envelope = {
            "as_of": schema_of(Day, self.registry),
            "revision": schema_of(Revision, self.registry),
            "permalink": schema_of(Address, self.registry),
        }
        fields = {
            name: envelope[name] for name in (*self.view.clocks, *(["permalink"] if self.view.clocks else []))
        }
        fields |= (
            {"next": link, "previous": link}
            if isinstance(self.view, PagesOf)
            else {"count": {"type": "integer"}}
        )
        fields["results"] = {"type": "array", "items": schema_of(self.view.shape, self.registry)}
        fields |= {name: schema_of(hint, self.registry) for name, hint in self.view.beside.items()}
        return _component(
            self.registry, f"{self.view.shape.__name__}List", self.view.__class__, fields, list(fields)
        )


def schema_of(hint: Hint, registry: ComponentRegistry) -> Schema:
    """Return the schema of a type; shapes and named enumerations become components."""
    origin: Hint = get_origin(hint)
    inner = get_args(hint)
    if origin is Annotated:
        schema = _annotated(hint, registry)
    elif origin in {Union, UnionType}:
        schema = _nullable([schema_of(each, registry) for each in inner if each is not NoneType])
    elif origin is list:
        schema = {"type": "array", "items": schema_of(inner[0], registry)}
    elif origin is dict:
        schema = {"type": "object", "additionalProperties": schema_of(inner[1], registry)}
    elif origin is Literal:
        schema = {"type": "string", "enum": list(inner)}
    elif is_typeddict(hint):
        schema = _shape(hint, registry)
    else:
        schema = dict(BASIC[hint])
    return schema


def _shape(shape: type, registry: ComponentRegistry) -> Schema:
    hints = get_type_hints(shape, include_extras=True)
    needed = [name for name, each in hints.items() if get_origin(each) is not NotRequired]
    bare = {
        name: get_args(each)[0] if get_origin(each) is NotRequired else each for name, each in hints.items()
    }
    fields = {name: schema_of(each, registry) for name, each in bare.items()}
    return _component(registry, shape.__name__, shape, fields, needed)


def _annotated(hint: Hint, registry: ComponentRegistry) -> Schema:
    bare, *notes = get_args(hint)
    schema = schema_of(bare, registry)
    for note in notes:
        schema |= {"description": note} if isinstance(note, str) else note.schema()
        if isinstance(note, Is) and note.name:
            schema = _registered(registry, note.name, schema, note)
    return schema


def _nullable(schemas: list[Schema]) -> Schema:
    schema = schemas[0]
    if set(schema) <= {"type", "format", "pattern", "description"} and isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [*schemas, {"type": "null"}]}


def _component(
    registry: ComponentRegistry, name: str, what: type, fields: Mapping[str, Schema], needed: list[str]
) -> Schema:
    schema = {
        "type": "object",
        "description": " ".join(inspect.cleandoc(what.__doc__ or "").split()),
        "properties": dict(fields),
        "required": needed,
    }
    return _registered(registry, name, schema, what)


def _registered(registry: ComponentRegistry, name: str, schema: Schema, what: object) -> Schema:
    component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, object=what)  # type: ignore[no-untyped-call]  # has no types
    registry.register_on_missing(component)
    return dict(component.ref)


def _words(view: Resource) -> list[str]:
    paragraphs = inspect.cleandoc(view.__doc__ or "").split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


@cache
def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return examples
