from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from ratification.intake.bundles import load_facts, load_treaty
from ratification.ledger import writing as ledger
from ratification.models import Action
from ratification.record import selectors
from ratification.rules.dates import Span
from states.tables import TableError
from treaty.models import Source, Treaty

pytestmark = pytest.mark.django_db

SIGNATURE = "FRA,signature,2025-10-25,,,,,the list"


@pytest.mark.slow
def test_the_bundled_facts_load_once(
    now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert all(load_facts(now=now).values())
    with django_assert_max_num_queries(260):  # tables and treaties: it does not follow the rows
        assert set(load_facts(now=now).values()) == {0}

    hanoi = Treaty.objects.get(slug="hanoi")
    assert hanoi.actions.filter(state="published", kind="signature").count() == 75
    assert [draft.participant.iso3 for draft in hanoi.actions.filter(state="draft")] == ["IND"]
    revisions = list(hanoi.actions.filter(revision__isnull=False).values_list("revision", flat=True))
    assert revisions == list(range(1, 87))


def test_territories_and_days_of_notification_are_checked(
    make_treaty: Callable[..., Path], now: datetime
) -> None:
    folder = make_treaty()
    heading = "participant,kind,taken_on,territories,notified_on,source"
    for row, message in (
        (
            "FRA,territorial_application,2025-10-26,Gibraltar; XYZ,,x",
            "no territory has the code Gibraltar, XYZ.",
        ),
        ("FRA,signature,2025-10-26,,2025-11,x", "notified_on is 2025-11, and a day is needed"),
    ):
        (folder / "actions.csv").write_text(f"{heading}\nFRA,signature,2025-10-26,,,x\n{row}\n")
        with pytest.raises(TableError, match=message):
            load_treaty(folder, now=now)
    assert not Action.objects.exists()


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("QQQ,signature,2025-10-25,,,,,x", "participant is 'QQQ', which is unknown"),
        ("FRA,salutation,2025-10-25,,,,,x", "kind is 'salutation', not one of"),
        ("FRA,signature,2025-10-32,,,,,x", "taken_on: "),
        ("FRA,signature,2026-02-13/2026-02-01,,,,,x", "taken_on: "),
        ("FRA,signature,,,,,,x", "taken_on is empty"),
        ("FRA,signature,2025-10-24,,,,,x", "lies before the treaty was opened for signature on 2025-10-25"),
        ("FRA,ratification,2025-09,,,,,x", "lies before the treaty was opened for signature on 2025-10-25"),
        ("FRA,signature,2026-11-23,,,,,x", "2026-11-23 lies in the future"),
        ("FRA,signature,2025-10-26,,,,,", "source is empty"),
        ("DDR,signature,2025-10-26,,,,,x", "no longer existed from 1990-10-03 on"),
        ("EUE,ratification,2026-01-02,,,,,x", "None of the organization's member States had consented"),
        ("FRA,signature,2025-10-26", "3 cells under 8 headings"),
        ("FRA,declaration,2025-10-26,,fourteen,,,x", '"fourteen" is no provision'),
        (f"FRA,signature,2025-10-26,,,,{'N' * 600},x", "Notification: Ensure this value has at most"),
        (
            "FRA,signature,2025-10-26,2025-10-25,,,,x",
            "withdrawn_on, 2025-10-25, is before taken_on, 2025-10-26",
        ),
        ("FRA,signature,2025-10-26,3000-01-01,,,,x", "withdrawn_on: 3000-01-01 lies in the future"),
    ],
)
def test_a_bad_row_is_refused_by_file_and_row_and_nothing_is_loaded(
    make_treaty: Callable[..., Path], now: datetime, row: str, message: str
) -> None:
    folder = make_treaty(["DEU,signature,2025-10-25,,,,,the list", row])

    with pytest.raises(TableError) as caught:
        load_treaty(folder, now=now)

    assert "example/actions.csv, row 3: " in str(caught.value)
    assert message in str(caught.value)
    assert not Treaty.objects.exists()
    assert not Action.objects.exists()


