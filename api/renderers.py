"""Renderers: JSON, CSV and XLSX for lists, zip, Atom and JSON Feed."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import orjson
from django.utils.translation import override
from rest_framework.renderers import BaseRenderer

from api.columns import table_of
from common import spreadsheets as tables
from ratification.status import feeds

Document = Any
"""A response as JSON values, or text or bytes that the renderer returns unchanged."""
Context = Mapping[str, Any] | None
"""REST framework's context of a renderer: view, arguments, request and response."""


class Renderer(BaseRenderer):
    """A format of responses, chosen by the suffix of the address or by Accept: compact JSON unless a subclass differs.

    Text and bytes are in the format already.
    """

    charset = None
    content_type: ClassVar[str | None] = None
    """Content-Type, where it is more than the media type."""
    attached: ClassVar[bool] = False
    """Whether browsers should keep it as a file."""
    whole: ClassVar[bool] = False
    """Whether a list comes whole unless a page is asked for: a table has no place for the address of the next page."""

    def render(
        self, data: Document, accepted_media_type: str | None = None, renderer_context: Context = None
    ) -> bytes:
        """Return the bytes."""
        if isinstance(data, bytes):
            return data
        return data.encode() if isinstance(data, str) else orjson.dumps(data)


class Json(Renderer):
    """Compact JSON."""

    media_type = "application/json"
    format = "json"


class JsonLd(Json):
    """Linked data (JSON-LD 1.1)."""

    media_type = "application/ld+json"
    format = "jsonld"


class Metadata(Json):
    """Metadata of a table (CSV on the Web)."""

    media_type = "application/csvm+json"
    format = "metadata.json"


class JsonLines(Renderer):
    """Lines of JSON, which are text already."""

    media_type = "application/jsonl"
    format = "jsonl"
    content_type = "application/jsonl; charset=utf-8"


class Zip(Renderer):
    """An archive, which is bytes already."""

    media_type = "application/zip"
    format = "zip"
    attached = True


class Csv(Renderer):
    """The rows of a list, one column a field; nested fields are joined by a dot, lists by semicolons."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8; header=present"
    attached = whole = True

    def render(
        self, data: Document, accepted_media_type: str | None = None, renderer_context: Context = None
    ) -> bytes:
        """Return the bytes."""
        return tables.write_csv(*_table(data, renderer_context))


class Xlsx(Renderer):
    """The same columns as a workbook, with a sheet that says of what, as of when and from which record it is."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    attached = whole = True

    def render(
        self, data: Document, accepted_media_type: str | None = None, renderer_context: Context = None
    ) -> bytes:
        """Return the bytes."""
        view = (renderer_context or {})["view"]
        return tables.write_xlsx(view.operation, *_table(data, renderer_context), view.about())


class Feed(Renderer):
    """The newest changes, in the language that was asked for."""

    build: Callable[[feeds.ChangeFeed], bytes]

    def render(
        self, data: Document, accepted_media_type: str | None = None, renderer_context: Context = None
    ) -> bytes:
        """Return the bytes."""
        with override(data["language"]):
            return self.build(data["feed"])


class Atom(Feed):
    """Atom (RFC 4287)."""

    media_type = "application/atom+xml"
    format = "atom"
    content_type = "application/atom+xml; charset=utf-8"
    build = staticmethod(feeds.atom)


class JsonFeed(Feed):
    """JSON Feed 1.1."""

    media_type = "application/feed+json"
    format = "json"
    build = staticmethod(feeds.json_feed)


def _table(data: Document, context: Context) -> tuple[list[str], list[list[tables.Cell]]]:
    """Return the columns and the rows of a list."""
    return table_of((context or {})["view"].serializer_class, data["results"])


def json_text(value: Any) -> str:  # noqa: ANN401 - JSON
    """Write JSON without spaces."""
    return orjson.dumps(value).decode()
