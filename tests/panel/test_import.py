"""Entries from a table: a preview that writes nothing, and drafts only when the person says so."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ratification.intake.uploads import MAX_ROWS
from ratification.models import Action
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
IMPORT = "/admin/ratification/action/import/"
HEADING = "participant,kind,taken_on,source,summary"
GOOD = ["France,ratification,2026-05-01,untc-xviii-16,", "Burma,accession,2026-05-02,untc-xviii-16,"]
BAD = {
    "Nowhere,accession,2026-05-01,untc-xviii-16,": "no participant is known as 'Nowhere'",
    "Viet Nam,agreement,2026-05-01,untc-xviii-16,": "'agreement' is no kind of treaty action",
    "Viet Nam,ratification,2026-13,untc-xviii-16,": "does not exist",
    "Viet Nam,ratification,,untc-xviii-16,": "taken_on is empty",
    "Viet Nam,ratification,2026-05-01,unknown,": "no source 'unknown'",
    "Viet Nam,ratification,2026-05-01,untc-xviii-16,=1+1": "summary begins with =, as a formula does",
    "Viet Nam,ratification,2026-05-01,untc-xviii-16,@SUM(A1)": "summary begins with @",
    "EUE,approval,2026-03-01,untc-xviii-16,": "None of the organization&#x27;s member States",
    "Viet Nam,accession,2026-05-01,untc-xviii-16,": "A signatory ratifies",
    "Qatar,ratification,2026-05-01,untc-xviii-16,": "would have to be withdrawn or denounced first",
    "France,acceptance,2026-05-03,untc-xviii-16,": "The ratification of 2026-05-01 stands",
}


def send(client: Client, treaty: Treaty, content: bytes | str, name: str = "table.csv") -> Any:  # noqa: ANN401 - the test client's response
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(IMPORT, {"treaty": treaty.pk, "file": file, "source": ""})


def confirmed(client: Client, model: str = "action") -> dict[str, str]:
    """Return what the button below the preview sends."""
    read = client.session.get(f"panel-import-{model}", {})
    return {"_confirm": "1", "table": read.get("table", "")}


def table(*rows: str) -> str:
    return "\n".join([HEADING, *rows]) + "\n"


def test_the_preview_says_row_by_row_what_would_happen_and_writes_nothing(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    before, client = list(Action.objects.values_list()), at(clerk)
    with CaptureQueriesContext(connection) as queries:
        response = send(client, hanoi, table(*GOOD, "Qatar,signature,2025-10-25,untc-xviii-16,", *BAD))
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("django_session" in sql for sql in written), (
        "who previews a long table keeps nobody from writing"
    )
    lines = response.context["lines"]
    assert [line.outcome for line in lines] == ["new", "new", "unchanged", *["refused"] * len(BAD)]
    page = response.content.decode()
    for message in BAD.values():
        assert message.replace("'", "&#x27;") in page or message in page, message
    assert list(Action.objects.values_list()) == before


def test_what_is_clean_is_drafted_on_confirmation_and_is_unchanged_afterwards(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    client = at(clerk)
    send(client, hanoi, table(*GOOD))
    response = client.post(IMPORT, confirmed(client), follow=True)
    assert "2 entries were drafted." in response.content.decode()
    drafts = Action.objects.filter(author=clerk)
    assert {str(entry) for entry in drafts} == {
        "France: ratification, 2026-05-01",
        "Myanmar: accession, 2026-05-02",
    }
    assert set(drafts.values_list("state", flat=True)) == {"draft"}
    assert "Drafted from the table table.csv." in LogEntry.objects.first().get_change_message()  # type: ignore[union-attr]  # there is one

    assert (
        "There is no table to confirm" in client.post(IMPORT, confirmed(client), follow=True).content.decode()
    )
    lines = send(client, hanoi, table(*GOOD)).context["lines"]
    assert [line.outcome for line in lines] == ["unchanged", "unchanged"]
    assert drafts.count() == 2


@pytest.mark.production  # other tests send SQLite the same statements
def test_refused_rows_stop_everything_unless_they_are_left_out(hanoi: Treaty, clerk: User, at: At) -> None:
    client, text = at(clerk), table(*GOOD, *list(BAD)[:2])
    send(client, hanoi, text)
    response = client.post(IMPORT, confirmed(client), follow=True)
    assert "2 rows are refused, so nothing was drafted" in response.content.decode()
    assert not Action.objects.filter(author=clerk).exists()
    send(client, hanoi, text)
    response = client.post(IMPORT, {**confirmed(client), "leave_out": "1", "submit": "1"}, follow=True)
    assert "2 entries were drafted. They wait for review. 2 rows were left out." in response.content.decode()
    assert list(Action.objects.filter(author=clerk).values_list("state", flat=True)) == ["in_review"] * 2


def test_rows_can_build_on_each_other(hanoi: Treaty, clerk: User, at: At) -> None:
    rows = [
        "Singapore,signature,2026-04-01,untc-xviii-16,",
        "Singapore,ratification,2026-05-01,untc-xviii-16,",
    ]
    lines = send(at(clerk), hanoi, table(*rows)).context["lines"]
    assert [line.outcome for line in lines] == ["new", "new"]


def test_a_workbook_is_read_like_a_table(hanoi: Treaty, clerk: User, at: At) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["participant", "kind", "taken_on", "articles", "relates_to", "summary"])
    sheet.append(["FRA", "Ratification", date(2026, 5, 1), None, None, "Deposited."])
    sheet.append(["AUT", "objection", "2026-05-01", 63, 81, "Against the reservation."])
    sheet.append(["VNM", "ratification", "2026-05-01", None, None, "=1+1"])
    sheet.append([None] * 6)
    content = io.BytesIO()
    book.save(content)
    lines = send(at(clerk), hanoi, content.getvalue(), "table.xlsx").context["lines"]
    assert [(line.outcome, line.why) for line in lines[:2]] == [("new", ""), ("new", "")]
    assert "as a formula does" in lines[2].why
    assert len(lines) == 3


def test_the_source_chosen_once_serves_the_rows_that_name_none(hanoi: Treaty, clerk: User, at: At) -> None:
    client, source = at(clerk), hanoi.sources.get(key="untc-xviii-16")
    file = SimpleUploadedFile("table.csv", b"participant;kind;taken_on\nFRA;ratification;2026-05-01\n")
    client.post(IMPORT, {"treaty": hanoi.pk, "file": file, "source": source.pk})
    client.post(IMPORT, confirmed(client))
    assert Action.objects.get(author=clerk).source == source


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return content.getvalue()


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_file_that_is_no_proper_table_is_refused_with_a_sentence(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    client = at(clerk)
    many = table(*["FRA,ratification,2026-05-01,untc-xviii-16,"] * 100_000)
    refused: dict[tuple[str, str | bytes], str] = {
        ("table.csv", many): "at most 2,000,000 are taken",
        ("table.csv", table(*["F,r,2,,"] * (MAX_ROWS + 1))): "more than 2,000 rows",
        ("table.csv", "participant,kind\nFRA,ratification\n"): "it lacks taken_on",
        ("table.csv", HEADING + ",colour\n"): "Unknown column: colour",
        ("table.csv", HEADING + ",kind\nx\n"): "A column stands twice",
        ("table.csv", HEADING + "\n"): "a heading and no rows",
        ("table.csv", b"participant,kind,taken_on\n\xff\xfe"): "not UTF-8 text",
        ("table.csv", "participant,kind,taken_on\n\0"): "Line 2 of the file has a NUL character",
        ("table.csv", 'participant,kind,taken_on\n"FRA"x,y,z\n'): "Line 2 of the file",
        ("table.csv", b"%PDF-1.7"): "is a PDF document",
        ("table.xls", b"<html><table>"): "is a page of HTML",
        ("table.xlsx", b"PK\x03\x04"): "is not an XLSX workbook",
        ("table.xlsx", bomb()): "at most 50,000,000 are read",
    }
    for (name, content), message in refused.items():
        response = send(client, hanoi, content, name)
        assert message in str(response.context["form"].errors.get("file")), message
    assert not Action.objects.filter(author=clerk).exists()


def test_a_source_of_another_treaty_is_refused(hanoi: Treaty, clerk: User, at: At) -> None:
    other = Treaty.objects.create(slug="other", title="Other", short_title="Other", depositary="SG")
    source = other.sources.create(key="list", title="List", confidence="primary")
    file = SimpleUploadedFile("table.csv", table(*GOOD).encode())
    response = at(clerk).post(IMPORT, {"treaty": hanoi.pk, "file": file, "source": source.pk})
    assert "belongs to another treaty" in str(response.context["form"].errors)


def test_rows_are_numbered_as_in_the_file(hanoi: Treaty, clerk: User, at: At) -> None:
    response = send(
        at(clerk),
        hanoi,
        "participant,kind,taken_on\n\nVNM,ratification,2026-04-15\n,,\nXXX,ratification,2026\n",
    )
    assert [(line.number, line.outcome) for line in response.context["lines"]] == [(3, "new"), (5, "refused")]


@pytest.mark.production  # other tests send SQLite the same statements
def test_the_preview_survives_a_confirmation_without_the_tick(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    send(client, hanoi, table(*GOOD, *list(BAD)[:2]))
    response = client.post(IMPORT, confirmed(client))
    assert [line.outcome for line in response.context["lines"]] == ["new", "new", "refused", "refused"]
    response = client.post(IMPORT, {**confirmed(client), "leave_out": "1"}, follow=True)
    assert "2 entries were drafted." in response.content.decode()


def test_a_submitted_table_is_listed_and_reviewed_as_one_set(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    client = at(clerk)
    send(client, hanoi, table(*GOOD))
    response = client.post(IMPORT, {**confirmed(client), "submit": "1"}, follow=True)
    assert response.context["cl"].result_count == 2
    first = Action.objects.filter(author=clerk).order_by("pk")[0]
    page = at(reviewer).get(f"/admin/ratification/action/{first.pk}/change/").content.decode()
    assert "Review the 2 entries drafted with it together" in page
    page = at(reviewer).get(f"/admin/ratification/action/set/?drafted_with={first.pk}").content.decode()
    assert "Publish 2 entries together" in page
    assert "Myanmar" in page


def test_an_empty_table_can_be_taken_and_filled_in(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    answer = client.get(f"{IMPORT}?template=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="action-template.csv"'
    heading = answer.content.decode("utf-8-sig").strip().split(",")
    row = dict.fromkeys(heading, "") | {
        "participant": "France", "kind": "ratification", "taken_on": "2026-05-01", "source": "untc-xviii-16",
    }  # fmt: skip
    filled_in = answer.content.decode() + ",".join(row.values())
    assert [line.outcome for line in send(client, hanoi, filled_in).context["lines"]] == ["new"]


def test_numbers_of_notifications_in_a_table_are_held_against_pattern_and_treaty(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    heading = "participant,kind,taken_on,source,notification\n"
    rows = {
        "C.N.501.2026.TREATIES-XVIII.16": "new",
        "Reference: C.N.502.2026.TREATIES-XVIII.16 (Depositary Notification)": "new",
        "C.N.503.2026.TREATIES-XVIII.12": "refused",
        "hello world": "refused",
    }
    names = ("France", "Viet Nam", "Angola", "Algeria")
    lines = [
        f"{name},ratification,2026-05-01,untc-xviii-16,{number}"
        for name, number in zip(names, rows, strict=True)
    ]
    read = send(at(clerk), hanoi, heading + "\n".join(lines)).context["lines"]
    assert [line.outcome for line in read] == list(rows.values())
    assert "is not about Hanoi Convention, whose number is XVIII-16" in read[2].wrong["notification"]
    assert "is no number of a notification" in read[3].wrong["notification"]
    assert read[1].content.notification == "C.N.502.2026.TREATIES-XVIII.16"


def test_a_table_read_in_another_window_is_not_drafted_by_the_button_of_the_first(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    client = at(clerk)
    send(client, hanoi, table(GOOD[0]), name="first.csv")
    first = confirmed(client)
    send(client, hanoi, table(GOOD[1]), name="second.csv")
    page = client.post(IMPORT, first, follow=True).content.decode()
    assert "Another table has been read since in another window: second.csv. Nothing was drafted" in page
    assert not Action.objects.filter(author=clerk).exists()
    client.post(IMPORT, confirmed(client))
    assert [entry.participant.iso3 for entry in Action.objects.filter(author=clerk)] == ["MMR"]
