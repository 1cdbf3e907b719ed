"""Resources of the API itself: index, problem types, OpenAPI document, and unknown addresses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.urls import resolve
from rest_framework.request import Request

from api import RELEASE, schema, serializers
from api.problems import TITLES
from api.resource import Basis, ListOf, Resource
from api.texts import OfEdition
from ratification.record import reach
from ratification.status.api_urls import address

_CODE = sorted(Path(__file__).parent.glob("*.py"))
CODE_AT = datetime.fromtimestamp(max(path.stat().st_mtime for path in _CODE), UTC)
"""When the code of the API was put here: its own texts change with nothing else."""
CODE_VERSION = sha256(b"".join(path.read_bytes() for path in _CODE)).hexdigest()


class OfRelease(Resource):
    """Resource that depends on the release only."""

    tag = "api"

    def basis_of(self) -> Basis:
        """Return the basis of a text of the code."""
        reach.note_reference()
        return Basis("", CODE_AT, version=CODE_VERSION)


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
    schema = None

    def basis_of(self) -> Basis:
        """Return the edition and the digest of the text, which changes with the code too."""
        basis = super().basis_of()
        version = sha256(schema.openapi(basis.edition).encode()).hexdigest()
        return replace(basis, modified=max(basis.modified, CODE_AT), version=version)

    def document(self) -> str:
        """Return the text."""
        return schema.openapi(self.basis.edition)


class UnknownAddress(OfRelease):
    """Every other address below the API's root: a problem document with status 404."""

    operation = "nowhere"
    schema = None

    def get(self, request: Request, **path: Any) -> HttpResponse:  # noqa: ANN401, ARG002 - whatever it is
        """Lead to the address with a slash at its end, where there is one.

        Raises:
            Http404: everywhere else.
        """
        there = "" if request.path.endswith("/") else f"{request.path}/"
        if there and getattr(resolve(there).func, "cls", None) is not UnknownAddress:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        raise Http404
