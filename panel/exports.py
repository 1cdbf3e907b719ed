"""Export of the panel's lists as tables, by the writer that makes the project's other tables."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.formats.base_formats import BINARY_FORMATS, JSON, Format
from import_export.forms import ExportForm

from common.spreadsheets import cell_of, write_csv, write_xlsx

if TYPE_CHECKING:
    from tablib import Dataset


class CsvTable(Format):  # type: ignore[misc]  # import_export ships no types
    """CSV with formulas neutralised."""

    def get_title(self) -> str:
        """Return the name that the export form shows."""
        return "csv"

    def get_extension(self) -> str:
        """Return the ending of the file's name."""
        return "csv"

    def get_content_type(self) -> str:
        """Return the media type."""
        return "text/csv"

    def can_export(self) -> bool:
        """Return True: the format can be written."""
        return True

    def export_data(self, dataset: "Dataset", **_options: Any) -> bytes:  # noqa: ANN401 - import_export's signature
        """Write the table."""
        return write_csv(dataset.headers, ([cell_of(value) for value in row] for row in dataset))


class XlsxTable(CsvTable):
    """Workbook whose texts are never formulas."""

    def get_title(self) -> str:
        """Return the name that the export form shows."""
        return "xlsx"

    def get_extension(self) -> str:
        """Return the ending of the file's name."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Return the media type."""
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset: "Dataset", **_options: Any) -> bytes:  # noqa: ANN401 - import_export's signature
        """Write the table."""
        return write_xlsx("export", dataset.headers, ([cell_of(value) for value in row] for row in dataset))


BINARY_FORMATS.append(XlsxTable)  # import_export gives the formats of this list values with their types


class ExportedAdmin(ExportMixin):  # type: ignore[misc]  # import_export ships no types
    """A list with an export of its rows as a table."""

    formats = (CsvTable, XlsxTable, JSON)
    export_form_class = ExportForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Permit the export to every user who may see the list."""
        return bool(self.has_view_permission(request))
