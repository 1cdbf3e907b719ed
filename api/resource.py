"""Base views of the API: strict parameters, ETag, permalink, and cache headers.

The ETag is computed from one query before the response is, so that a conditional request costs that query only.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from api import RELEASE, renderers
from api.paging import CursorPages, WholeList
from api.problems import Problem
from api.query import FilterSet, StrictFilterBackend, Values, as_query
from api.table_metadata import CONTEXT, described_columns
from ratification.models import Edition
from ratification.record.about import LICENCE, about_table
from ratification.status.api_urls import ROOT, address

BRIEFLY = "public, max-age=60, stale-while-revalidate=300"
"""Cache-Control of a response that a publication or a new day changes."""
FOR_LONG = "public, max-age=86400, stale-while-revalidate=604800"
"""Cache-Control of a response whose clocks were both given."""
_NO_ROWS = Edition.objects.none()
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that a response depends on besides its URL; its ETag is computed from it.

    `edition` is the digest of the reference data, `head` the hash of the record up to the revision. The clocks are
    None where they do not matter; `until` is the last change in the feed, which grows within a revision. `lasting`:
    the query fixed all of them. `version`: digest of the content, for a resource without clocks.
    """

    edition: str
    modified: datetime
    as_of: date | None = None
    revision: int | None = None
    until: int | None = None
    lasting: bool = False
    version: str = ""
    head: str = ""

    @property
    def clocks(self) -> dict[str, Any]:
        """Members of the response that name its clocks."""
        clocks = {"as_of": self.as_of and self.as_of.isoformat(), "revision": self.revision}
        return {name: value for name, value in clocks.items() if value is not None}

    @property
    def pinned(self) -> Values:
        """Parameters that make the address a permalink."""
        pinned = {"as_of": self.as_of, "revision": self.revision, "until": self.until}
        return {name: value for name, value in pinned.items() if value is not None}


