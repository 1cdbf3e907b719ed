"""Export of the panel's lists as tables, by the writer that makes the project's other tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.formats.base_formats import BINARY_FORMATS, JSON, Format
from import_export.forms import ExportForm

from common.spreadsheets import Row, cell_of, write_csv, write_xlsx
from ratification.record.about import about_table
from treaty.models import Treaty

if TYPE_CHECKING:
    from tablib import Dataset


class TableFormat(Format):  # type: ignore[misc]  # import_export ships no types
    """A format that `common.spreadsheets` writes."""

    extension: ClassVar[str]
    media_type: ClassVar[str]
    about: Mapping[str, str] = {}
    """Remarks of the file on itself, where it has a place for them."""

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
    """CSV with formulas neutralised and a byte order mark."""

    extension = "csv"
    media_type = "text/csv"

    def write(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        """Write the table."""
        return write_csv(columns, rows, for_people=True)


class XlsxTable(TableFormat):
    """Workbook whose texts are never formulas, with a sheet that says what it is."""

    extension = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
        """Write the table."""
        return write_xlsx("export", columns, rows, self.about)


BINARY_FORMATS.append(XlsxTable)  # import_export gives the formats of this list values with their types


class ExportedAdmin(ExportMixin):  # type: ignore[misc]  # import_export ships no types
    """A list with an export of its rows as a table."""

    formats = (CsvTable, XlsxTable, JSON)
    export_form_class = ExportForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Permit the export to every user who may see the list."""
        return bool(self.has_view_permission(request))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or export; a filter that the list does not know leads to the whole list, as on its page."""
        try:
            return cast("HttpResponse", super().export_action(request))
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def get_export_data(
        self,
        file_format: Format,
        request: HttpRequest,
        queryset: QuerySet[Any],
        **kwargs: Any,  # noqa: ANN401 - import_export's signature
    ) -> bytes:
        """Write the list, and say what it is."""
        if isinstance(file_format, TableFormat):
            file_format.about = self._about(request, queryset)
        return cast("bytes", super().get_export_data(file_format, request, queryset, **kwargs))

    def _about(self, request: HttpRequest, queryset: QuerySet[Any]) -> dict[str, str]:
        """Return what the workbook says of itself; treaty and revision where its rows are of one treaty."""
        try:
            queryset.model._meta.get_field("treaty")  # noqa: SLF001 - Django's documented API
        except FieldDoesNotExist:
            treaties = []
        else:
            treaties = list(Treaty.objects.filter(pk__in=queryset.order_by().values("treaty"))[:2])
        treaty = treaties[0] if len(treaties) == 1 else None
        record = getattr(treaty, "record", None)
        return about_table(
            f"{queryset.model._meta.verbose_name_plural}, as listed in the panel, unpublished ones among them",  # noqa: SLF001 - Django's documented API
            permalink=request.build_absolute_uri().replace("/export/", "/"),
            treaty=treaty,
            as_of=timezone.now().date(),
            revision=record.revision if record else None,
        )