@pytest.mark.parametrize(
    ("name", "earlier", "later"),
    [
        ("treaty.toml", "adopted_on = 2024-12-24", "adopted_on = 3000-01-01"),
        ("treaty.toml", "known_until = 2026-04-09", "known_until = 3000-01-01"),
        ("treaty.toml", "adopted_on", "as_of = 3000-01-01\nadopted_on"),
    ],
)
def test_a_definition_says_nothing_of_days_to_come(
    make_treaty: Callable[..., Path], now: datetime, name: str, earlier: str, later: str
) -> None:
    folder = make_treaty([SIGNATURE])
    text = (folder / name).read_text()
    assert earlier in text
    (folder / name).write_text(text.replace(earlier, later, 1))
    with pytest.raises(TableError, match="3000-01-01 lies in the future"):
        load_treaty(folder, now=now)
    assert not Treaty.objects.exists()


def test_a_loaded_release_stands_where_the_clock_is_set_back(with_facts: None, now: datetime) -> None:  # noqa: ARG001 - loads it
    """Its sources are of days that the machine has not seen since: its clock is wrong, not they."""
    behind = now - timedelta(days=150)
    assert Source.objects.filter(published_on__gt=behind.date().isoformat()).exists()
    assert set(load_facts(now=behind).values()) == {0}


def test_a_second_signature_is_refused(make_treaty: Callable[..., Path], now: datetime) -> None:
    folder = make_treaty([SIGNATURE, "FRA,signature,2025-10-26,,,,,the list"])

    with pytest.raises(TableError, match=r"row 3: FRA, signature: The signature of 2025-10-25 stands"):
        load_treaty(folder, now=now)


def test_a_withdrawal_is_published_before_what_comes_later(
    make_treaty: Callable[..., Path], now: datetime
) -> None:
    """Published last, it let each revision before it count what had been taken back."""
    folder = make_treaty(
        [
            "FRA,signature,2025-10-25,2025-11-01,,,,the list",
            "DEU,accession,2025-10-30,,,,,the list",
            "FRA,accession,2025-12-01,2026-01-10,,,,the list",
            "FRA,accession,2026-01-10,2026-02-01,,,,the list",
            "ITA,accession,2025-12-05,,,,,the list",
        ]
    )
    treaty, _ = load_treaty(folder, now=now)
    entries = treaty.actions.order_by("revision").values_list("participant__iso3", "kind", "taken_earliest")
    assert [" ".join(map(str, entry)) for entry in entries] == [
        "FRA signature 2025-10-25",
        "DEU accession 2025-10-30",
        "FRA withdrawal 2025-11-01",
        "FRA accession 2025-12-01",
        "FRA withdrawal 2026-01-10",
        "FRA accession 2026-01-10",
        "ITA accession 2025-12-05",
        "FRA withdrawal 2026-02-01",
    ]
    assert load_treaty(folder, now=now)[1] == 0


def test_a_withdrawn_instrument_is_two_entries(make_treaty: Callable[..., Path], now: datetime) -> None:
    folder = make_treaty(["FRA,accession,2026-01-10,2026-03-01,,,,the list"])

    treaty, _ = load_treaty(folder, now=now)

    accession, withdrawal = treaty.actions.order_by("revision")
    assert (withdrawal.kind, withdrawal.relates_to) == ("withdrawal", accession)
    before = selectors.view_of(
        treaty, today=now.date(), as_of=Span.day(now.date().replace(2026, 2, 28)).earliest
    )
    after = selectors.view_of(treaty, today=now.date())
    assert [standing.kind for standing in before.outcome.standings] == ["contracting"]
    assert [standing.kind for standing in after.outcome.standings] == ["withdrawn"]
    assert load_treaty(folder, now=now)[1] == 0


