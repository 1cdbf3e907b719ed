"""Statements in long tables: each row is held against what it is about, not against every row before it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import FrameType

import pytest

from ratification.rules.admissibility import doubts_about_change, with_replaced
from ratification.rules.dates import Span
from ratification.rules.facts import Fact, FactRecord
from treaty.clauses import ActionKind

TODAY, FIRST = date(2030, 1, 1), date(2026, 2, 1)
BASE = [
    Fact("1", "QAT", ActionKind.RATIFICATION, Span.day(FIRST)),
    Fact("2", "QAT", ActionKind.RESERVATION, Span.day(FIRST), articles=("14",)),
]
FEW, MANY = 40, 160


def row(number: int, kind: ActionKind, target: str = "") -> Fact:
    day = Span.day(FIRST + timedelta(days=number))
    return Fact(f"1{number:04}", f"P{number % 20:02}", kind, day, target=target, articles=(f"14({number})",))


def of_kind(kind: str, target: str = "") -> Callable[[int], Sequence[Fact]]:
    return lambda number: [row(each, ActionKind(kind), target) for each in range(number)]


def taken_back(number: int) -> Sequence[Fact]:
    """Return declarations, each followed by its withdrawal."""
    facts = of_kind("declaration")(number // 2)
    return [
        each
        for made in facts
        for each in (
            made,
            Fact(
                f"2{made.id}",
                made.participant,
                ActionKind.WITHDRAWAL_OF_STATEMENT,
                made.taken,
                target=made.id,
            ),
        )
    ]


def calls_of_check(table: Sequence[Fact]) -> int:
    """Return how many calls it takes to check the rows of a table, each with those before it in the record."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    record = FactRecord.of(BASE)
    sys.setprofile(count)
    try:
        for fact in table:
            doubts_about_change(None, fact, None, record, TODAY)
            record = with_replaced(record, None, fact)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "table",
    [
        of_kind("declaration"),
        of_kind("notification"),
        of_kind("reservation"),
        of_kind("communication", "1"),
        of_kind("objection", "2"),
        taken_back,
    ],
    ids=["declarations", "notifications", "reservations", "communications", "objections", "withdrawals"],
)
def test_the_work_follows_the_rows(table: Callable[[int], Sequence[Fact]]) -> None:
    """Twenty participants: what one has said already grows with the table, what all have said is not read."""
    few, many = calls_of_check(table(FEW)), calls_of_check(table(MANY))
    assert many / few < 2 * MANY / FEW


def test_reservations_of_one_participant_cost_hardly_more_than_its_declarations() -> None:
    """What it has reserved is not read anew for each further reservation, once it is bound."""

    def calls(kind: str) -> int:
        rows = of_kind(kind)(MANY)
        days = [Span.day(FIRST + timedelta(days=number % 3)) for number in range(MANY)]
        return calls_of_check(
            [
                replace(each, participant="QAT", taken=day, articles=("15", *each.articles))
                for each, day in zip(rows, days, strict=True)
            ]
        )

    assert calls("reservation") < 3 * calls("declaration")


def test_several_object_to_a_late_reservation_and_its_maker_takes_it_back() -> None:
    """The first objection keeps the reservation out; that keeps nobody else from objecting."""
    bound = [Fact(code, code, ActionKind.RATIFICATION, Span.day(FIRST)) for code in ("QAT", "FRA", "DEU")]
    late = Fact("5", "QAT", ActionKind.RESERVATION, Span.day(date(2027, 1, 1)), articles=("14",))
    first = Fact("6", "FRA", ActionKind.OBJECTION, Span.day(date(2027, 3, 1)), target="5")
    record = FactRecord.of([*bound, late, first])
    second = Fact("7", "DEU", ActionKind.OBJECTION, Span.day(date(2027, 4, 1)), target="5", articles=("14",))
    back = Fact("8", "QAT", ActionKind.WITHDRAWAL_OF_STATEMENT, Span.day(date(2027, 5, 1)), target="5")
    assert doubts_about_change(None, second, None, record, TODAY) == []
    assert doubts_about_change(None, back, None, record, TODAY) == []
