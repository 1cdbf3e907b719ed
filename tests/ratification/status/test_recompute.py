import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratification import tasks
from ratification.intake.bundles import load_facts, load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent
from ratification.management.base import Error
from ratification.models import Action, Change, Record, Standing, TreatyStatus, Window
from ratification.record import selectors
from ratification.rules.dates import Span
from ratification.status import editions
from ratification.status import recompute as status
from ratification.status.statement_changes import statement_sentence
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


def document(treaty: Treaty, day: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(
        selectors.document_of(treaty, today=date(2026, 11, 21), as_of=date.fromisoformat(day))
    )
    return answer


def deposit(treaty: Treaty, codes: list[str], day: date, now: datetime) -> None:
    statements = [
        ActionContent(
            participant=participant,
            kind=ActionKind.RATIFICATION,
            taken=Span.day(day),
            source=treaty.sources.first(),
        )
        for participant in Participant.objects.filter(iso3__in=codes)
    ]
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    ledger.record(treaty, statements, author=author, reviewer=reviewer, now=now)


def signatories_without_deposit(treaty: Treaty) -> list[str]:
    standings = selectors.view_of(treaty, today=date(2026, 11, 21)).outcome.standings
    return [item.participant for item in standings if item.kind == "signatory" and item.participant != "EUE"]


@pytest.mark.parametrize(
    ("day", "signatories", "possible_signatories", "counted", "possible_counted", "state", "days_left"),
    [
        ("2025-10-24", 0, 0, 0, 0, "not_yet_open", None),
        ("2025-10-25", 69, 69, 0, 0, "open", 432),
        ("2025-10-26", 72, 72, 0, 0, "open", 431),
        ("2025-12-01", 73, 74, 0, 0, "open", 395),
        ("2026-02-05", 74, 74, 0, 1, "open", 329),
        ("2026-11-21", 75, 75, 1, 1, "open", 40),
        ("2026-12-31", 75, 75, 1, 1, "open", 0),
        ("2027-01-01", 75, 75, 1, 1, "closed", None),
    ],
)
def test_the_convention_on_known_days(
    hanoi: Treaty,
    day: str,
    signatories: int,
    possible_signatories: int,
    counted: int,
    possible_counted: int,
    state: str,
    days_left: int | None,
) -> None:
    answer = document(hanoi, day)

    assert answer["signatories"] == signatories
    assert answer["contracting"] == counted
    assert answer["possible"] == {
        "signatories": possible_signatories,
        "contracting": possible_counted,
        "parties": 0,
        "counted": possible_counted,
    }
    assert answer["threshold"] == {
        "required": 40,
        "counted": counted,
        "remaining": 40 - counted,
        "reached": {"on": None, "earliest": None, "latest": None},
    }
    window = next(window for window in answer["windows"] if window["kind"] == "signature")  # type: ignore[attr-defined] # JSON
    assert (window["state"], window["days_left"]) == (state, days_left)


def test_forty_deposits_bring_it_into_force_on_the_ninetieth_day(hanoi: Treaty, now: datetime) -> None:
    codes = signatories_without_deposit(hanoi)
    deposit(hanoi, codes[:39], date(2027, 3, 1), now)
    deposit(hanoi, codes[39:40], date(2027, 4, 20), now)
    deposit(hanoi, codes[40:41], date(2027, 5, 10), now)

    answer = json.loads(selectors.document_of(hanoi, today=date(2027, 6, 1)))

    assert answer["threshold"]["reached"]["on"] == "2027-03-01"
    assert answer["entry_into_force"]["on"] == "2027-05-30"
    assert sorted(answer["entry_into_force"]["decisive"]) == sorted(codes[:39])
    in_force = {row["participant"]: row["in_force"]["on"] for row in answer["participants"]}
    assert in_force["QAT"] == in_force[codes[0]] == "2027-05-30"
    assert in_force[codes[39]] == "2027-05-30"
    assert in_force[codes[40]] == "2027-06-09"
    assert answer["parties"] == 41


def test_the_european_union_as_fortieth_document_changes_nothing(hanoi: Treaty, now: datetime) -> None:
    deposit(hanoi, signatories_without_deposit(hanoi)[:38], date(2027, 3, 1), now)
    deposit(hanoi, ["EUE"], date(2027, 3, 2), now)

    answer = json.loads(selectors.document_of(hanoi, today=date(2027, 6, 1)))

    assert answer["threshold"]["counted"] == 39
    assert answer["contracting"] == 40
    assert answer["threshold"]["reached"]["on"] is None
    assert answer["entry_into_force"]["on"] is None


def test_the_job_writes_once(hanoi: Treaty, today: date, now: datetime) -> None:
    first = status.recompute(hanoi.pk, today=today, now=now)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = status.recompute(hanoi.pk, today=today, now=now + timedelta(hours=1))

    assert first == 1 + Standing.objects.count() + Window.objects.count() + Change.objects.count()
    assert second == 0
    writing = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writing == []


def test_the_job_asks_as_often_for_many_actions_as_for_few(
    hanoi: Treaty, make_treaty: Callable[..., Path], today: date, now: datetime
) -> None:
    small, _ = load_treaty(make_treaty(["FRA,signature,2025-10-25,,,,,x"]), now=now)
    counts = []
    for treaty in (small, hanoi):
        with CaptureQueriesContext(connection) as queries:
            status.recompute(treaty.pk, today=today, now=now)
        # Rows are written in batches, so that only the reads are the same in number.
        counts.append(sum(query["sql"].startswith("SELECT") for query in queries))

    assert counts[0] == counts[1]


def test_a_day_that_passes_closes_the_window_and_says_so(hanoi: Treaty, now: datetime) -> None:
    status.recompute(hanoi.pk, today=date(2026, 12, 31), now=now)
    last = Change.objects.filter(treaty=hanoi).latest("number").number

    status.recompute(hanoi.pk, today=date(2027, 1, 1), now=now)

    new = Change.objects.filter(treaty=hanoi, number__gt=last)
    change = new.get(subject="window", participant=None)
    before, after = change.before or {}, change.after or {}
    assert (change.cause, before["state"], after["state"]) == ("day", "open", "closed")
    assert Window.objects.get(treaty=hanoi, kind="signature").state == "closed"
    assert not new.filter(subject="standing").exists()


def test_a_change_of_the_reference_data_makes_the_status_stale(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    """Qatar becomes a territory: the sweep, which notes the edition first, finds the treaty and counts anew."""
    editions.note_edition(now)
    status.recompute(hanoi.pk, today=today, now=now)
    assert status.stale_treaties(now) == []
    Participant.objects.filter(iso3="QAT").update(kind=Participant.Kind.TERRITORY)
    editions.note_edition(now)
    assert status.stale_treaties(now) == [hanoi.pk]
    status.recompute(hanoi.pk, today=today, now=now)
    assert status.stale_treaties(now) == []
    assert json.loads(TreatyStatus.objects.get(treaty=hanoi).document)["threshold"]["counted"] == 0


def test_an_edition_that_changes_nothing_is_noted_without_a_write(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    status.recompute(hanoi.pk, today=today, now=now)
    Participant.objects.filter(iso3="FRA").update(m49="999")
    editions.note_edition(now)
    assert status.recompute(hanoi.pk, today=today, now=now) == 0
    assert status.stale_treaties(now) == []


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_status_stored_while_the_clock_was_ahead_is_replaced(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    year = timedelta(days=370)
    status.recompute(hanoi.pk, today=today + year, now=now + year)
    assert status.stale_treaties(now) == [hanoi.pk]
    assert status.recompute(hanoi.pk, today=today, now=now) > 0
    assert TreatyStatus.objects.get(treaty=hanoi).as_of == today
    assert status.stale_treaties(now) == []


def test_a_job_that_waited_past_midnight_takes_nothing_back(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    status.recompute(hanoi.pk, today=today + timedelta(days=1), now=now + timedelta(minutes=1))
    assert status.recompute(hanoi.pk, today=today, now=now) == 0
    assert TreatyStatus.objects.get(treaty=hanoi).as_of == today + timedelta(days=1)


def test_a_withdrawal_shows_from_its_day_however_late_it_was_recorded(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    status.recompute(hanoi.pk, today=today, now=now)
    signature = Action.objects.get(treaty=hanoi, participant__iso3="AZE", kind=ActionKind.SIGNATURE)
    withdrawal = ActionContent(
        participant=signature.participant,
        kind=ActionKind.WITHDRAWAL,
        taken=Span.day(date(2026, 3, 1)),
        relates_to=signature,
        source=signature.source,
    )
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    ledger.record(hanoi, [withdrawal], author=author, reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=today, now=now)

    told = Change.objects.filter(treaty=hanoi, revision=88).order_by("pk")
    assert {change.as_of for change in told} == {date(2026, 3, 1)}
    assert Counter(change.subject for change in told) == {"standing": 1, "count": 1, "statement": 4}
    before, after = (
        {change.subject: getattr(change, side) for change in told} for side in ("before", "after")
    )
    assert after["standing"]["standing"] == "withdrawn"
    assert after["statement"]["state"] == "ended"
    sentence = statement_sentence("Azerbaijan", before["statement"], after["statement"])
    assert sentence.endswith("is no longer in force, because the consent has ended.")


def test_a_late_job_does_not_take_the_status_back(hanoi: Treaty, now: datetime) -> None:
    status.recompute(hanoi.pk, today=date(2027, 1, 1), now=now)

    assert status.recompute(hanoi.pk, today=date(2026, 12, 31), now=now) == 0
    assert TreatyStatus.objects.get(treaty=hanoi).as_of == date(2027, 1, 1)


def test_what_the_job_stored_is_what_would_be_computed(hanoi: Treaty, today: date, now: datetime) -> None:
    status.recompute(hanoi.pk, today=today, now=now)
    stored = selectors.document_of(hanoi, today=today)
    TreatyStatus.objects.all().delete()

    assert stored == selectors.document_of(hanoi, today=today)


def test_the_sweep_finds_what_is_behind_its_record_or_the_day(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    assert status.stale_treaties(now) == [hanoi.pk]
    status.recompute(hanoi.pk, today=today, now=now)
    assert status.stale_treaties(now) == []
    assert status.stale_treaties(now + timedelta(days=1)) == [hanoi.pk]
    deposit(hanoi, ["FRA"], today, now)
    assert status.stale_treaties(now) == [hanoi.pk]


def test_a_past_revision_says_what_it_said(hanoi: Treaty, today: date, now: datetime) -> None:
    then = {
        revision: selectors.document_of(hanoi, today=today, revision=revision) for revision in (0, 40, 87)
    }
    clerk, reviewer = (User.objects.create_user(name) for name in ("clerk", "reviewer"))
    for entry in hanoi.actions.filter(kind="signature", revision__isnull=False)[:3]:
        draft = ledger.retract(entry, author=clerk, reason="It did not happen.", now=now)
        ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)

    assert json.loads(selectors.document_of(hanoi, today=today))["signatories"] == 72
    assert then == {
        revision: selectors.document_of(hanoi, today=today, revision=revision) for revision in then
    }


@pytest.mark.usefixtures("hanoi")
def test_the_command_prints_the_document() -> None:
    out = StringIO()
    call_command("status", "hanoi", "--as-of", "2026-11-21", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert list(answer) == [
        *(
            "treaty",
            "as_of",
            "timezone",
            "known_until",
            "revision",
            "signatories",
            "contracting",
            "parties",
            "possible",
        ),
        *("unknown", "threshold", "entry_into_force", "declared", "windows", "participants"),
    ]
    qatar = next(row for row in answer["participants"] if row["participant"] == "QAT")
    assert qatar["standing"] == "contracting"
    assert qatar["signed_on"] == "2025-10-25"
    assert qatar["consent"] == {
        "kind": "ratification",
        "on": None,
        "earliest": "2026-02-01",
        "latest": "2026-02-13",
    }
    assert qatar["in_force"] == {"on": None, "earliest": None, "latest": None}
    assert qatar["counted"] is True


@pytest.mark.usefixtures("hanoi")
def test_the_command_says_it_for_people() -> None:
    out = StringIO()
    call_command("status", "hanoi", "--as-of", "2026-02-05", stdout=out)

    assert "40 more instruments are needed." in out.getvalue()
    assert "0  counting toward the 40 instruments needed (at most 1: a date is open)" in out.getvalue()
    assert "Open: signature, 329 days left (article 64(1))." in out.getvalue()


@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "There is no treaty 'nowhere'; known: hanoi."),
        (["hanoi", "--as-of", "2026-13-01"], "“2026-13-01” is not a day of the calendar"),
        (["hanoi", "--revision", "88"], "The record of hanoi has the revisions 0 to 87, not 88."),
        (["hanoi", "--revision", "-1"], "“-1” is not a revision of the record"),
        (["hanoi", "--yesterday"], "unrecognized arguments: --yesterday"),
    ],
)
def test_a_bad_question_gets_a_sentence(arguments: list[str], message: str) -> None:
    with pytest.raises(Error) as caught:
        call_command("status", *arguments)

    assert message in str(caught.value)


@pytest.mark.usefixtures("transactional_db", "celery_worker_process")
def test_a_real_worker_computes_after_a_publication(
    now: datetime, eventually: Callable[[Callable[[], object]], None]
) -> None:
    load_facts(now=now)
    treaty = Treaty.objects.get(slug="hanoi")
    eventually(lambda: TreatyStatus.objects.filter(treaty=treaty, revision=87).exists())

    tasks.recompute.delay(treaty.pk)
    deposit(treaty, ["FRA"], date(2026, 11, 20), now)
    eventually(lambda: TreatyStatus.objects.filter(treaty=treaty, revision=88).exists())

    assert Standing.objects.get(treaty=treaty, participant__iso3="FRA").standing == "contracting"
    fresh = Change.objects.filter(treaty=treaty, revision=88)
    assert {change.subject for change in fresh} == {"count", "standing"}


def test_the_version_moves_where_the_status_says_otherwise(hanoi: Treaty, today: date, now: datetime) -> None:
    def moved(day: date = today) -> int:
        before = Record.objects.get(treaty=hanoi).version
        status.recompute(hanoi.pk, today=day, now=now)
        return Record.objects.get(treaty=hanoi).version - before

    assert (moved(), moved()) == (1, 0)
    clerk, reviewer = (User.objects.create_user(name) for name in ("clerk", "reviewer"))
    entry = hanoi.actions.filter(kind="signature", revision__isnull=False).latest("revision")
    said = replace(ledger.content_of(entry), summary="Said in other words.")
    draft = ledger.correct(entry, said, author=clerk, reason="It was unclear.", now=now)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
    assert moved() == 0  # answers of another revision or day are other answers anyway
    assert TreatyStatus.objects.get(treaty=hanoi).revision == Record.objects.get(treaty=hanoi).revision
    draft = ledger.retract(draft, author=clerk, reason="It did not happen.", now=now)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
    assert moved() == 1
    for column in ("document", "digest"):  # what an earlier release stored
        TreatyStatus.objects.filter(treaty=hanoi).update(**{column: "{}"})
        assert moved() == 1, column
    assert moved(today + timedelta(days=1)) == 0
