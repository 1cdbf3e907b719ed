"""Reports from a table, out of the panel as a table, and the lists of what waits, is missing and is old."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from panel.gaps import gaps_of
from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import LedgerError, ReportContent
from ratification.models import Report
from ratification.readiness.stages import a_year_before, readiness_of
from ratification.rules.dates import parse_edtf
from states.models import Participant
from tests.panel.test_import import confirmed
from treaty.models import Measure, Treaty

At = Callable[[User], Client]
LIST = "/admin/ratification/report/"
HEADING = "participant,measure,stage,taken_on,source,summary"
GOOD = [
    "Viet Nam,central-authority,designated,2026-05-01,untc-xviii-16,The ministry.",
    "Burma,Illegal access,in force,2026-05,untc-xviii-16,",
]
# A row, and the columns in which it is wrong, each with what is said of it.
BAD: dict[str, dict[str, str]] = {
    "Nowhere,law-7,in_force,2026-05-01,untc-xviii-16,": {"participant": "no participant is known as"},
    "France,weather,sunny,2026-13,unknown,=1+1": {
        "measure": "has no measure 'weather'",
        "stage": "'sunny' is no stage",
        "taken_on": "does not exist",
        "source": "no source 'unknown'",
        "summary": "as a formula does",
    },
    "France,,in_force,2026-05-01,untc-xviii-16,": {"measure": "measure is empty"},
}
# A row that the ledger itself refuses, and why.
REFUSED = {
    "France,law-7,designated,2026-05-01,untc-xviii-16,": "is none of those of",
    "France,ratification,deposited,2026-05-01,untc-xviii-16,": "are treaty actions",
    "France,law-7,in_force,2099-01-01,untc-xviii-16,": "lies in the future",
}


@pytest.fixture
def published(hanoi: Treaty, clerk: User, reviewer: User, now: datetime) -> Callable[[str], Report]:
    """Takes a report all the way: `published("VNM law-7 in_force 2026-05-01")`."""

    def publish(text: str) -> Report:
        iso3, slug, stage, taken = text.split()
        account = ReportContent(
            participant=Participant.objects.get(iso3=iso3),
            measure=hanoi.measures.get(slug=slug),
            stage=stage,
            taken=parse_edtf(taken),
            source=hanoi.sources.first(),
        )
        entry = ledger.submit(ledger.draft(hanoi, account, author=clerk, now=now), by=clerk)
        return ledger.publish(entry, reviewer=reviewer, now=now, shown=shown_of(entry))

    return publish


def send(client: Client, treaty: Treaty, *rows: str, heading: str = HEADING) -> Any:  # noqa: ANN401 - the test client's response
    file = SimpleUploadedFile("table.csv", "\n".join([heading, *rows]).encode())
    return client.post(f"{LIST}import/", {"treaty": treaty.pk, "file": file, "source": ""})


def test_the_preview_names_each_wrong_cell_and_writes_nothing(hanoi: Treaty, clerk: User, at: At) -> None:
    response = send(at(clerk), hanoi, *GOOD, *BAD, *REFUSED)
    lines = response.context["lines"]
    assert [line.outcome for line in lines] == ["new"] * 2 + ["refused"] * 6
    for line, wrong in zip(lines[2:5], BAD.values(), strict=True):
        assert set(line.wrong) == set(wrong)
        assert all(said in line.wrong[column] for column, said in wrong.items())
    for line, why in zip(lines[5:], REFUSED.values(), strict=True):
        assert why in line.why
    page = response.content.decode()
    assert page.count('<td class="wrong">') == 7
    assert not Report.objects.exists()


def test_all_or_nothing_is_drafted_and_nothing_published(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    send(client, hanoi, *GOOD, *REFUSED)
    answer = client.post(f"{LIST}import/", confirmed(client, "report"), follow=True).content.decode()
    assert "3 rows are refused, so nothing was drafted" in answer
    assert not Report.objects.exists()
    send(client, hanoi, *GOOD)
    answer = client.post(f"{LIST}import/", confirmed(client, "report"), follow=True).content.decode()
    assert "2 entries were drafted" in answer
    reports = Report.objects.all()
    assert {(str(each), each.state) for each in reports} == {
        ("Viet Nam: Central authority for mutual legal assistance, designated, 2026-05-01", "draft"),
        ("Myanmar: Illegal access, in force, 2026-05", "draft"),
    }
    lines = send(client, hanoi, *GOOD).context["lines"]
    assert [line.outcome for line in lines] == ["unchanged", "unchanged"]


def test_a_table_has_no_column_for_who_answers_there(hanoi: Treaty, clerk: User, at: At) -> None:
    for column in ("telephone", "contact_name", "address"):
        response = send(at(clerk), hanoi, GOOD[0] + ",x", heading=f"{HEADING},{column}")
        assert f"Unknown column: {column}" in str(response.context["form"].errors)


def test_who_may_draft_from_a_table(hanoi: Treaty, reviewer: User, administrator: User, at: At) -> None:
    for user in (reviewer, administrator):
        assert at(user).get(f"{LIST}import/").status_code == 403
        assert send(at(user), hanoi, *GOOD).status_code == 403


def test_an_export_can_be_read_back(
    hanoi: Treaty, clerk: User, at: At, published: Callable[[str], Report]
) -> None:
    published("VNM law-7 in_force 2026-05")
    client = at(clerk)
    answer = client.post(f"{LIST}export/", {"format": "0", "resource": ""}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(answer))
    assert (row["participant"], row["measure"], row["stage"]) == ("VNM", "law-7", "in_force")
    assert (row["taken_on"], row["revision"]) == ("2026-05", "88")
    cells = [row[column] for column in HEADING.split(",")]
    (line,) = send(client, hanoi, ",".join(cells)).context["lines"]
    assert line.outcome == "unchanged"


def test_the_start_page_counts_reports(
    hanoi: Treaty,
    clerk: User,
    reviewer: User,
    at: At,
    published: Callable[[str], Report],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    published("VNM law-7 in_force 2020-05-01")
    published("VNM law-8 in_force 2020-05-01")
    published("VNM law-8 already_covered 2026-05-01")
    client = at(clerk)
    send(client, hanoi, *GOOD)
    client.post(f"{LIST}import/", {**confirmed(client, "report"), "submit": "1"})
    start = at(reviewer).get("/admin/").context["start"]
    counted = {count.label: count.number for count in start.reports}
    assert counted["Waiting for review, not mine"] == 2
    assert counted["Last confirmed more than a year ago"] == 1
    for count in start.reports:
        assert at(reviewer).get(count.address).context["cl"].result_count == count.number


def test_what_is_missing_and_what_is_old(
    hanoi: Treaty, clerk: User, at: At, published: Callable[[str], Report], today: date
) -> None:
    published("QAT contact-point designated 2025-11-01")
    said = readiness_of(hanoi, today=today)
    contact, central, *_ = gaps_of(said, Measure.Theme.AUTHORITIES, "bound")
    assert ([found.participant.iso3 for found in contact.old], contact.missing) == (["QAT"], [])
    assert [person.iso3 for person in central.missing] == ["QAT"]
    contact, *_ = gaps_of(said, Measure.Theme.AUTHORITIES, "signed")
    assert (
        len(contact.missing) == said.outcome.signatories.certain - 2
    )  # Qatar, and Azerbaijan, which designated
    page = at(clerk).get(f"{LIST}gaps/", {"who": "bound"}).content.decode()
    assert "Old: 1" in page
    form = at(clerk).get(f"{LIST}add/?measure={central.measure.pk}&participant={central.missing[0].pk}")
    assert f'value="{central.measure.pk}" selected' in form.content.decode()
    assert "Select a valid choice" in at(clerk).get(f"{LIST}gaps/", {"who": "x"}).content.decode()


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-11-21", "2025-11-21"), ("2028-02-29", "2027-03-01"), ("2025-02-28", "2024-02-28")],
)
def test_a_year_before(day: str, first: str) -> None:
    assert a_year_before(date.fromisoformat(day)) == date.fromisoformat(first)


def test_a_report_that_somebody_else_has_drafted_is_pointed_out(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, now: datetime
) -> None:
    client = at(clerk)
    send(client, hanoi, *GOOD)
    client.post(f"{LIST}import/", confirmed(client, "report"))
    same = ledger.content_of(Report.objects.get(participant__iso3="VNM"))
    with pytest.raises(LedgerError, match=r"Drafted already: Viet Nam.*\(draft, clerk\)"):
        ledger.draft(hanoi, same, author=reviewer, now=now)
