"""Tables that pages give as files: CSV for people, and workbooks with a sheet about the table."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from common.languages import current
from common.spreadsheets import Cell, Row, write_csv, write_xlsx
from dashboard.page import Page
from ratification.record.about import about_table
from ratification.record.selectors import Extract

TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The formats, by the endings of their names."""


def number_or_text(text: str) -> Cell:
    """Return a whole number where a text is one and nothing is lost by it: a code such as 004 stays a text."""
    return int(text) if text.isdecimal() and (text == "0" or not text.startswith("0")) else text


def table_response(
    page: Page[Extract],
    suffix: str,
    headings: Sequence[str],
    rows: Iterable[Row],
    *,
    name: str,
    title: str,
    permalink: str = "",
) -> HttpResponse:
    """Return a table of a page as a file.

    Args:
        page: the page, for treaty, day and revision.
        suffix: one of `TABLES`.
        headings: the heading row.
        rows: the cells.
        name: what the file is named by.
        title: what the table is, for the sheet about it.
        permalink: the address that gives the table again; the page's own without one.
    """
    if suffix == "csv":
        file = write_csv(headings, rows, for_people=True)
    else:
        about = about_table(
            title,
            permalink=permalink or page.permanent,
            treaty=page.treaty,
            as_of=page.view.as_of,
            revision=page.view.revision,
        )
        file = write_xlsx(name, headings, rows, about, direction=current().direction)
    response = HttpResponse(file, content_type=TABLES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{page.file_name(name, suffix)}"'
    return response