def test_a_file_that_changed_becomes_a_correction(make_treaty: Callable[..., Path], now: datetime) -> None:
    folder = make_treaty(["FRA,signature,2025-09,,,,,the list"])
    with pytest.raises(TableError, match="before the treaty was opened"):
        load_treaty(folder, now=now)
    folder = make_treaty(["FRA,signature,2025-11,,,,,the list"])
    treaty, _ = load_treaty(folder, now=now)
    make_treaty(["FRA,signature,2025-11-19,,,,,the list"])

    assert load_treaty(folder, now=now)[1] == 1

    vague, exact = treaty.actions.order_by("revision")
    assert exact.supersedes == vague
    assert (exact.entry, exact.taken.edtf) == ("correction", "2025-11-19")
    assert load_treaty(folder, now=now)[1] == 0


def test_what_a_person_corrected_stays(make_treaty: Callable[..., Path], now: datetime) -> None:
    folder = make_treaty([SIGNATURE])
    treaty, _ = load_treaty(folder, now=now)
    clerk, reviewer = (User.objects.create_user(name) for name in ("clerk", "reviewer"))
    entry = treaty.actions.get()
    corrected = replace(ledger.content_of(entry), note="Seen in the list of December.")
    draft = ledger.correct(entry, corrected, author=clerk, reason="A note was missing.", now=now)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
    make_treaty(["FRA,signature,2025-10-27,,,,,the list"])

    assert load_treaty(folder, now=now)[1] == 0
    assert selectors.view_of(treaty, today=now.date()).entries[0].taken.edtf == "2025-10-25"


def test_rows_name_what_they_answer_and_take_back(make_treaty: Callable[..., Path], now: datetime) -> None:
    """An objection, its withdrawal and a withdrawal of one provision; a second load changes nothing."""
    rows = [
        "QAT,signature,2025-10-25,,,,,x,",
        "QAT,ratification,2026-02-01,,,,,x,",
        "QAT,reservation,2026-02-01,,14;15,,,x,",
        "AUT,objection,2026-03-01,,14,,,x,QAT:reservation:14;15",
        "AUT,withdrawal_of_statement,2026-04-01,,,,,x,AUT:objection:14:1",
        "QAT,withdrawal_of_statement,2026-05-01,,15,,,x,QAT:reservation:14;15",
    ]

    def load(rows: list[str]) -> tuple[Treaty, int]:
        folder = make_treaty(rows)
        text = (folder / "actions.csv").read_text()
        (folder / "actions.csv").write_text(
            text.replace("notification,source", "notification,source,relates_to")
        )
        return load_treaty(folder, now=now)

    treaty, _ = load(rows)
    about = {
        (entry.participant.iso3, entry.kind): str(entry.relates_to)
        for entry in treaty.actions.exclude(relates_to=None)
    }
    assert about == {
        ("AUT", "objection"): "Qatar: reservation, 2026-02-01",
        ("AUT", "withdrawal_of_statement"): "Austria: objection, 2026-03-01",
        ("QAT", "withdrawal_of_statement"): "Qatar: reservation, 2026-02-01",
    }
    assert load(rows)[1] == 0
    before = treaty.actions.count()
    for row, says in (
        ("AUT,objection,2026-03-02,,16,,,x,QAT:reservation:16", "no earlier row is that"),
        ("AUT,objection,2026-03-02,,16,,,x,QAT:reservation:14;15", "It names 16; what stands"),
        (
            "QAT,withdrawal_of_statement,2026-05-02,,15,,,x,QAT:reservation:14;15",
            "It names 15; what stands of the reservation",
        ),
    ):
        with pytest.raises(TableError, match=says):
            load([*rows, row])
    assert treaty.actions.count() == before
    changed = [*rows[:2], "QAT,reservation,2026-02-01,,16,,,x,", *rows[2:]]
    changed[4] = "AUT,objection,2026-03-01,,14,,,x,QAT:reservation:14;15"
    assert load(changed)[1] == 1
