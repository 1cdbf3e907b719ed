"""Export of the panel's lists as tables, by the writer that makes the project's other tables."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.formats.base_formats import BINARY_FORMATS, JSON, Format
from import_export.forms import ExportForm

from common.spreadsheets import Row, cell_of, write_csv, write_xlsx

if TYPE_CHECKING:
    from tablib import Dataset


class TableFormat(Format):  # type: ignore[misc]  # import_export ships no types
    """A format that `common.spreadsheets` writes."""

    extension: ClassVar[str]
    media_type: ClassVar[str]

    def write(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        """Write the table."""
        raise NotImplementedError

    def export_data(self, dataset: "Dataset", **_options: object) -> bytes:
        """Write the rows of a list."""
        return self.write(dataset.headers, ([cell_of(value) for value in row] for row in dataset))

    def get_title(self) -> str:
        """Return the name in the export form."""
        return self.extension

    def get_extension(self) -> str:
        """Return the ending of the file's name."""
        return self.extension

    def get_content_type(self) -> str:
        """Return the media type."""
        return self.media_type

    def can_export(self) -> bool:
        """Return True."""
        return True


class CsvTable(TableFormat):
    """CSV with formulas neutralised."""

    extension = "csv"
    media_type = "text/csv"

    def write(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        """Write the table."""
        return write_csv(columns, rows)


class XlsxTable(TableFormat):
    """Workbook whose texts are never formulas."""

    extension = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        """Write the table."""
        return write_xlsx("export", columns, rows)


BINARY_FORMATS.append(XlsxTable)  # import_export gives the formats of this list values with their types


class ExportedAdmin(ExportMixin):  # type: ignore[misc]  # import_export ships no types
    """A list with an export of its rows as a table."""

    formats = (CsvTable, XlsxTable, JSON)
    export_form_class = ExportForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Permit the export to every user who may see the list."""
        return bool(self.has_view_permission(request))
