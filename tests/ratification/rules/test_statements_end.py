"""Statements end with the consent to which they belong, late reservations are decided once, notifications replace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import Span
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from ratification.rules.results import results_of
from ratification.rules.statements import ProvisionState as State
from ratification.rules.statements import Statement, statements_on
from ratification.rules.statements.effects import effect_sentence, effects_between, precluded_pairs
from ratification.rules.statements.succession import not_said_of
from tests.ratification.rules.ledger import CLAUSE, THREE
from tests.ratification.rules.test_statements import act, states

PEOPLE = [ParticipantFact("CCC", valid_until=date(2023, 1, 1))]
RESERVED = act("50", "AAA", "reservation", "2020-01-10", "14", "15")
NOTICE = act("60", "AAA", "denunciation", "2021-03-01")
"""It takes effect on 2022-03-01, a year after receipt."""
ANEW = act("70", "AAA", "accession", "2022-09-01")


def record(*facts: Fact) -> FactRecord:
    return FactRecord.of([*THREE, *facts], PEOPLE)


def on(day: str, key: str, *facts: Fact) -> Statement:
    """Return a statement on a day, with the consents that the rules end by then."""
    as_of, held = date.fromisoformat(day), record(*facts)
    ended = evaluate(CLAUSE, held, as_of).ended
    return statements_on([*THREE, *facts], as_of, ended).by_id[key]


def against(fact: Fact, *facts: Fact) -> list[str]:
    found = doubts_about(fact, CLAUSE, record(*facts, fact), date(2030, 1, 1))
    return [doubt.sentence for doubt in found if doubt.impossible]


def test_a_reservation_ends_with_the_denounced_consent() -> None:
    """On the day on which the denunciation takes effect, not on its receipt; acceding anew does not revive it."""
    facts = (RESERVED, NOTICE, ANEW)
    assert on("2022-02-28", "50", *facts).state == State.STANDING
    over = on("2022-03-01", "50", *facts)
    assert (over.state, {each.since for each in over.provisions}) == (
        State.ENDED,
        {Span.day(date(2022, 3, 1))},
    )
    assert on("2023-09-01", "50", *facts).state == State.ENDED
    again = act("71", "AAA", "reservation", "2022-09-01", "14")
    assert on("2023-09-01", "71", *facts, again).state == State.STANDING
    held = record(*facts, again)
    ended = evaluate(CLAUSE, held, date(2023, 9, 1)).ended
    read = statements_on([*THREE, *facts, again], date(2023, 9, 1), ended)
    assert [effect.provisions for effect in effects_between(read, "AAA", "BBB")] == [("14",)]
    assert results_of(held, CLAUSE, date(2023, 9, 1), ended)["50"].state == "ended"


def test_a_statement_made_when_denouncing_and_acceding_anew_on_one_day_stands() -> None:
    """As the reservations of Trinidad and Tobago and of Guyana to the first Optional Protocol."""
    named = replace(NOTICE, target=THREE[0].id)
    anew, again = (
        act("70", "AAA", "accession", "2021-03-01"),
        act("71", "AAA", "reservation", "2021-03-01", "14"),
    )
    facts = (RESERVED, named, anew, again)
    assert [on("2022-02-28", key, *facts).state for key in ("50", "71")] == [State.STANDING] * 2
    assert [on("2022-03-01", key, *facts).state for key in ("50", "71")] == [State.ENDED, State.STANDING]


def test_a_revoked_denunciation_ends_nothing() -> None:
    """Also where it is revoked on the last day; on the day of its effect that is refused."""
    last, late = (act("61", "AAA", "withdrawal", day, target="60") for day in ("2022-02-28", "2022-03-01"))
    assert on("2023-01-01", "50", RESERVED, NOTICE, last).state == State.STANDING
    assert against(last, RESERVED, NOTICE) == []
    assert on("2023-01-01", "50", RESERVED, NOTICE, late).state == State.ENDED
    assert "took effect on 2022-03-01" in against(late, RESERVED, NOTICE)[0]


def test_statements_end_with_an_instrument_taken_back_and_with_their_maker() -> None:
    early = act("10", "DDD", "accession", "2020-02-01")
    reserved, declared = (
        act("11", "DDD", "reservation", "2020-02-01", "9"),
        act("12", "DDD", "declaration", "2020-02-10", "9"),
    )
    taken_back = act("13", "DDD", "withdrawal", "2020-02-20", target="10")
    for key in ("11", "12"):
        assert on("2020-02-19", key, early, reserved, declared, taken_back).stands
        assert on("2020-02-20", key, early, reserved, declared, taken_back).state == State.ENDED
    former = act("14", "CCC", "notification", "2020-03-01", "37")
    assert on("2022-12-31", "14", former).state == State.STANDING
    assert on("2023-01-01", "14", former).state == State.ENDED
    signed = act("15", "EEE", "signature", "2020-02-01")
    waiting = act("16", "EEE", "reservation", "2020-02-01", "9")
    gone = act("17", "EEE", "withdrawal", "2020-06-01", target="15")
    assert on("2020-05-31", "16", signed, waiting, gone).state == State.AWAITING_CONFIRMATION
    assert on("2020-06-01", "16", signed, waiting, gone).state == State.ENDED


def test_a_consent_stands_until_its_denunciation_takes_effect() -> None:
    """What is reserved or confirmed in between is late, or confirmed, as at any other time."""
    late = act("52", "AAA", "reservation", "2021-06-01", "20")
    statement = on("2021-07-01", "52", NOTICE, late)
    assert (statement.late, statement.state) == (True, State.AWAITING_ACCEPTANCE)
    doubts = doubts_about(late, CLAUSE, record(NOTICE, late), date(2030, 1, 1))
    assert any("twelve months" in doubt.sentence for doubt in doubts)
    early = act("53", "AAA", "reservation", "2020-01-05", "20")
    signed = act("54", "AAA", "signature", "2020-01-05")
    confirmed = act("55", "AAA", "confirmation_of_reservation", "2021-06-01", target="53")
    assert on("2021-07-01", "53", signed, early, NOTICE, confirmed).state == State.CONFIRMED
    assert against(confirmed, signed, early, NOTICE) == []
    after = replace(confirmed, taken=Span.day(date(2022, 3, 1)))
    assert "ended with the consent" in against(after, signed, early, NOTICE)[0]


def test_what_has_ended_is_neither_withdrawn_nor_objected_to() -> None:
    withdrawn = act("80", "AAA", "withdrawal_of_statement", "2022-04-01", target="50")
    objection = act("81", "BBB", "objection", "2022-04-01", target="50")
    for late in (withdrawn, objection):
        assert "ended with the consent to which it belonged" in against(late, RESERVED, NOTICE)[0]
        read = statements_on(
            [*THREE, RESERVED, NOTICE, late],
            date(2022, 5, 1),
            evaluate(CLAUSE, record(RESERVED, NOTICE), date(2022, 5, 1)).ended,
        )
        assert read.idle == (late,)
    in_time = replace(withdrawn, taken=Span.day(date(2022, 2, 28)))
    assert against(in_time, RESERVED, NOTICE) == []
    assert on("2023-01-01", "50", RESERVED, NOTICE, in_time).state == State.WITHDRAWN


def test_an_objection_ends_when_its_maker_leaves_or_withdraws_it() -> None:
    """Then the treaty is in force between the two, if the objection had precluded that."""
    reserved = act("51", "BBB", "reservation", "2020-02-10", "20")
    objection = act("81", "AAA", "objection", "2020-06-01", target="51", precludes=True)
    assert on("2022-02-28", "51", reserved, objection, NOTICE).objections == (objection,)
    assert on("2022-03-01", "51", reserved, objection, NOTICE).objections == ()
    gone = act("82", "AAA", "withdrawal_of_statement", "2020-09-01", target="81")
    facts = [*THREE, reserved, objection, gone]
    for day, pairs in ((date(2020, 8, 31), {frozenset({"AAA", "BBB"})}), (date(2020, 9, 1), set())):
        assert set(precluded_pairs(statements_on(facts, day))) == pairs


@pytest.mark.parametrize(
    ("objected", "withdrawn", "state"),
    [
        ("2021-02-15", None, State.NOT_ACCEPTED),
        ("2022-01-15", None, State.NOT_ACCEPTED),
        ("2022-01-16", None, State.STANDING),
        ("2021-02-15", "2022-01-15", State.STANDING),
        ("2021-02-15", "2022-01-16", State.NOT_ACCEPTED),
    ],
)
def test_a_late_reservation_is_decided_at_the_end_of_the_twelve_months(
    objected: str, withdrawn: str | None, state: State
) -> None:
    """The last day counts; an objection withdrawn by then leaves it accepted, one withdrawn later does not."""
    late = act("40", "BBB", "reservation", "2021-01-01", "20", notified=Span.day(date(2021, 1, 15)))
    facts = [late, act("41", "AAA", "objection", objected, target="40")]
    if withdrawn:
        facts.append(act("42", "AAA", "withdrawal_of_statement", withdrawn, target="41"))
    assert on("2022-01-16", "40", *facts).state == state
    assert on("2021-02-01", "40", *facts).state == State.AWAITING_ACCEPTANCE


def test_an_objection_that_ended_with_its_makers_consent_decides_no_late_reservation() -> None:
    """The denunciation took effect within the twelve months; one that takes effect after them changes nothing."""
    late = act("40", "BBB", "reservation", "2021-09-01", "20")
    objection = act("41", "AAA", "objection", "2021-10-01", target="40")
    assert on("2022-09-02", "40", late, objection, NOTICE).state == State.STANDING
    after = replace(NOTICE, taken=Span.day(date(2021, 9, 2)))
    assert on("2023-01-01", "40", late, objection, after).state == State.NOT_ACCEPTED


def notified(key: str, day: str, *articles: str, target: str = "") -> Fact:
    return act(key, "AAA", "notification", day, *articles, target=target)


@pytest.mark.parametrize(
    ("named", "expected", "refused"),
    [
        (("40",), {"37": "standing", "40(12)": "replaced"}, False),
        (("40(12)", "41"), {"37": "standing", "40(12)": "replaced"}, False),
        (("37(3)",), {"37": "partly_replaced", "40(12)": "standing"}, False),
        ((), {"37": "replaced", "40(12)": "replaced"}, False),
        (("41",), {"37": "standing", "40(12)": "standing"}, True),
    ],
)
def test_a_notification_replaces_what_it_names_of_the_earlier_one(
    named: Sequence[str], expected: dict[str, str], *, refused: bool
) -> None:
    """It may name the whole article, a part of it, or more than the earlier one did."""
    first, second = (
        notified("20", "2020-06-01", "37", "40(12)"),
        notified("21", "2021-06-01", *named, target="20"),
    )
    assert states(on("2021-06-01", "20", first, second)) == expected
    assert bool(against(second, first)) is refused
    assert on("2021-06-01", "21", first, second).state == State.STANDING


def test_an_authority_is_replaced_twice() -> None:
    """The third notification names the second; the first is over and cannot be named again."""
    first = notified("20", "2020-06-01", "40")
    second = notified("21", "2021-06-01", "40", target="20")
    third = notified("22", "2021-09-01", "40", target="21")
    read = [on("2021-09-01", key, first, second, third).state for key in ("20", "21", "22")]
    assert read == [State.REPLACED, State.REPLACED, State.STANDING]
    assert on("2021-08-31", "21", first, second, third).state == State.STANDING
    assert "stands no longer; it was replaced" in against(replace(third, target="20"), first, second)[0]


def test_a_part_of_a_reserved_article_is_withdrawn_and_the_rest_modified_twice() -> None:
    part = act("80", "AAA", "withdrawal_of_statement", "2020-07-01", "14(2)(a)", target="50")
    modified = [
        act(f"8{number}", "AAA", "modification_of_statement", f"2020-0{number}-01", "15", target="50")
        for number in (8, 9)
    ]
    statement = on("2020-10-01", "50", RESERVED, part, *modified)
    assert states(statement) == {"14": State.PARTLY_WITHDRAWN, "15": State.MODIFIED}
    assert [(each.parts, each.by.id) for each in statement.provisions] == [(("14(2)(a)",), "80"), ((), "89")]
    assert "has been withdrawn" in against(replace(part, id="85"), RESERVED, part)[0]
    inside = replace(part, id="86", articles=("14(2)(a)(i)",))
    assert "has been withdrawn" in against(inside, RESERVED, part)[0]
    assert against(replace(part, id="87", articles=("14(2)",)), RESERVED, part) == []


def test_a_withdrawn_reservation_is_not_objected_to() -> None:
    gone = act("80", "AAA", "withdrawal_of_statement", "2020-07-01", target="50")
    objection = act("81", "BBB", "objection", "2020-07-02", "14", target="50")
    assert "stands no longer; it was withdrawn" in against(objection, RESERVED, gone)[0]
    assert against(replace(objection, taken=Span.day(date(2020, 6, 30))), RESERVED, gone) == []


def test_a_communication_about_a_territory_changes_nothing() -> None:
    extended = act("20", "AAA", "territorial_application", "2020-06-01", territories=("GIB", "IMN"))
    said = act("21", "BBB", "communication", "2020-07-01", target="20", territories=("GIB",))
    statement = on("2020-07-01", "20", extended, said)
    assert (states(statement), [each.id for each in statement.acts]) == (
        {"GIB": State.STANDING, "IMN": State.STANDING},
        ["21"],
    )
    assert against(said, extended) == []
    assert on("2020-07-01", "21", extended, said).state == State.STANDING


def test_provisional_application_ends_with_entry_into_force() -> None:
    """VCLT 25(1): pending entry into force; for a party since 2020-05-30, before its own end is notified."""
    applied = act("20", "AAA", "provisional_application", "2020-02-01")
    assert on("2020-05-29", "20", applied).state == State.STANDING
    over = on("2020-05-30", "20", applied)
    assert (over.state, over.provisions[0].since.on) == (State.ENDED, date(2020, 5, 30))
    other = act("21", "EEE", "provisional_application", "2020-02-01")
    assert on("2025-01-01", "21", other).state == State.STANDING


def test_a_predecessors_statements_are_named_until_the_successor_says_that_it_maintains_them() -> None:
    """Those that stood on the day of the succession, although their maker has ceased to exist by now."""
    reserved = act("30", "CCC", "reservation", "2020-03-01", "14", "15")
    declared = act("31", "CCC", "declaration", "2020-03-01", "40")
    gone = act("32", "CCC", "withdrawal_of_statement", "2022-01-01", target="31")
    succeeded = act("33", "NEW", "succession", "2023-03-01", predecessor="CCC")
    facts = [*THREE, reserved, declared, gone, succeeded]

    def named(day: str, *more: Fact) -> list[str]:
        return [each.fact.id for each in not_said_of("NEW", [*facts, *more], date.fromisoformat(day))]

    assert named("2023-02-28") == []
    assert named("2023-03-01") == ["30"]
    part = act("34", "NEW", "reservation", "2023-03-01", "14")
    assert named("2023-03-01", part) == ["30"]
    assert named("2023-03-01", part, act("35", "NEW", "reservation", "2023-03-01", "15(2)")) == []
    withdrawn = act("36", "NEW", "withdrawal_of_statement", "2024-01-01", target="34")
    assert named("2024-01-01", replace(part, articles=("14", "15")), withdrawn) == []


def test_a_part_from_which_a_reservation_is_withdrawn_applies_again() -> None:
    excluded = replace(RESERVED, excludes=True)
    part = act("80", "AAA", "withdrawal_of_statement", "2020-07-01", "14(2)", target="50")
    read = statements_on([*THREE, excluded, part], date(2020, 8, 1))
    assert [effect_sentence(each, "A", "B") for each in effects_between(read, "AAA", "BBB")] == [
        "Between A and B, article 14 (but for article 14(2)) does not apply (VCLT 21(1)).",
        "Between A and B, article 15 does not apply (VCLT 21(1)).",
    ]
