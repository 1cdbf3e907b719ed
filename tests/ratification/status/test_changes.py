"""Changes follow from the ledger: the same ones, however often and however late the job runs."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ratification.ledger import writing as ledger
from ratification.ledger.publishing import publish_together
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, Change, TreatyStatus
from ratification.record.selectors import document_of
from ratification.rules.dates import Span
from ratification.status import recompute as status
from ratification.status.changes import change_document, changes_of, sentence_of
from states.models import Participant
from tests.ratification.status.test_recompute import signatories_without_deposit
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
STEP = timedelta(minutes=5)
AT_ONCE = timedelta(milliseconds=100)
NAMES = ("VNM", "FRA", "JPN", "AUS", "BRA")


@dataclass
class Desk:
    """Publishes to the record of a treaty, and runs the job when it is told to."""

    treaty: Treaty
    now: datetime
    eager: bool
    step: timedelta = STEP
    published: list[Action] = field(default_factory=list)

    def run(self) -> None:
        """Run the job."""
        status.recompute(self.treaty.pk, today=self.now.date(), now=self.now)

    def deposit(self, *codes: str, day: date, kind: ActionKind = ActionKind.RATIFICATION) -> Sequence[Action]:
        """Publish an act of each participant, together."""
        people = Participant.objects.filter(iso3__in=codes).order_by("iso3")
        contents = [
            ActionContent(
                participant=person, kind=kind, taken=Span.day(day), source=self.treaty.sources.first()
            )
            for person in people
        ]
        made = ledger.record(self.treaty, contents, author=AUTHOR(), reviewer=REVIEWER(), now=self.now)
        self.published += made
        self._done()
        return made

    def correct(self, entry: Action, taken: Span) -> None:
        """Correct the day of an entry."""
        content = ActionContent(
            participant=entry.participant, kind=ActionKind(entry.kind), taken=taken, source=entry.source
        )
        self._publish(ledger.correct(entry, content, author=AUTHOR(), reason="Misread.", now=self.now), entry)

    def retract(self, entry: Action) -> None:
        """Retract an entry."""
        self._publish(
            ledger.retract(entry, author=AUTHOR(), reason="It never happened.", now=self.now), entry
        )

    def _publish(self, draft: Action, entry: Action) -> None:
        made = ledger.publish(ledger.submit(draft, by=AUTHOR()), reviewer=REVIEWER(), now=self.now)
        self.published.remove(entry)
        if made.entry == Action.Entry.CORRECTION:
            self.published.append(made)
        self._done()

    def _done(self) -> None:
        if self.eager:
            self.run()
        self.now += self.step


def AUTHOR() -> Any:  # noqa: ANN401, N802 - an account
    return system_user("invented", "a test")


def REVIEWER() -> Any:  # noqa: ANN401, N802 - an account
    return system_user("checked", "a test")


def feed(treaty: Treaty) -> list[dict[str, Any]]:
    """Return the changes without the moment of the job."""
    return [{**change_document(each), "recorded_at": ""} for each in changes_of(treaty)]


def both_ways(treaty: Treaty, now: datetime, work: Callable[[Desk], None]) -> list[list[dict[str, Any]]]:
    """Return the feed with the job after each publication, and with all at once and the job at the end alone."""
    feeds = []
    for eager, step in ((True, STEP), (False, AT_ONCE)):
        with transaction.atomic():
            desk = Desk(treaty, now + STEP, eager, step)
            work(desk)
            desk.run()
            feeds.append(feed(treaty))
            transaction.set_rollback(True)
    return feeds


@pytest.mark.usefixtures("with_convention_computed")
def test_seven_revisions_at_once_give_the_changes_of_seven_jobs(hanoi: Treaty, now: datetime) -> None:
    def work(desk: Desk) -> None:
        (vietnam,) = desk.deposit("VNM", day=date(2026, 11, 3))
        desk.deposit("FRA", day=date(2026, 11, 4))
        desk.deposit("JPN", day=date(2026, 11, 5))
        desk.correct(vietnam, Span.day(date(2026, 11, 2)))
        (australia,) = desk.deposit("AUS", day=date(2026, 11, 6))
        desk.retract(australia)
        qatar = Action.objects.get(treaty=desk.treaty, participant__iso3="QAT", kind="ratification")
        desk.published.append(qatar)
        desk.correct(qatar, Span.day(date(2026, 2, 5)))

    before = len(feed(hanoi))
    eager, late = both_ways(hanoi, now, work)
    assert eager == late
    told = [each for each in eager[before:] if each["subject"] == "standing"]
    assert [(each["revision"], each["cause"], each["supersedes"]) for each in told] == [
        (88, "entry", None),
        (89, "entry", None),
        (90, "entry", None),
        (91, "correction", 88),
        (92, "entry", None),
        (93, "retraction", 92),
        (94, "correction", 79),
    ]
    (numbers,) = [each for each in eager[before:] if (each["subject"], each["revision"]) == ("count", 93)]
    assert numbers["sentence"].startswith("After a retraction: Signatories: 75; ")
    assert [each["sentence"] for each in told] == [
        "Viet Nam ratified on 3 November 2026.",
        "France ratified on 4 November 2026.",
        "Japan ratified on 5 November 2026.",
        "Correction: Viet Nam ratified on 2 November 2026, not 3 November.",
        "Australia ratified on 6 November 2026.",
        "Retraction: the record no longer says that Australia ratified on 6 November 2026.",
        "Correction: Qatar ratified on 5 February 2026, not between 1 and 13 February 2026.",
    ]


@pytest.mark.usefixtures("with_convention_computed")
def test_the_first_load_is_a_dated_history(hanoi: Treaty) -> None:
    told = [each for each in feed(hanoi) if each["subject"] == "standing"]
    assert [each["revision"] for each in told] == sorted(each["revision"] for each in told)
    assert len({each["revision"] for each in told}) == len(told)
    assert min(each["as_of"] for each in told) == "2025-10-25"
    (canada,) = [each for each in told if each["participant"] == "CAN"]
    assert canada["sentence"] == "Canada signed in July 2026.", (
        "past the day of the list, nobody knows who came before"
    )
    assert canada["happened"] == {"on": None, "earliest": "2026-07-01", "latest": "2026-07-31"}
    (fiji,) = [each for each in told if each["participant"] == "FJI"]
    assert fiji["sentence"] == "Fiji signed between 20 November 2025 and 17 January 2026, the 74th signatory."
    same_day = [each["sentence"] for each in told if each["as_of"] in {"2025-10-25", "2025-10-26"}]
    assert not any("signatory" in sentence for sentence in same_day), "equal days leave the ordinal unclear"


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("with_convention_computed")
def test_days_that_nobody_computed_are_caught_up(hanoi: Treaty, now: datetime) -> None:
    feeds = []
    for days in (range(1, 61), [60]):
        with transaction.atomic():
            for moment in (now + timedelta(days=count) for count in days):
                status.recompute(hanoi.pk, today=moment.date(), now=moment)
            feeds.append(feed(hanoi))
            transaction.set_rollback(True)
    assert feeds[0] == feeds[1]
    assert ("day", "window", "2027-01-01") in {
        (each["cause"], each["subject"], each["as_of"]) for each in feeds[1]
    }


@pytest.mark.usefixtures("with_convention_computed")
def test_other_reference_data_are_told_as_such(hanoi: Treaty, now: datetime) -> None:
    before = len(feed(hanoi))
    definition = json.loads(json.dumps(hanoi.definition).replace("2026-12-31", "2027-06-30"))
    Treaty.objects.filter(pk=hanoi.pk).update(definition=definition)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    told = feed(hanoi)[before:]
    assert {each["cause"] for each in told} == {"reference"}
    assert told[0]["sentence"].startswith("After a change of reference data or rules: ")
    assert {each["entry"] for each in told} == {None}


@pytest.mark.usefixtures("with_convention_computed")
def test_a_signature_beside_a_standing_consent_has_its_own_day(hanoi: Treaty, now: datetime) -> None:
    """What is corrected of it, or that it did not happen, is no news of the day of the deposit."""
    desk = Desk(hanoi, now, eager=True)
    desk.deposit("VNM", day=now.date())
    signature = Action.objects.get(treaty=hanoi, participant__iso3="VNM", kind=ActionKind.SIGNATURE)
    desk.published.append(signature)
    day = Span.day(date(2025, 10, 26))
    desk.correct(signature, day)
    corrected = changes_of(hanoi).filter(subject="standing").last()
    desk.retract(desk.published[-1])
    retracted = changes_of(hanoi).filter(subject="standing").last()
    assert corrected != retracted
    for change in (corrected, retracted):
        assert change is not None
        assert (change.participant, change.happened) == (signature.participant, day)


class Mirror:
    """A partner that adds the changes up, as docs/api.md says."""

    def __init__(self) -> None:
        self.state: Counter[str] = Counter()

    def take(self, changes: Iterable[dict[str, Any]]) -> None:
        """Add changes."""
        for change in changes:
            for value, count in ((change["before"], -1), (change["after"], 1)):
                if value is not None:
                    line = [change["subject"], change["participant"], value]
                    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                    self.state[text] += count

    def digest(self) -> str:
        """Return the digest of the state."""
        assert min(self.state.values()) >= 0
        lines = sorted(text.encode() for text in self.state.elements())
        return hashlib.sha256(b"\n".join(lines)).hexdigest()


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["deposit", "correct", "retract", "day", "job"]),
        st.sampled_from(NAMES),
        st.integers(0, 400),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.production  # other tests send SQLite the same statements
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # an example costs seconds: a failure is not shrunk
)
@given(OPERATIONS)
@pytest.mark.usefixtures("with_convention_computed")
def test_a_mirror_is_equal_at_each_step_and_the_feed_is_one(
    hanoi: Treaty, now: datetime, operations: list[tuple[str, str, int]]
) -> None:
    mirror = Mirror()

    def work(desk: Desk) -> None:
        for what, code, number in operations:
            day = date(2025, 10, 25) + timedelta(days=number % 380)
            free = {entry.participant.iso3 for entry in desk.published}
            with suppress(LedgerError):  # a step that the ledger refuses changes nothing
                match what:
                    case "deposit" if code not in free:
                        desk.deposit(code, day=day)
                    case "correct" if desk.published:
                        desk.correct(
                            desk.published[number % len(desk.published)], Span(day, day + timedelta(days=9))
                        )
                    case "retract" if desk.published:
                        desk.retract(desk.published[number % len(desk.published)])
                    case "day":
                        desk.now += timedelta(days=number % 40)
                    case "job":
                        desk.run()
            if desk.eager:
                desk.run()
                stored = TreatyStatus.objects.get(treaty=desk.treaty)
                mirror.state.clear()
                mirror.take(feed(desk.treaty))
                assert mirror.digest() == stored.digest

    eager, late = both_ways(hanoi, now, work)
    assert eager == late


@pytest.mark.usefixtures("with_convention_computed")
def test_numbers_are_those_of_the_treaty(hanoi: Treaty) -> None:
    numbers = list(Change.objects.filter(treaty=hanoi).order_by("number").values_list("number", flat=True))
    assert numbers[0] == 1
    assert all(after - before == 1 for before, after in pairwise(numbers))


@pytest.mark.usefixtures("with_convention_computed")
def test_a_sentence_follows_from_the_values_and_the_language_alone(hanoi: Treaty) -> None:
    """Each is written once for its values: the same number with other values, as after a restore, says others."""
    change = changes_of(hanoi).filter(subject="standing").exclude(after=None)[0]
    before = sentence_of(change)
    with translation.override("fr"):
        french = sentence_of(change)
    assert french != before == sentence_of(change)
    change.before, change.after = change.after, None
    gone = sentence_of(change)
    assert gone not in {before, french}
    change.before, change.after = None, change.before
    assert sentence_of(change) == before
    assert change.participant is not None
    change.participant.name = "Another State"
    assert "Another State" in sentence_of(change)


@pytest.mark.usefixtures("with_convention_computed")
def test_what_follows_from_the_threshold_holds_from_the_day_on_which_it_was_reached(
    hanoi: Treaty, now: datetime
) -> None:
    """The fortieth deposit is published with a later one: the status says so from the fortieth one's day."""
    desk = Desk(hanoi, now, eager=True)
    *earlier, fortieth, later = signatories_without_deposit(hanoi)[:40]
    desk.deposit(*earlier, day=date(2026, 8, 1))
    last = changes_of(hanoi).latest("number").number
    content = ActionContent(
        participant=Participant.objects.get(iso3=fortieth),
        kind=ActionKind.RATIFICATION,
        taken=Span.day(date(2026, 9, 23)),
        source=hanoi.sources.first(),
    )
    other = replace(
        content, participant=Participant.objects.get(iso3=later), taken=Span.day(date(2026, 11, 3))
    )
    drafts = [ledger.draft(hanoi, each, author=AUTHOR(), now=desk.now) for each in (content, other)]
    submitted = [(ledger.submit(entry, by=AUTHOR()), None) for entry in drafts]
    desk.published += publish_together(submitted, reviewer=REVIEWER(), now=desk.now)
    desk.run()

    told = [each for each in feed(hanoi) if each["id"] > last]
    of_all = {(each["subject"], each["as_of"]) for each in told if each["participant"] is None}
    reached = {(subject, "2026-09-23") for subject in ("window", "threshold", "entry_into_force")}
    assert of_all == reached | {("count", "2026-11-03")}
    for day, said in (("2026-09-22", None), ("2026-09-23", "2026-09-23")):
        on_that_day = json.loads(document_of(hanoi, today=now.date(), as_of=date.fromisoformat(day)))
        assert on_that_day["threshold"]["reached"]["on"] == said
    standings = {each["participant"]: each for each in told if each["subject"] == "standing"}
    assert standings.pop(later)["as_of"] == "2026-11-03"
    assert len(standings) == 40
    assert {each["as_of"] for each in standings.values()} == {"2026-09-23"}
    assert standings["QAT"]["sentence"].startswith("The treaty enters into force for Qatar on ")

    desk.now += STEP
    desk.retract(desk.published[-2])
    last = changes_of(hanoi).latest("number").number
    desk.retract(desk.published[-1])
    told = [each for each in feed(hanoi) if each["id"] > last]
    assert {"threshold", "entry_into_force", "standing"} <= {each["subject"] for each in told}
    assert {each["as_of"] for each in told} == {"2026-11-03"}, "without it nothing is said from that day on"


@pytest.mark.usefixtures("with_convention_computed")
def test_values_have_one_order_whatever_order_the_database_or_an_archive_keeps(hanoi: Treaty) -> None:
    """PostgreSQL sorts the members of JSON by length, an archive by name; an answer has the same bytes from both."""

    def turned(value: Any) -> Any:  # noqa: ANN401 - JSON
        if not isinstance(value, dict):
            return value
        return {name: turned(member) for name, member in reversed(value.items())}

    subjects = set()
    for change in changes_of(hanoi):
        kept = json.dumps(change_document(change))
        change.before, change.after = turned(change.before), turned(change.after)
        assert json.dumps(change_document(change)) == kept
        subjects.add(change.subject)
    assert {"count", "threshold", "entry_into_force", "standing", "window", "statement"} <= subjects
