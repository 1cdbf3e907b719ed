"""Objections to reservations: what they do between two, with open days, out of time, and after they are withdrawn."""

from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements import Statements, statements_on
from ratification.rules.statements.effects import (
    effect_sentence,
    effects_between,
    precluded_pairs,
    resumed_between,
)
from tests.ratification.rules.ledger import THREE
from tests.ratification.rules.test_statements import act
from treaty.clauses import ReservationRule

PAIR = frozenset({"AAA", "BBB"})
NOTIFIED = Span.day(date(2020, 2, 1))
RESERVED = act("50", "AAA", "reservation", "2020-01-10", "14", excludes=True, notified=NOTIFIED)
OBJECTION = act("51", "BBB", "objection", "2020-06-01", target="50")
WITHDRAWN = act("52", "BBB", "withdrawal_of_statement", "2020-09-01", target="51")
OPEN = Span(date(2020, 6, 1), date(2020, 8, 1))
NONE_PERMITTED = ReservationRule(article="20", permitted="none")


def on(day: str, *facts: Fact) -> Statements:
    return statements_on([*THREE, *facts], date.fromisoformat(day))


def said(read: Statements, rule: ReservationRule | None = None) -> list[str]:
    return [effect_sentence(each, "A", "B") for each in effects_between(read, "AAA", "BBB", rule)]


EXCLUDED = "Between A and B, article 14 does not apply (VCLT 21(1))."
OBJECTED = (
    "Between A and B, article 14 does not apply as far as the reservation of A goes, to which B objects "
    "(VCLT 21(3))."
)
UNCERTAIN = " This is uncertain: a date is open."


@pytest.mark.parametrize(
    ("taken", "day", "expected"),
    [
        (Span.day(date(2020, 6, 1)), "2020-05-31", EXCLUDED),
        (OPEN, "2020-07-01", OBJECTED + UNCERTAIN),
        (OPEN, "2020-08-01", OBJECTED),
    ],
)
def test_an_objection_on_an_open_day_has_no_certain_effect(taken: Span, day: str, expected: str) -> None:
    assert said(on(day, RESERVED, replace(OBJECTION, taken=taken))) == [expected]


def test_an_objection_withdrawn_on_an_open_day_has_no_certain_effect() -> None:
    withdrawn = replace(WITHDRAWN, taken=OPEN)
    assert said(on("2020-07-01", RESERVED, OBJECTION, withdrawn)) == [OBJECTED + UNCERTAIN]
    assert said(on("2020-08-01", RESERVED, OBJECTION, withdrawn)) == [EXCLUDED]


def test_a_reservation_taken_back_on_an_open_day_may_still_have_its_effect() -> None:
    back = act("53", "AAA", "withdrawal_of_statement", "2020-09-01", target="50")
    assert said(on("2020-07-01", RESERVED, replace(back, taken=OPEN))) == [EXCLUDED + UNCERTAIN]
    assert said(on("2020-08-01", RESERVED, replace(back, taken=OPEN))) == []
    assert said(on("2020-08-31", RESERVED, back)) == [EXCLUDED]
    never = act("54", "AAA", "reservation", "2020-01-05", "15")
    assert said(on("2020-07-01", never, replace(back, target="54", taken=OPEN))) == []


@pytest.mark.parametrize(
    ("objected", "pairs"),
    [("2021-02-01", {PAIR: True}), ("2021-02-02", {}), ("2021-01/2021-03", {PAIR: False})],
)
def test_an_objection_out_of_time_leaves_the_reservation_accepted(
    objected: str, pairs: dict[frozenset[str], bool]
) -> None:
    """Twelve months after the notification, if the State had consented by then (VCLT 20(5))."""
    read = on("2022-01-01", RESERVED, replace(OBJECTION, taken=Span.of_edtf(objected), precludes=True))
    accepted = (
        "B objected when the time for it had passed, so that the reservation counts as accepted (VCLT 20(5))."
    )
    assert (said(read) == [f"{EXCLUDED} {accepted}"]) is (not pairs)
    assert precluded_pairs(read) == pairs
    unknown = replace(RESERVED, notified=None)
    assert precluded_pairs(on("2022-01-01", unknown, replace(OBJECTION, precludes=True))) == {PAIR: True}


