"""Whatever is published, corrected and retracted later: what the record said at a revision stays, byte for byte."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action
from ratification.operations import audit
from ratification.record import selectors
from ratification.record.entries import latest_revision
from ratification.record.heads import shown_revision, with_head
from ratification.rules.dates import Span
from ratification.status import recompute as status
from ratification.status.editions import note_edition
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

DAYS = [date(2026, 3, 1), date(2026, 11, 21)]
KINDS = [
    ActionKind.SIGNATURE,
    ActionKind.RATIFICATION,
    ActionKind.ACCESSION,
    ActionKind.WITHDRAWAL,
    ActionKind.DENUNCIATION,
    ActionKind.RESERVATION,
    ActionKind.OBJECTION,
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["draft", "draft", "submit", "publish", "publish", "reject", "correct", "retract", "discard"]
        ),
        st.integers(0, 50),  # which entry
        st.sampled_from(["FRA", "DEU", "VNM", "EUE", "QAT"]),
        st.sampled_from(KINDS),
        st.dates(date(2025, 10, 25), date(2026, 11, 21)),
        st.integers(0, 30),  # how many days are open
    ),
    min_size=8,
    max_size=30,
)
Step = tuple[str, int, str, ActionKind, date, int]


class Desk:
    """A clerk and a reviewer at work; keeps every answer that the record gave."""

    def __init__(self, treaty: Treaty, clerk: User, reviewer: User, now: datetime) -> None:
        self.treaty, self.clerk, self.reviewer, self.now = treaty, clerk, reviewer, now
        self.said: dict[tuple[int, date], str] = {}
        self.participants = {participant.iso3: participant for participant in Participant.objects.all()}
        self.source = treaty.sources.first()
        self.note()

    def note(self) -> None:
        revision = latest_revision(self.treaty)
        for day in DAYS:
            self.said[revision, day] = selectors.document_of(self.treaty, today=self.now.date(), as_of=day)

    def take(self, step: Step) -> None:
        what, which, iso3, kind, day, length = step
        entries = list(self.treaty.actions.order_by("pk"))
        entry = entries[which % len(entries)]
        statement = ActionContent(
            participant=self.participants[iso3],
            kind=kind,
            taken=Span(day, min(day + timedelta(days=length), self.now.date())),
            relates_to=entry if entry.revision else None,
            source=self.source,
            override="A test.",
        )
        steps: dict[str, Callable[[], object]] = {
            "draft": lambda: self.all_the_way(
                ledger.draft(self.treaty, statement, author=self.clerk, now=self.now), which
            ),
            "submit": lambda: ledger.submit(entry, by=self.clerk),
            "publish": lambda: ledger.publish(entry, reviewer=self.reviewer, now=self.now),
            "reject": lambda: ledger.reject(entry, reviewer=self.reviewer, reason="A test."),
            "correct": lambda: self.all_the_way(
                ledger.correct(
                    entry,
                    replace(statement, relates_to=entry.relates_to),
                    author=self.clerk,
                    reason="A test.",
                    now=self.now,
                ),
                which,
            ),
            "retract": lambda: self.all_the_way(
                ledger.retract(entry, author=self.clerk, reason="A test.", now=self.now), which
            ),
            "discard": lambda: ledger.discard(entry, by=self.clerk),
        }
        self.now += timedelta(minutes=1)
        try:
            steps[what]()
        except LedgerError:
            return
        self.note()

    def all_the_way(self, entry: Action, which: int) -> None:
        """Two of three drafts go on to publication at once."""
        if which % 3:
            ledger.publish(ledger.submit(entry, by=self.clerk), reviewer=self.reviewer, now=self.now)


@pytest.fixture
def example(make_treaty: Callable[..., Path], now: datetime) -> Treaty:
    actions = [
        "FRA,signature,2025-10-25,,,,,the list",
        "VNM,signature,2025-10-25,,,,,the list",
        "QAT,signature,2025-10-25,,,,,the list",
        "QAT,ratification,2026-02-01/2026-02-13,,,,,the list",
    ]
    return load_treaty(make_treaty(actions), now=now)[0]


@settings(
    max_examples=settings().max_examples // 5,  # each is a working day
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_no_later_entry_changes_what_was_said(
    example: Treaty, clerk: User, reviewer: User, now: datetime, steps: list[Step]
) -> None:
    """Nor does what a process keeps of the records of other examples, whose keys and revisions are the same."""
    note_edition(now)
    with transaction.atomic():
        desk = Desk(example, clerk, reviewer, now)
        for step in steps:
            desk.take(step)
        status.recompute(example.pk, today=now.date(), now=desk.now)
        for (revision, day), document in desk.said.items():
            again = selectors.document_of(example, today=desk.now.date(), as_of=day, revision=revision)
            assert again == document
            for _ in ("read", "kept"):
                shown = with_head(Treaty.objects.filter(pk=example.pk), revision).get()
                kept_view = selectors.view_of(shown, today=desk.now.date(), as_of=day, revision=revision)
                assert selectors.canonical(kept_view) == document
                assert selectors.outcome_at(shown, day, revision) == kept_view.outcome
        assert list(audit.breaches(today=now.date(), now=desk.now)) == []
        transaction.set_rollback(True)


def test_a_renamed_participant_shows_with_its_edition_and_the_facts_are_read_once(
    hanoi: Treaty, now: datetime
) -> None:
    def shown() -> selectors.View:
        treaty = with_head(Treaty.objects.filter(pk=hanoi.pk), None).get()
        return selectors.view_of(treaty, today=now.date(), latest=shown_revision(treaty))

    note_edition(now)
    before = shown()
    Participant.objects.filter(iso3="QAT").update(name="Another name")
    assert shown().directory is before.directory
    note_edition(now)
    after = shown()
    assert after.directory.participants["QAT"].name == "Another name"
    assert {entry.participant.name for entry in after.entries if entry.participant.iso3 == "QAT"} == {
        "Another name"
    }
    with CaptureQueriesContext(connection) as queries:
        assert shown().outcome == before.outcome
    assert len(queries) == 1, "the treaty with its head, and nothing else"


def test_the_command_prints_the_same_bytes_after_a_correction(
    hanoi: Treaty, clerk: User, reviewer: User, now: datetime
) -> None:
    def printed() -> str:
        out = StringIO()
        call_command("status", "hanoi", "--as-of=2026-11-21", "--revision=86", "--json", stdout=out)
        return out.getvalue()

    before = printed()
    assert '"contracting":1' in before
    entry = hanoi.actions.get(participant__iso3="QAT", kind="ratification")
    exact = replace(ledger.content_of(entry), taken=Span.day(date(2026, 2, 11)))
    correction = ledger.correct(entry, exact, author=clerk, reason="The notification gives the day.", now=now)
    ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=now)
    for reservation in hanoi.actions.filter(participant__iso3="QAT", kind="reservation"):
        retraction = ledger.retract(reservation, author=clerk, reason="Not in the notification.", now=now)
        ledger.publish(ledger.submit(retraction, by=clerk), reviewer=reviewer, now=now)

    assert printed() == before
    assert '"on":"2026-02-11"' in selectors.document_of(hanoi, today=now.date())
