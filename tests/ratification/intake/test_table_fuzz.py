"""Spoilt tables: anything uploaded is refused in a sentence or previewed row by row; nothing is ever published.

A few hundred examples here, 5,000 in `make fuzz`.
"""

import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from common.spreadsheets import Cell, write_csv, write_xlsx
from ratification.intake import uploads
from ratification.intake.rows import ACTIONS, REPORTS, Layout
from ratification.intake.uploads import OUTCOMES, TableDrafts, TableRefusedError
from ratification.models import Action, Report
from ratification.record.entries import latest_revision
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MORNING = NOW.replace(hour=9, tzinfo=None)  # workbooks have no zone
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: dict[str, list[str]] = {
    "participant": ["FJI", "242", "4", "Côte d´Ivoire", "Viet\u00a0Nam", "NA", "nobody", "٢٤٢", "²", "9" * 5000],
    "kind": ["ratification", "Accession", "objection", "withdrawal", "no kind", "definitive signature"],
    "taken_on": ["2026-05-01", "2026-05", "2026", "2026-02/2026-03", "2026-13", "01/05/2026", "9999-12-31", "0000"],
    "effective_on": ["", "2026-06-01", "2026/..", "/"],
    "articles": ["7(2); 63", "63(3)", ";;", "7" * 300],
    "relates_to": ["81", "3", "0", "-1", "9" * 30, "9" * 5000, "x"],
    "source": ["untc-xviii-16", "unknown", ""],
    "confidence": ["primary", "sure"],
    "revision": ["1", "81", "9999", "9" * 5000, "one", "١"],
    "treaty": ["hanoi", "untoc", "?"],
    "entry": ["original", "correction", "?"],
    "measure": ["law-7", "no measure"],
    "stage": ["in_force", "deposited", "?"],
}  # fmt: skip
LOOSE = (
    st.sampled_from(
        [
            "",
            "=1+1",
            "'=1+1",
            "-2",
            "@x",
            "#N/A",
            "\u00ad",
            "\u200b",
            "a\nb",
            "a;b",
            'a"b',
            "x" * 500,
            "_x0000_",
            "_x000D_",
        ]
    )
    | TEXT
)


def cell(column: str) -> st.SearchStrategy[str]:
    return st.sampled_from(VALUES.get(column, [""])) | LOOSE


@st.composite
def rows_of(draw: st.DrawFn, layout: Layout[Action] | Layout[Report]) -> tuple[list[str], list[list[Cell]]]:
    """A heading that is mostly right, and rows that mostly fit under it."""
    columns = [
        *layout.required,
        *draw(st.lists(st.sampled_from([*layout.optional, *layout.exported]), unique=True, max_size=5)),
    ]
    columns += draw(st.lists(st.sampled_from(["", "colour", "kind"]) | TEXT, max_size=1))
    rows: list[list[Cell]] = []
    for _row in range(draw(st.integers(0, 5))):
        cells: list[Cell] = [draw(cell(column)) for column in columns]
        cells += draw(st.lists(st.sampled_from(["", "more"]), max_size=2))
        rows.append(cells[: draw(st.integers(0, len(cells)) | st.just(len(cells)))])
    return columns, rows


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, bytes]:
    drawn: tuple[list[str], list[list[Cell]]] = draw(rows_of(ACTIONS) | rows_of(REPORTS))
    columns, rows = drawn
    match draw(st.sampled_from(["csv", "csv", "tsv", "own.csv", "own.xlsx", "xlsx"])):
        case "own.csv":
            return "table.csv", write_csv(columns, rows, for_people=True)
        case "own.xlsx":
            return "table.xlsx", write_xlsx(
                "t", columns, [row[: len(columns)] for row in rows], {"Table": "t"}
            )
        case "xlsx":
            return "table.xlsx", draw(workbook(columns, rows))
        case suffix:
            mark = draw(st.sampled_from([",", ";", "\t"])) if suffix == "csv" else "\t"
            lines: list[Sequence[Cell]] = [columns, *rows]
            text = "\r\n".join(mark.join(map(str, row)) for row in lines)
            text = draw(st.sampled_from(["", "\ufeff", f"sep={mark}\r\n", "\r\n"])) + text
            encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "cp1252", "utf-32"]))
            return f"table.{suffix}", text.encode(encoding, errors="replace")