def test_a_state_that_consents_later_objects_until_then() -> None:
    joins = act("60", "DDD", "accession", "2023-01-10")
    in_time, late = (
        act("61", "DDD", "objection", day, target="50", precludes=True)
        for day in ("2023-01-10", "2023-01-11")
    )
    pair = frozenset({"AAA", "DDD"})
    assert precluded_pairs(on("2024-01-01", RESERVED, joins, in_time)) == {pair: True}
    assert precluded_pairs(on("2024-01-01", RESERVED, joins, late)) == {}


def test_what_an_open_day_leaves_open_precludes_nothing_for_certain() -> None:
    precluding = replace(OBJECTION, precludes=True)
    assert precluded_pairs(on("2020-07-01", RESERVED, replace(precluding, taken=OPEN))) == {PAIR: False}
    assert precluded_pairs(on("2020-07-01", RESERVED, precluding, replace(WITHDRAWN, taken=OPEN))) == {
        PAIR: False
    }
    back = act("53", "AAA", "withdrawal_of_statement", "2020-09-01", target="50")
    taken_back = replace(back, taken=OPEN)
    assert precluded_pairs(on("2020-07-01", RESERVED, precluding, taken_back)) == {PAIR: False}
    assert precluded_pairs(on("2020-08-01", RESERVED, precluding, taken_back)) == {}


def test_an_objection_to_a_prohibited_reservation_is_named_where_it_precludes_entry_into_force() -> None:
    """The reservation itself has no effect that could be shown; what the objection says has."""
    assert said(on("2020-07-01", RESERVED, OBJECTION), NONE_PERMITTED) == []
    read = on("2020-07-01", RESERVED, replace(OBJECTION, precludes=True))
    assert precluded_pairs(read) == {PAIR: True}
    (sentence,) = said(read, NONE_PERMITTED)
    assert sentence.startswith("Between A and B the treaty is not in force: B objects")


def test_between_the_two_it_is_in_force_from_the_withdrawal_on() -> None:
    """Of the objection or of the reservation, whichever comes first (VCLT 22(3))."""
    precluding = replace(OBJECTION, precludes=True)
    back = act("53", "AAA", "withdrawal_of_statement", "2020-10-01", target="50")
    assert resumed_between(on("2021-01-01", RESERVED, precluding), "AAA", "BBB") is None
    assert resumed_between(on("2021-01-01", RESERVED, OBJECTION, WITHDRAWN), "AAA", "BBB") is None
    for facts, day in (
        ([WITHDRAWN], date(2020, 9, 1)),
        ([back], date(2020, 10, 1)),
        ([WITHDRAWN, back], date(2020, 9, 1)),
    ):
        read = on("2021-01-01", RESERVED, precluding, *facts)
        assert precluded_pairs(read) == {}
        assert resumed_between(read, "BBB", "AAA") == Span.day(day)
    never = act("54", "AAA", "reservation", "2020-01-05", "15")
    against = act("55", "BBB", "objection", "2020-06-01", target="54", precludes=True)
    gone = act("56", "AAA", "withdrawal_of_statement", "2020-10-01", target="54")
    read = on("2021-01-01", never, against, gone)
    assert resumed_between(read, "AAA", "BBB") is None, "it was never confirmed, and had no effect"


def test_an_objection_to_a_part_of_a_reserved_article_has_its_effect_on_that_part() -> None:
    part = replace(OBJECTION, articles=("14(2)", "14(3)"))
    assert said(on("2020-07-01", RESERVED, part)) == [
        OBJECTED.replace("article 14 does", "articles 14(2) and 14(3) do"),
        "Between A and B, article 14 (but for articles 14(2) and 14(3)) does not apply (VCLT 21(1)).",
    ]
    taken_back = replace(WITHDRAWN, articles=("14(3)",))
    read = on("2020-10-01", RESERVED, part, taken_back)
    assert said(read)[0] == OBJECTED.replace("article 14", "article 14(2)")
    assert said(on("2020-10-01", RESERVED, part, replace(WITHDRAWN, articles=()))) == [EXCLUDED]
    (provision,) = read.by_id["50"].provisions
    assert provision.objected_parts == ("14(2)",)
    whole = replace(OBJECTION, id="55", participant="CCC")
    (provision,) = on("2020-10-01", RESERVED, part, whole).by_id["50"].provisions
    assert provision.objected_parts == ()


def test_an_objection_to_more_than_was_reserved_has_its_effect_on_what_was_reserved() -> None:
    narrow = replace(RESERVED, articles=("14(2)",))
    assert said(on("2020-07-01", narrow, replace(OBJECTION, articles=("14",)))) == [
        OBJECTED.replace("article 14", "article 14(2)")
    ]
