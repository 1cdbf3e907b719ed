"""Resources of the API itself: index, problem types, OpenAPI document, and unknown addresses."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpResponse
from django.views.generic import TemplateView
from rest_framework.request import Request

from api import RELEASE, schema, serializers
from api.problems import TITLES
from api.resource import BEGINNING, Basis, ListOf, Resource
from api.texts import OfEdition
from ratification.record import reach
from ratification.status.api_urls import address


class OfRelease(Resource):
    """Resource that depends on the release only."""

    tag = "api"

    def basis_of(self) -> Basis:
        """Return the basis of a constant."""
        reach.note_reference()
        return Basis(0, BEGINNING)


class Index(OfRelease):
    """Index of the API. Start here and follow the links."""

    operation = "get_index"
    serializer_class = serializers.IndexSerializer

    def document(self) -> Mapping[str, Any]:
        """Return the addresses."""
        parts = ("treaties", "participants", "groups", "problems", "schema", "docs")
        return {"release": RELEASE, "links": {part: address(part) for part in parts}}


class Problems(ListOf, OfRelease):
    """Problem types (RFC 9457), which are stable names."""

    operation = "list_problems"
    serializer_class = serializers.ProblemTypeSerializer

    def rows(self) -> list[Any]:
        """Return all problem types."""
        return [{"type": f"/api/v1/problems/#{kind}", "title": title} for kind, title in TITLES.items()]


class Description(OfEdition):
    """This description of the API (OpenAPI 3.1)."""

    operation = "get_description"
    tag = "api"
    schema = None

    def basis_of(self) -> Basis:
        """Return the edition and the digest of the text, which changes with the code too."""
        basis = super().basis_of()
        return replace(basis, version=sha256(schema.openapi(basis.edition).encode()).hexdigest())

    def document(self) -> str:
        """Return the text."""
        return schema.openapi(self.basis.edition)


class Docs(TemplateView):
    """The description as a page."""

    template_name = "api/docs.html"


class UnknownAddress(OfRelease):
    """Every other address below the API's root: a problem document with status 404."""

    operation = "nowhere"
    schema = None

    def get(self, request: Request, **path: Any) -> HttpResponse:  # noqa: ANN401, ARG002 - whatever it is
        """Raise 404."""
        raise Http404