@st.composite
def workbook(draw: st.DrawFn, columns: Sequence[Cell], rows: list[list[Cell]]) -> bytes:
    """A workbook as people have them: other sheets, merged cells, real days, formulas, errors."""
    book = openpyxl.Workbook()
    sheet = book.active
    lines: list[Sequence[Cell]] = [columns, *rows]
    for line, row in enumerate(lines, 1):
        for number, value in enumerate(row, 1):
            changed = draw(st.sampled_from([value] * 6 + [date(2026, 5, 1), MORNING, 242, 1.5, True]))
            try:
                sheet.cell(line, number, changed)
            except IllegalCharacterError:  # a sign that no workbook can hold
                sheet.cell(line, number, "#REF!").data_type = "e"
    sheet.sheet_state = draw(st.sampled_from(["visible", "visible", "hidden"]))
    for _sheet in range(draw(st.integers(0, 1)) + (sheet.sheet_state == "hidden")):
        book.create_sheet().append(["participant", "kind", "taken_on"])
    if draw(st.booleans()):
        sheet.merge_cells("A1:B2")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A table with bytes exchanged, cut out or cut off; of a workbook, in one of its parts or in the whole."""
    name, content = draw(tables())
    if name.endswith("xlsx") and draw(st.booleans()):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(file, "w") as changed:
            chosen = draw(st.sampled_from(parts.namelist()))
            for part in parts.namelist():
                changed.writestr(part, draw(cut(parts.read(part))) if part == chosen else parts.read(part))
        return name, file.getvalue()
    return name, draw(cut(content))


@st.composite
def cut(draw: st.DrawFn, content: bytes) -> bytes:
    # The length of a workbook varies with its moment: the bounds of what is drawn must not.
    at, until = sorted(draw(st.integers(0, 2**16)) % (len(content) + 1) for _place in range(2))
    return draw(
        st.sampled_from(
            [
                content[:at],
                content[:at] + content[until:],
                content[:until] + content[at:],
                content[:at] + draw(st.binary(max_size=8)) + content[at + 4 :],
            ]
        )
    )


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("hanoi")
@settings(
    max_examples=settings().max_examples * 5,  # 5,000 in `make fuzz`
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(
    table=tables()
    | spoilt()
    | st.tuples(st.sampled_from(["a.csv", "a.tsv", "a.xlsx", "a.pdf", ""]), st.binary(max_size=80)),
    layout=st.sampled_from([ACTIONS, ACTIONS, REPORTS]),
)
@example(table=("a.csv", b"participant,kind,taken_on\nFJI,ratification,2026-05-01\n"), layout=ACTIONS)
def test_no_table_breaks_the_upload_or_publishes_anything(
    hanoi: Treaty, table: tuple[str, bytes], layout: Layout[Action]
) -> None:
    author = User.objects.get_or_create(username="clerk")[0]
    before = latest_revision(hanoi), Action.objects.count(), Report.objects.count()
    with suppress(TableRefusedError), transaction.atomic():
        uploaded = uploads.read(layout, table[1])
        tried = uploads.check_rows(layout, hanoi, uploaded.rows, None)
        TableDrafts(hanoi, tried, author=author, now=NOW)
        lines = uploads.check_rows(layout, hanoi, uploaded.rows, None)
        drafts = TableDrafts(hanoi, lines, author=author, now=NOW).write()
        assert [(line.outcome, line.why) for line in tried] == [(line.outcome, line.why) for line in lines]
        transaction.set_rollback(True)
        assert len(lines) == len(uploaded.rows)
        assert {line.outcome for line in lines} <= set(OUTCOMES)
        assert all(line.why for line in lines if line.outcome != "new")
        assert all(entry.state == "draft" for entry in drafts)
    assert (latest_revision(hanoi), Action.objects.count(), Report.objects.count()) == before
