"""What a clause looks up beyond its own list of acts: events, notifications, other treaties; from ledger to status."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, EntryContent, TreatyFactContent
from ratification.models import TreatyFact, TreatyStatus
from ratification.operations.audit import breaches
from ratification.record import selectors
from ratification.rules.dates import Span
from ratification.status.recompute import recompute
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

DEPOSITS = (
    "FRA,ratification,2026-01-10,,,,,depositary's list",
    "NOR,accession,2026-02-10,,,,,depositary's list",
)


def definition(slug: str, entry: str, rest: str = "") -> str:
    return f"""
slug = "{slug}"
title = "A treaty"
depositary = "Secretary-General of the United Nations"
adopted_on = 2025-01-01
[entry_into_force]
article = "10"
counted_acts = ["ratification", "accession"]
delay = {{ days = 30 }}
{entry}
[later_parties]
article = "11"
delay = {{ days = 30 }}
{rest}
"""


@pytest.fixture
def publish(clerk: User, reviewer: User, now: datetime) -> Callable[[Treaty, EntryContent[Any]], None]:
    def publish(treaty: Treaty, said: EntryContent[Any]) -> None:
        entry = ledger.submit(ledger.draft(treaty, said, author=clerk, now=now), by=clerk)
        ledger.publish(entry, reviewer=reviewer, now=now)

    return publish


def status(treaty: Treaty, today: date) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(selectors.document_of(treaty, today=today))
    return found


def test_a_decision_entered_as_a_treaty_fact_meets_the_condition_that_waits_for_it(
    make_treaty: Callable[..., Path],
    publish: Callable[[Treaty, EntryContent[Any]], None],
    now: datetime,
    today: date,
) -> None:
    waits = 'condition = { all = [{ at_least = 2 }, { event = "decision", article = "10(2)" }] }'
    treaty, _ = load_treaty(make_treaty(DEPOSITS, clause=definition("example", waits)), now=now)
    before = status(treaty, today)
    assert before["entry_into_force"]["on"] is None
    assert 'The event "decision" is not recorded.' in before["entry_into_force"]["reason"]

    decided = TreatyFactContent(
        kind=TreatyFact.Kind.DECISION, taken=Span.day(date(2026, 3, 2)), source=treaty.sources.get()
    )
    publish(treaty, decided)

    after = status(treaty, today)
    assert after["threshold"]["reached"]["on"] == "2026-03-02"
    assert after["entry_into_force"]["on"] == "2026-04-01"
    recompute(treaty.pk, today=today, now=now)
    stored = TreatyStatus.objects.get(treaty=treaty)
    assert json.loads(stored.document) == after
    assert not [each for each in breaches(today=today, now=now) if "example" in each]
    known_before = json.loads(selectors.document_of(treaty, today=today, revision=before["revision"]))
    assert known_before["entry_into_force"]["on"] is None


def test_a_decision_ends_a_treaty(
    make_treaty: Callable[..., Path],
    publish: Callable[[Treaty, EntryContent[Any]], None],
    now: datetime,
    today: date,
) -> None:
    ends = '[termination]\narticle = "12"\nevent = "decision"'
    folder = make_treaty(DEPOSITS, clause=definition("example", "instruments = 2", ends))
    treaty, _ = load_treaty(folder, now=now)
    assert status(treaty, today)["parties"] == 2
    source = treaty.sources.get()
    publish(
        treaty,
        TreatyFactContent(kind=TreatyFact.Kind.DECISION, taken=Span.day(date(2026, 6, 1)), source=source),
    )
    ended = status(treaty, today)
    assert ended["parties"] == 0
    assert 'when the event "decision" happens' in ended["entry_into_force"]["reason"]


def test_the_day_of_a_notification_reaches_a_delay_that_counts_from_it(
    make_treaty: Callable[..., Path],
    publish: Callable[[Treaty, EntryContent[Any]], None],
    now: datetime,
    today: date,
) -> None:
    rule = 'counted_from = "notification"'
    folder = make_treaty(DEPOSITS, clause=definition("example", "instruments = 2", rule))
    treaty, _ = load_treaty(folder, now=now)
    late = {
        "kind": ActionKind.ACCESSION,
        "taken": Span.day(date(2026, 5, 4)),
        "source": treaty.sources.get(),
    }
    for iso3, notified in (("KEN", date(2026, 6, 1)), ("GHA", None)):
        participant = Participant.objects.get(iso3=iso3)
        publish(treaty, ActionContent(participant=participant, notified_on=notified, **late))  # type: ignore[arg-type]
    found = {each["participant"]: each["in_force"] for each in status(treaty, today)["participants"]}
    assert found["KEN"]["on"] == "2026-07-01"
    assert (found["GHA"]["earliest"], found["GHA"]["latest"]) == ("2026-06-03", None)


def test_the_day_of_a_notification_is_read_from_a_bundle(
    make_treaty: Callable[..., Path], now: datetime, today: date
) -> None:
    rule = 'counted_from = "notification"'
    folder = make_treaty(clause=definition("example", "instruments = 2", rule))
    rows = ["participant,kind,taken_on,notified_on,source"]
    rows += [f"{line.split(',,')[0]},,depositary's list" for line in DEPOSITS]
    rows.append("KEN,accession,2026-05-04,2026-06-01,depositary's list")
    (folder / "actions.csv").write_text("\n".join(rows) + "\n")
    treaty, _ = load_treaty(folder, now=now)
    found = {each["participant"]: each["in_force"] for each in status(treaty, today)["participants"]}
    assert found["KEN"]["on"] == "2026-07-01"


def test_whoever_is_bound_by_a_treaty_that_waited_for_another_denounces_it(
    make_treaty: Callable[..., Path],
    publish: Callable[[Treaty, EntryContent[Any]], None],
    now: datetime,
    today: date,
) -> None:
    rest = '[denunciation]\narticle = "12"\ndelay = { years = 1 }'
    load_treaty(make_treaty(DEPOSITS, slug="first", clause=definition("first", "instruments = 2")), now=now)
    waits = 'instruments = 2\nafter_treaty = "first"'
    second, _ = load_treaty(
        make_treaty(DEPOSITS, slug="second", clause=definition("second", waits, rest)), now=now
    )
    assert status(second, today)["parties"] == 2
    ratified = second.actions.get(participant__iso3="FRA")
    left = ActionContent(
        participant=ratified.participant,
        kind=ActionKind.WITHDRAWAL,
        taken=Span.day(date(2026, 6, 1)),
        relates_to=ratified,
        source=second.sources.get(),
    )
    with pytest.raises(ledger.LedgerError, match="enter a denunciation"):
        publish(second, left)
