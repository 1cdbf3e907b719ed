"""The forms of an answer: JSON, and for lists CSV and XLSX."""

from typing import Any, ClassVar

import orjson
from rest_framework.renderers import BaseRenderer

from api.columns import columns_of, row_of
from common import spreadsheets as tables

Document = Any
"""An answer as JSON values, or a text that is JSON already."""


class Renderer(BaseRenderer):
    """A form of an answer; REST framework chooses it by the ending of the address or by Accept."""

    content_type: ClassVar[str]
    attached: ClassVar[bool] = False
    """Whether browsers should keep it as a file."""

    def write(self, document: Document, shape: type, name: str) -> bytes:
        """Return the bytes.

        Args:
            document: the answer.
            shape: of the answer, or of a list's items.
            name: of the resource, where the form has a place for it.
        """
        raise NotImplementedError


class Json(Renderer):
    """Compact JSON."""

    media_type = "application/json"
    format = "json"
    content_type = media_type

    def write(self, document: Document, shape: type, name: str) -> bytes:  # noqa: ARG002 - JSON names its own members
        """Return the bytes."""
        return document.encode() if isinstance(document, str) else orjson.dumps(document)


class Csv(Renderer):
    """The rows of a list, one column a field; nested fields are joined by a dot, lists by semicolons."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8; header=present"
    attached = True

    def write(self, document: Document, shape: type, name: str) -> bytes:  # noqa: ARG002 - a CSV has no name inside
        """Return the bytes."""
        columns = columns_of(shape)
        return tables.write_csv(columns, [row_of(item, columns) for item in document["results"]])


class Xlsx(Renderer):
    """The same columns as a workbook."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    content_type = media_type
    attached = True

    def write(self, document: Document, shape: type, name: str) -> bytes:
        """Return the bytes."""
        columns = columns_of(shape)
        return tables.write_xlsx(name, columns, [row_of(item, columns) for item in document["results"]])


class Zip(Renderer):
    """An archive, which is bytes already."""

    media_type = "application/zip"
    format = "zip"
    content_type = media_type
    attached = True

    def write(self, document: Document, shape: type, name: str) -> bytes:  # noqa: ARG002 - an archive names its own parts
        """Return the bytes."""
        return bytes(document)


def json_text(value: Any) -> str:  # noqa: ANN401 - JSON
    """Write JSON without spaces."""
    return orjson.dumps(value).decode()