class Resource(GenericAPIView[Any]):
    """View of one address of the API.

    A subclass declares the `serializer_class` of the response or of a list's items, its `clocks`, what stands `beside`
    a list's items (a serializer or a schema for each member), and the `filterset_class` of its parameters; it returns
    the basis and the document.
    """

    serializer_class: type[Serializer[Any]]
    operation: ClassVar[str]
    tag: ClassVar[str]
    filter_backends: Sequence[type[StrictFilterBackend]] = [StrictFilterBackend]
    filterset_class: ClassVar[type[FilterSet]] = FilterSet
    clocks: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[Mapping[str, Any]] = {}
    renderer_classes: Sequence[type[renderers.Renderer]] = [renderers.Json]
    http_method_names = ["get", "head", "options"]

    path: dict[str, Any]
    now: datetime
    query: FilterSet
    asked: Values
    basis: Basis
    permalink: str
    treaty: Any = None
    """The treaty that the address names, as its basis reads it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - REST framework's signature
        """Read the clock once, then let REST framework choose the renderer."""
        self.now = timezone.now()
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Ask for no user: partners are known by their tokens, above the cache (`api.limits`)."""

    def get(self, request: Request, **path: Any) -> HttpResponse:  # noqa: ANN401 - what the address holds
        """Return the response, or 304."""
        self.path = path
        for backend in self.filter_backends:
            self.query = backend().get_filterset(request, _NO_ROWS, self)
        self.asked = self.query.asked
        self.basis = self.basis_of()
        self.permalink = self._permalink()
        renderer = cast("renderers.Renderer", request.accepted_renderer)
        etag = quote_etag(self._digest(renderer.media_type))
        modified = int(self.basis.modified.timestamp())
        django_request = request._request  # noqa: SLF001 - documented by REST framework
        response = get_conditional_response(django_request, etag, modified)
        if response is None:
            response = self._described(renderer) or self.respond()
            response.content_type = renderer.content_type
            if renderer.attached:
                response["Content-Disposition"] = f'attachment; filename="{self.filename(renderer.format)}"'
        elif response.status_code == 412:  # noqa: PLR2004 - HTTP
            raise Problem("precondition-failed", 412, "The answer is not, or no longer, the one named.")
        response["ETag"] = etag
        response["Last-Modified"] = http_date(modified)
        response["Cache-Control"] = FOR_LONG if self.basis.lasting else BRIEFLY
        response["Link"] = ", ".join(
            f'<{target}>; rel="{rel}"' for rel, target in self.header_links().items()
        )
        return response

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Name Accept in Vary of every response: one without a choice of formats may still refuse the one asked for."""
        return {**super().default_response_headers, "Vary": "Accept"}

    def filename(self, ending: str) -> str:
        """Return the name of the response as a file: resource, day and revision, so that no two are taken for one."""
        parts = self.request.path.removeprefix(ROOT).strip("/").partition(".")[0].split("/")
        clocks = self.basis.clocks
        day = [f"_{clocks['as_of']}"] if "as_of" in clocks else []
        revision = [f"_r{clocks['revision']}"] if "revision" in clocks else []
        return "".join(["-".join(parts[len(parts) > 1 :]), *day, *revision, ".", ending])

    def options(self, *_args: Any, **_path: Any) -> Any:  # noqa: ANN401 - REST framework's signature
        """Return the headers only."""
        return HttpResponse(status=204)

    def basis_of(self) -> Basis:
        """Return the basis. One query."""
        raise NotImplementedError

    def document(self) -> Mapping[str, Any] | str | bytes:
        """Return the document, or its JSON text: the object as its serializer writes it, unless a resource differs."""
        document: Mapping[str, Any] = self.get_serializer(self.get_object()).data
        return document

    def linked_data(self) -> Mapping[str, Any]:
        """Return the document as linked data, where the resource offers it."""
        raise NotImplementedError

    def metadata(self) -> Mapping[str, Any]:
        """Return the metadata of the table: its address, state, licence, columns, and next expected change."""
        address, name = self._metadata_address() or "", self.operation.replace("_", " ")
        authority = f" ({self.treaty.depositary})" if self.treaty else ""
        source = f"Each row names its own sources. The depositary's own record is authoritative{authority}."
        state = {**self.basis.clocks, "permalink": address.replace(".metadata.json", ".json")}
        return {
            "@context": CONTEXT,
            "url": address.replace(".metadata.json", ".csv"),
            "dc:title": f"{self.treaty}: {name}" if self.treaty else name,
            "dc:description": " ".join((self.__doc__ or "").split()),
            "dc:license": {"@id": LICENCE["path"]},
            "dc:source": source,
            "dialect": {"header": True, "encoding": "utf-8"},
            "tableSchema": {"columns": described_columns(self.serializer_class)},
            "notes": [{**state, "next_expected_change": self.next_expected_change()}],
        }

    def next_expected_change(self) -> dict[str, Any] | None:
        """Return the day on which the resource changes next without any deposit, and why; None where none is known."""
        return None

    def _metadata_address(self) -> str | None:
        """Return the address of the metadata beside a table."""
        if renderers.Metadata not in self.renderer_classes:
            return None
        path, _, query = self.permalink.partition("?")
        stem = path.removesuffix("/")
        for form in ("metadata.json", "csv", "xlsx", "json", "jsonld"):
            stem = stem.removesuffix(f".{form}")
        return f"{stem}.metadata.json{query and '?'}{query}"

    def _described(self, renderer: renderers.Renderer) -> Response | None:
        match renderer:
            case renderers.JsonLd():
                return Response(self.linked_data())
            case renderers.Metadata():
                return Response(self.metadata())
        return None

    def respond(self) -> Response:
        """Return the document as a response."""
        return Response(self.document())

    def get_serializer_context(self) -> dict[str, Any]:
        """Return the context of the serializers: the day and the treaty's slug."""
        return {"as_of": self.basis.as_of, "treaty": self.path.get("slug", "")}

    def clock_members(self) -> dict[str, Any]:
        """Return the clocks of the response and its permalink."""
        return {**self.basis.clocks, "permalink": self.permalink} if self.basis.pinned else {}

    def about(self) -> dict[str, str]:
        """Return what a workbook says of itself; its permalink is absolute, for a file has no site around it."""
        return about_table(
            self.operation.replace("_", " "),
            permalink=self.request.build_absolute_uri(self.permalink),
            treaty=self.treaty,
            as_of=self.basis.as_of,
            revision=self.basis.revision,
        )

    def header_links(self) -> dict[str, str]:
        """Return the links of the Link header (RFC 8288); `bookmark` is the registered relation of a permalink."""
        links = {
            "service-desc": address("schema"),
            "service-doc": address("guide"),
            "describedby": self._metadata_address() or address("schema"),
            "license": LICENCE["path"],
        }
        return {"bookmark": self.permalink, **links} if self.basis.pinned else links

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Select and order the rows by the query."""
        self.query.as_of = self.basis.as_of or self.now.date()
        rows: QuerySet[Any] = self.query.filter_queryset(queryset)
        return rows

    def _permalink(self) -> str:
        texts = as_query({**self.asked, **self.basis.pinned})
        query = urlencode(
            [(name, texts[name]) for name in self.filterset_class.base_filters if name in texts]
        )
        path, form = self.request.path, cast("renderers.Renderer", self.request.accepted_renderer)
        if self.format_kwarg is None and not isinstance(form, self.renderer_classes[0]):
            path = f"{path.removesuffix('/')}.{form.format}"  # the format was chosen by Accept
        return f"{path}?{query}" if query else path

    def _digest(self, media_type: str) -> str:
        parts = (RELEASE, self.basis.edition, self.basis.head, self.basis.version, self.permalink, media_type)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


class ListOf(Resource):
    """A whole list: of a queryset, or of rows that are computed."""

    renderer_classes = [renderers.Json, renderers.Csv, renderers.Xlsx, renderers.Metadata]
    pagination_class: type[WholeList] = WholeList

    def rows(self) -> QuerySet[Any] | Sequence[Any]:
        """Return the rows that the query selects."""
        return self.filter_queryset(self.get_queryset())

    def respond(self) -> Response:
        """Return the rows, or a page of them, after the clocks."""
        rows = self.paginate_queryset(self.rows())
        if not rows:
            self.query.refuse_unknown()
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class PagesOf(ListOf):
    """A list in pages. The links to other pages carry the clocks, so that a client reads one state."""

    pagination_class = CursorPages

    def header_links(self) -> dict[str, str]:
        """Return the links to the other pages too: a CSV has no other place for them."""
        page = cast("CursorPages", self.paginator)  # in a 304 it has no neighbours
        pages = {"next": page.next, "prev": page.previous}
        return super().header_links() | {name: address for name, address in pages.items() if address}
