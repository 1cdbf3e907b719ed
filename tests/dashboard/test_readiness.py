"""Where participants stand on the treaty's measures: what follows, what is reported, and the pages that show it."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import LedgerError, ReportContent
from ratification.models import Action, Record, Report
from ratification.operations import audit
from ratification.readiness.stages import Readiness, readiness_of
from ratification.rules.dates import Span, parse_edtf
from ratification.status import recompute as status
from states.models import Participant
from treaty.models import Measure, Treaty

pytestmark = pytest.mark.usefixtures("hanoi")
Say = Callable[..., ReportContent]


@pytest.fixture
def say(hanoi: Treaty) -> Say:
    """An account of a stage: `say("VNM central-authority designated 2026-05-01")`."""

    def account(text: str, override: str = "") -> ReportContent:
        iso3, slug, stage, taken = text.split()
        return ReportContent(
            participant=Participant.objects.get(iso3=iso3),
            measure=hanoi.measures.get(slug=slug),
            stage=stage,
            taken=parse_edtf(taken),
            source=hanoi.sources.get(key="untc-xviii-16"),
            override=override,
        )

    return account


@pytest.fixture
def amend(clerk: User, reviewer: User, now: datetime) -> Callable[..., Action | Report]:
    """Corrects a published entry: `amend(entry, note="...")`; without a change it is retracted."""

    def take(entry: Any, **changes: object) -> Action | Report:  # noqa: ANN401 - an entry of either kind
        if changes:
            statement = replace(ledger.content_of(entry), **changes)
            draft = ledger.correct(entry, statement, author=clerk, reason="It was misread.", now=now)
        else:
            draft = ledger.retract(entry, author=clerk, reason="It did not happen.", now=now)
        published: Action | Report = ledger.publish(
            ledger.submit(draft, by=clerk), reviewer=reviewer, now=now
        )
        return published

    return take


@pytest.fixture
def stages(hanoi: Treaty, today: date) -> Callable[..., dict[str, str]]:
    """The stages of a participant by measure."""

    def asked(iso3: str, as_of: date | None = None, revision: int | None = None) -> dict[str, str]:
        found = readiness_of(hanoi, today=today, as_of=as_of, revision=revision).now()
        return {slug: each.stage.value for (code, slug), each in found.items() if code == iso3}

    return asked


AUTHORITIES = dict.fromkeys(
    ["contact-point", "central-authority", "prevention-authority", "extradition-authority"], "designated"
)


@pytest.mark.parametrize(
    ("iso3", "day", "expected"),
    [
        ("AZE", date(2025, 10, 24), {}),
        ("AZE", date(2025, 10, 25), {"ratification": "signed"}),
        ("AZE", date(2026, 2, 10), {"ratification": "approved_at_home"}),
        ("AZE", date(2026, 2, 23), {"ratification": "approved_at_home", **AUTHORITIES}),
        ("QAT", date(2026, 11, 21), {"ratification": "deposited"}),
        ("VNM", date(2026, 11, 21), {"ratification": "approved_at_home"}),
        ("DEU", date(2026, 11, 21), {}),
    ],
)
def test_what_the_treaty_actions_say_is_not_entered_twice(
    stages: Callable[..., dict[str, str]], iso3: str, day: date, expected: dict[str, str]
) -> None:
    assert stages(iso3, day) == expected


def test_every_signatory_stands_somewhere_on_the_road(hanoi: Treaty, today: date) -> None:
    said = readiness_of(hanoi, today=today)
    road = said.of_measure(said.measures[0])
    assert sum(map(len, road.values())) == said.outcome.signatories.certain
    assert len(road[Measure.Stage.DEPOSITED]) == said.outcome.contracting.certain


def test_reports_take_revisions_of_the_same_record(
    hanoi: Treaty,
    say: Say,
    published: Callable[[ReportContent], Report],
    stages: Callable[..., dict[str, str]],
) -> None:
    before = Record.objects.get(treaty=hanoi).revision
    first = published(say("VNM law-7 under_preparation 2026-05"))
    second = published(say("VNM law-7 in_force 2026-09-01"))
    assert (first.revision, second.revision) == (before + 1, before + 2)
    assert Record.objects.get(treaty=hanoi).revision == before + 2
    assert stages("VNM")["law-7"] == "in_force"
    assert stages("VNM", date(2026, 8, 31))["law-7"] == "under_preparation"
    assert stages("VNM", None, before + 1)["law-7"] == "under_preparation"
    assert "law-7" not in stages("VNM", None, before)


def test_a_report_is_corrected_and_retracted_like_any_entry(
    say: Say,
    published: Callable[[ReportContent], Report],
    stages: Callable[..., dict[str, str]],
    clerk: User,
    reviewer: User,
    now: datetime,
) -> None:
    entry = published(say("VNM contact-point designated 2026-05-01"))
    with pytest.raises(LedgerError, match="says the same"):
        ledger.correct(entry, ledger.content_of(entry), author=clerk, reason="x", now=now)
    better = say("VNM contact-point notified 2026-05-01")
    correction = ledger.correct(entry, better, author=clerk, reason="It was notified.", now=now)
    ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=now)
    assert stages("VNM")["contact-point"] == "notified"
    with pytest.raises(LedgerError, match="superseded already"):
        ledger.retract(entry, author=clerk, reason="x", now=now)
    gone = ledger.retract(correction, author=clerk, reason="It did not happen.", now=now)
    ledger.publish(ledger.submit(gone, by=clerk), reviewer=reviewer, now=now)
    assert "contact-point" not in stages("VNM")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("VNM law-7 designated 2026-05-01", "is none of those of Illegal access"),
        ("VNM ratification deposited 2026-05-01", "are treaty actions"),
        ("VNM ratification signed 2026-05-01", "are treaty actions"),
        ("VNM law-7 in_force 2026-11-22", "lies in the future"),
        ("CSK law-7 in_force 2026-05-01", "no longer existed"),
    ],
)
def test_what_cannot_be_is_refused(
    hanoi: Treaty, say: Say, clerk: User, now: datetime, text: str, why: str
) -> None:
    with pytest.raises(LedgerError, match=why):
        ledger.draft(hanoi, say(text), author=clerk, now=now)


def test_what_is_unusual_is_explained(
    hanoi: Treaty, say: Say, published: Callable[[ReportContent], Report], clerk: User, now: datetime
) -> None:
    published(say("VNM law-7 in_force 2026-05-01"))
    for text, why in (
        ("VNM law-7 in_force 2026-05-01", "says this already"),
        ("VNM law-7 under_preparation 2026-06-01", "had come further before"),
    ):
        with pytest.raises(LedgerError, match=why):
            ledger.draft(hanoi, say(text), author=clerk, now=now)
        ledger.draft(hanoi, say(text, override="The law was repealed."), author=clerk, now=now)


def test_two_people_and_the_database_guard_a_report(
    hanoi: Treaty, say: Say, published: Callable[[ReportContent], Report], clerk: User, now: datetime
) -> None:
    draft = ledger.submit(
        ledger.draft(hanoi, say("VNM law-7 in_force 2026-05"), author=clerk, now=now), by=clerk
    )
    with pytest.raises(LedgerError, match="somebody other"):
        ledger.publish(draft, reviewer=clerk, now=now)
    entry = published(say("VNM law-8 in_force 2026-05"))
    for change in (
        lambda: Report.objects.filter(pk=entry.pk).update(stage="already_covered"),
        lambda: Report.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


@pytest.mark.slow
@pytest.mark.usefixtures("with_everything_computed")
def test_a_record_with_reports_is_sound(
    hanoi: Treaty, say: Say, published: Callable[[ReportContent], Report], today: date, now: datetime
) -> None:
    published(say("VNM law-7 in_force 2026-05"))
    status.recompute(hanoi.pk, today=today, now=now)
    assert list(audit.breaches(today=today, now=now)) == []
    Measure.objects.filter(treaty=hanoi, slug="law-7").update(stages=["under_preparation"])
    assert [line for line in audit.breaches(today=today, now=now) if "not about a stage" in line]


def test_what_is_a_year_old_says_so(hanoi: Treaty, today: date) -> None:
    (found, *_) = readiness_of(hanoi, today=today).found
    assert found.taken == Span.day(date(2025, 10, 25))
    assert not found.is_old(date(2026, 10, 25))
    assert found.is_old(date(2026, 10, 26))


def test_matrix_and_pages_show_what_is_known(
    get: Callable[..., str], say: Say, published: Callable[[ReportContent], Report], client: Client
) -> None:
    published(say("VNM central-authority designated 2026-05-01"))
    page = get("/readiness/", theme="authorities")
    row = re.search(r"Viet Nam</a></th>(.*?)</tr>", page)
    assert row
    cells = '<td></td><td class="f1"><abbr title="designated">Ds</abbr></td><td></td><td></td>'
    assert row[1].strip() == cells
    assert "<b>Ds</b> designated" in page
    assert "Viet Nam" in get("/readiness/central-authority/").partition("No report<")[0]
    assert "Viet Nam" in get("/readiness/contact-point/").partition("No report<")[2]
    assert 'tag state">designated' in get("/participants/VNM/")
    assert "No report on any of the 54 measures." in get("/participants/DEU/")
    assert "No measures are recorded" in get("/treaties/budapest/readiness/")
    eu = get("/readiness/", group="eu", un_group="weog")
    assert "Austria" in eu.partition("matrix")[2]
    assert "Viet Nam" not in eu.partition('class="matrix"')[2]
    assert client.get("/readiness/", {"theme": "weather"}).status_code == 400
    assert client.get("/readiness/nothing/").status_code == 404


@pytest.mark.slow
def test_two_hundred_by_forty_stay_within_the_budget(client: Client, hanoi: Treaty, now: datetime) -> None:
    """Every cell of two hundred rows is filled."""
    hanoi.measures.exclude(pk__in=hanoi.measures.all()[:40]).delete()
    people, measures = list(Participant.objects.all()[:200]), list(hanoi.measures.all())
    assert (len(people), len(measures)) == (200, 40)
    source, author, reviewer = hanoi.sources.first(), system_user("a", "a"), system_user("b", "b")
    accounts = [
        ReportContent(
            participant=person,
            measure=measure,
            stage=measure.stages[(number * 7 + place * 3) % len(measure.stages)],
            taken=Span.day(now.date()),
            source=source,
        )
        for number, person in enumerate(people)
        for place, measure in enumerate(measures)
    ]
    ledger.record(hanoi, accounts, author=author, reviewer=reviewer, now=now)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/readiness/")
    assert len(queries) <= 9, "\n".join(query["sql"] for query in queries)
    assert page.content.count(b"<abbr") >= 200 * 40
    assert len(gzip.compress(page.content)) <= 60_000


def test_a_participant_page_stays_within_its_budget_whatever_was_corrected(
    client: Client,
    hanoi: Treaty,
    say: Say,
    published: Callable[[ReportContent], Report],
    amend: Callable[..., Action | Report],
) -> None:
    """Also where a report, an action and a correction of it have been corrected."""
    amend(published(say("AZE contact-point notified 2026-05-01")), note="As it was notified.")
    action = hanoi.actions.filter(participant__iso3="AZE").earliest("revision")
    amend(amend(action, note="First."), note="Second.")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/participants/AZE/").content.decode()
    assert "Second." in page
    assert len(queries) <= 9, "\n".join(query["sql"] for query in queries)


@pytest.mark.usefixtures("with_everything_computed")
def test_reports_are_told_and_corrected_in_public(
    get: Callable[..., str],
    client: Client,
    hanoi: Treaty,
    say: Say,
    published: Callable[[ReportContent], Report],
    amend: Callable[..., Action | Report],
    now: datetime,
) -> None:
    """In the changes as page, feeds and API, and in the correction log as page and API."""
    entry = published(say("VNM contact-point designated 2026-05-01"))
    status.recompute(hanoi.pk, today=now.date(), now=now)
    correction = amend(entry, stage="notified", taken=parse_edtf("2026-05-02/2026-05-04"))
    retraction = amend(correction)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    assert status.recompute(hanoi.pk, today=now.date(), now=now) == 0
    measure = "Contact point of the 24/7 network"
    sentences = [
        f"The report on Viet Nam is taken back: {measure}, notified to the depositary, 2–4 May 2026.",
        f"The report on Viet Nam is corrected: {measure}, notified to the depositary, 2–4 May 2026.",
        f"Reported of Viet Nam: {measure}, designated, 1 May 2026.",
    ]
    page = get("/changes/")
    assert [sentence for sentence in sentences if sentence not in page] == []
    titles = [item["title"] for item in client.get("/changes.json").json()["items"]]
    assert [title for title in titles if measure in title] == sentences
    assert all(sentence in client.get("/changes.atom").content.decode() for sentence in sentences)
    told = client.get("/api/v1/treaties/hanoi/changes/?subject=report").json()["results"]
    assert [(row["revision"], row["participant"]) for row in told] == [
        (entry.revision, "VNM"),
        (correction.revision, "VNM"),
        (retraction.revision, "VNM"),
    ]
    assert [(row["before"] or {}).get("stage") for row in told] == [None, "designated", "notified"]
    assert [(row["after"] or {}).get("stage") for row in told] == ["designated", "notified", None]

    page = get("/corrections/")
    assert "<del>designated</del> <ins>notified to the depositary</ins>" in page
    assert "nothing: it did not happen" in page
    assert f"<del>Viet Nam: {measure}, notified to the depositary, 2–4 May 2026</del>" in page
    assert f'<span lang="en" dir="ltr">{measure}</span>, ' in get("/fr/corrections/").partition("<del>")[2]
    log = client.get("/api/v1/treaties/hanoi/corrections/").json()["results"]
    assert [(row["entry"], row["about"], row["supersedes"]) for row in log] == [
        ("retraction", "report", correction.revision),
        ("correction", "report", entry.revision),
    ]
    assert {"subject": "stage", "wrong": "designated", "right": "notified to the depositary"} in log[1][
        "amended"
    ]
    assert client.get(f"/api/v1/treaties/hanoi/corrections/?revision={entry.revision}").json()["count"] == 0


def test_the_api_says_where_everybody_stands_and_what_that_follows_from(
    client: Client, say: Say, published: Callable[[ReportContent], Report]
) -> None:
    published(say("VNM central-authority designated 2024-05-01"))

    def stages(query: str) -> dict[str, Any]:
        rows = client.get(f"/api/v1/treaties/hanoi/stages/?{query}").json()["results"]
        return {row["participant"]: row for row in rows}

    road = stages("measure=ratification")
    assert (road["QAT"]["stage"], road["QAT"]["derived_from"]) == ("deposited", "ratification")
    assert (road["VNM"]["stage"], road["VNM"]["derived_from"]) == ("approved_at_home", "domestic_approval")
    assert (road["FRA"]["stage"], road["FRA"]["derived_from"]) == ("signed", "signature")
    central = stages("measure=central-authority")
    assert {iso3: (row["derived_from"], row["old"]) for iso3, row in central.items()} == {
        "AZE": ("designation", False),
        "VNM": (None, True),
    }
    assert set(stages("theme=authorities&derived=false")) == {"VNM"}
    assert set(stages("measure=central-authority&region=Asia&participant=AZE")) == {"AZE"}
    assert client.get("/api/v1/treaties/hanoi/stages/?measure=weather").status_code == 400


def test_help_is_shown_by_topic_and_region(
    get: Callable[..., str], client: Client, say: Say, published: Callable[[ReportContent], Report]
) -> None:
    published(say("VNM assistance-network asked 2026-05-01"))
    published(say("FRA assistance-network offered 2026-05-01"))
    published(say("EUE assistance-means offered 2026-05-01"))
    published(say("THA assistance-network asked_and_offered 2026-05-01"))

    def table(**query: str) -> list[list[str]]:
        body = get("/readiness/assistance/", **query).partition("<main")[2]
        rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th> ?<td>(.*?)</td> ?<td>(.*?)</td>", body)
        return [[re.sub("<[^>]+>", "", cell).strip() for cell in row] for row in rows]

    network = [["Asia", "Thailand, Viet Nam", "Thailand"], ["Europe", "–", "France"]]
    assert table() == [*network, ["Europe", "–", "European Union"]]
    assert table(topic="assistance-network") == network
    assert table(region="Asia") == network[:1]
    assert table(side="asks") == [["Asia", "Thailand, Viet Nam", "–"]]
    assert table(as_of="2026-04-30") == []
    assert "No such measures" in get("/treaties/budapest/readiness/assistance/")
    assert client.get("/readiness/assistance/", {"region": "Atlantis"}).status_code == 400


def test_both_clocks_are_those_of_every_view(hanoi: Treaty, today: date) -> None:
    said = readiness_of(hanoi, today=today, as_of=date(2025, 12, 1), revision=40)
    assert isinstance(said, Readiness)
    assert (said.as_of, said.revision, said.outcome.signatories.certain) == (date(2025, 12, 1), 40, 40)
