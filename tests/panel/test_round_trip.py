"""The panel's own export is read back, and says nothing new: the whole bundled record, as CSV and as a workbook."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Say = Callable[..., ActionContent]
LIST = "/admin/ratification/action/"
FORMATS = {"csv": "0", "xlsx": "1"}


def exported(client: Client, treaty: Treaty, suffix: str) -> bytes:
    answer = client.post(
        f"{LIST}export/?treaty__id__exact={treaty.pk}", {"format": FORMATS[suffix], "resource": ""}
    )
    return bytes(answer.content)


def preview(client: Client, treaty: Treaty, content: bytes, suffix: str) -> Any:  # noqa: ANN401 - the test client's response
    file = SimpleUploadedFile(f"export.{suffix}", content)
    return client.post(f"{LIST}import/", {"treaty": treaty.pk, "file": file, "source": ""})


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_whole_bundled_record_reads_back_as_unchanged(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    clerk: User,
    at: At,
    suffix: str,
) -> None:
    client = at(clerk)
    for treaty in Treaty.objects.all():
        lines = preview(client, treaty, exported(client, treaty, suffix), suffix).context["lines"]
        assert len(lines) == treaty.actions.count()
        assert {(line.outcome, line.why.partition("differ")[1]) for line in lines} == {("unchanged", "")}


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize("suffix", FORMATS)
def test_corrected_entries_drafts_and_every_sign_read_back_too(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, say: Say, now: datetime, suffix: str
) -> None:
    signature = hanoi.actions.get(participant__iso3="FRA", kind="signature")
    corrected = ledger.correct(
        signature, say("FRA signature 2025-10-26"), author=clerk, reason="A day later.", now=now
    )
    corrected = ledger.submit(corrected, by=clerk)
    ledger.publish(corrected, reviewer=reviewer, now=now, shown=shown_of(corrected))
    texts = [
        "=1+1",
        "-2+3+cmd|' /C calc'!A0",
        "'@quoted",
        "\ttab",
        "\u00a0blank",
        "two\r\nlines",
        "a; b, \u201cc\u201d",
    ]
    for day, text in enumerate(texts, 1):
        code = ["AUT", "BEL", "CHL", "VNM", "BRA", "DEU", "ITA"][day - 1]
        kind = "ratification" if hanoi.actions.filter(participant__iso3=code).exists() else "accession"
        ledger.draft(hanoi, say(f"{code} {kind} 2026-05-{day:02}", note=text), author=clerk, now=now)
    client = at(clerk)
    lines = preview(client, hanoi, exported(client, hanoi, suffix), suffix).context["lines"]
    assert len(lines) == hanoi.actions.count()
    assert {line.outcome for line in lines} == {"unchanged"}
    assert not [line.why for line in lines if "differ" in line.why]


def test_an_export_names_its_sheet_and_what_it_is(hanoi: Treaty, clerk: User, at: At) -> None:
    content = exported(at(clerk), hanoi, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    about = dict(book["about"].values)
    assert about["Treaty"] == hanoi.title
    assert about["Revision"] == str(hanoi.record.revision)
    assert f"/admin/ratification/action/?treaty__id__exact={hanoi.pk}" in about["Permalink"]
    page = preview(at(clerk), hanoi, content, "xlsx").content.decode()
    assert "Sheet \u201cexport\u201d was read, the first visible one. Not read: \u201cabout\u201d." in page


def test_rows_of_another_treaty_or_revision_are_refused_and_repeats_are_told(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    clerk: User,
    at: At,
) -> None:
    hanoi = Treaty.objects.get(slug="hanoi")
    heading = "treaty,participant,kind,taken_on,revision,source\n"
    rows = [
        "untoc,Tuvalu,accession,2026-05-01,,untc-xviii-16",
        "hanoi,Tuvalu,accession,2026-05-01,,untc-xviii-16",
        ",TUV,accession,2026-05-01,,untc-xviii-16",
        "hanoi,Tuvalu,accession,2026-05-01,3,untc-xviii-16",
        "hanoi,Tuvalu,accession,2026-05-01,9999,untc-xviii-16",
    ]
    lines = preview(at(clerk), hanoi, (heading + "\n".join(rows)).encode(), "csv").context["lines"]
    assert [(line.outcome, line.why) for line in lines] == [
        ("refused", "treaty: the row is of 'untoc', and the table is drafted for hanoi."),
        ("new", ""),
        ("repeated", "Row 3 of the table says the same."),
        ("refused", "revision: entry 3 says otherwise; correct it on its own page."),
        ("refused", "revision: the record has no entry '9999' of this kind."),
    ]
    assert not Action.objects.filter(author=clerk).exists()
