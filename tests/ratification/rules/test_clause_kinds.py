"""What clauses say beyond a number of instruments and a delay, each on a small ledger."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from ratification.rules.dates import NEVER, Span
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from ratification.rules.outcome import Outcome
from tests.ratification.rules.cases import day, fact
from tests.ratification.rules.ledger import CLAUSE, THREE, TWO, of, rule, where, why, windows
from treaty.clauses import (
    ActionKind,
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    DayReached,
    DeclaredEvent,
    Delay,
    Denunciation,
    EventHappened,
    FixedDay,
    LaterParties,
    Termination,
    named,
)

UNION = [
    MembershipFact("union", "MMM"),
    MembershipFact("union", "NNN", date(2020, 4, 1)),
    MembershipFact("union", "OOO", None, date(2020, 2, 1)),
]


def union(facts: list[Fact], as_of: str, clause: Clause) -> Outcome:
    record = FactRecord.of(facts, [ParticipantFact("EUE", "reio")], UNION, {"EUE": "union"})
    return evaluate(clause, record, date.fromisoformat(as_of))


def later(**changes: Any) -> Clause:  # noqa: ANN401 - any field of the rule
    usual = LaterParties("10(2)", Delay(days=30), not_before_general=True)
    return replace(CLAUSE, later_parties=replace(usual, **changes))


# Entry into force


def test_on_a_fixed_day_if_the_condition_is_met_by_then_otherwise_after_the_delay() -> None:
    clause = rule(fixed=FixedDay(date(2020, 5, 1), date(2020, 5, 1)))
    outcome = where(THREE, "2020-12-31", clause)
    assert outcome.entry_into_force.on == day("2020-05-01")
    assert outcome.entry_into_force.steps == ("met by 2020-05-01: 2020-05-01",)
    assert outcome.entry_into_force.rule.startswith(
        "In force on 2020-05-01 if the condition is met by then, otherwise 90 days after the deposit of the 3rd"
    )
    late = [*TWO, fact("CCC", "ratification", "2020-05-02")]
    assert where(late, "2020-12-31", clause).entry_into_force.on == day("2020-07-31")
    unsure = where([*TWO, fact("CCC", "ratification", "2020-04-30/2020-05-02")], "2020-12-31", clause)
    assert unsure.entry_into_force.on == Span(date(2020, 5, 1), date(2020, 7, 31))
    assert unsure.entry_into_force.steps == (
        "met by 2020-05-01: 2020-05-01; otherwise 2020-05-02 + 90 days = 2020-07-31",
    )


def test_a_day_alone() -> None:
    clause = rule(condition=DayReached(date(2020, 5, 1)), delay=Delay(), counted_acts=())
    before = where([], "2020-04-01", clause)
    assert before.entry_into_force.on == day("2020-05-01")
    assert before.entry_into_force.rule == "In force on 2020-05-01."
    assert before.threshold.required is None
    assert where([], "2020-06-01", clause).entry_into_force.reason.endswith(
        "entered into force on 2020-05-01."
    )


def test_an_event_is_waited_for_and_the_alternative_that_decided_is_named() -> None:
    tree = AnyOf((AtLeast(5), AllOf((AtLeast(2), EventHappened("decision", article="10(3)")))))
    clause = replace(
        rule(condition=tree),
        events=(DeclaredEvent("decision", date(2020, 6, 1), date(2020, 6, 1), "minutes"),),
    )
    waiting = where(TWO, "2020-05-31", clause)
    assert waiting.threshold.reached is None
    assert waiting.threshold.remaining is None
    assert 'The event "decision" is not recorded.' in waiting.entry_into_force.reason
    outcome = where(TWO, "2020-12-31", clause)
    assert outcome.threshold.reached == day("2020-06-01")
    assert outcome.threshold.branch == (
        '((a) at least 2 participants have deposited instruments and (b) the event "decision" has happened '
        "(article 10(3)))"
    )
    assert outcome.threshold.branch in outcome.entry_into_force.reason


def test_the_record_can_hold_the_event_too() -> None:
    clause = rule(condition=AllOf((AtLeast(2), EventHappened("decision"))))
    record = FactRecord.of(TWO, events={"decision": Span(date(2020, 6, 1), date(2020, 6, 3))})
    assert evaluate(clause, record, date(2020, 6, 2)).threshold.reached == Span(date(2020, 6, 1), NEVER)
    assert evaluate(clause, record, date(2020, 6, 3)).threshold.reached == Span(
        date(2020, 6, 1), date(2020, 6, 3)
    )


def test_declarations_under_an_article_are_counted() -> None:
    clause = rule(condition=AtLeast(2), counted_acts=(ActionKind.DECLARATION,), under="41", delay=Delay())
    facts = [
        *TWO,
        Fact("a", "AAA", ActionKind.DECLARATION, day("2020-02-01"), articles=("41",)),
        Fact("b", "BBB", ActionKind.DECLARATION, day("2020-02-11"), articles=("14(5)",)),
        Fact("c", "CCC", ActionKind.DECLARATION, day("2020-03-11"), articles=("41(1)",)),
    ]
    outcome = where(facts, "2020-12-31", clause)
    assert outcome.entry_into_force.on == day("2020-03-11")
    assert outcome.entry_into_force.decisive == ("CCC",)
    assert why(outcome, "CCC") == ["The declaration made on 2020-03-11 counts under article 10(1)."]
    taken_back = Fact("w", "AAA", ActionKind.WITHDRAWAL_OF_STATEMENT, day("2020-03-01"), target="a")
    assert where([*facts, taken_back], "2020-12-31", clause).entry_into_force.on is None


def test_a_succession_counts_by_practice_where_the_definition_says_so() -> None:
    facts = [*TWO, fact("CCC", "succession", "2020-03-01")]
    assert where(facts, "2020-12-31").threshold.reached is None
    outcome = where(facts, "2020-12-31", rule(succession_basis="the depositary counts it"))
    assert outcome.threshold.reached == day("2020-03-01")
    assert why(outcome, "CCC") == [
        (
            "The succession deposited on 2020-03-01 counts under article 10(1) by the depositary's practice: "
            "the depositary counts it."
        )
    ]


# Organizations


def test_an_organization_counts_as_its_members_of_the_day() -> None:
    facts = [*TWO, fact("EUE", "accession", "2020-03-01")]
    clause = rule(condition=AtLeast(3), organizations="members")
    outcome = union(facts, "2020-12-31", clause)
    assert outcome.threshold.reached == day("2020-03-01")
    assert outcome.threshold.counted.certain == 3
    assert outcome.entry_into_force.decisive == ("EUE",)
    later_on = [*facts[:1], fact("MMM", "accession", "2020-02-02"), facts[2]]
    assert union(later_on, "2020-12-31", clause).threshold.reached is None


def test_who_joins_an_organization_on_a_day_that_is_open_is_counted_perhaps() -> None:
    """NNN is a member from 1 April; the organization deposited between 1 March and 5 April."""
    clause = rule(condition=AtLeast(4), organizations="members")
    facts = [*TWO, fact("EUE", "accession", "2020-03-01/2020-04-05")]
    outcome = union(facts, "2020-12-31", clause)
    assert outcome.threshold.reached == Span(date(2020, 3, 1), NEVER)
    assert (outcome.threshold.counted.certain, outcome.threshold.counted.possible) == (3, 4)
    third = union(facts, "2020-12-31", rule(condition=AtLeast(3), organizations="members"))
    assert third.threshold.reached == Span(date(2020, 3, 1), date(2020, 4, 5))


def test_an_organization_that_binds_its_members_counts_once_and_makes_them_parties() -> None:
    facts = [*TWO, fact("EUE", "accession", "2020-03-01"), fact("MMM", "signature", "2020-01-02")]
    outcome = union(facts, "2020-12-31", rule(condition=AtLeast(3), organizations="binding"))
    assert outcome.threshold.reached == day("2020-03-01")
    assert outcome.threshold.counted.certain == 3
    assert {each.participant: each.in_force for each in outcome.standings} == {
        "AAA": day("2020-05-30"),
        "BBB": day("2020-05-30"),
        "EUE": day("2020-05-30"),
        "MMM": day("2020-05-30"),
        "NNN": day("2020-05-30"),
    }
    assert outcome.parties.certain == 5
    assert of(outcome, "MMM").reason.startswith(
        "It is bound as a member State through the accession of EUE, from 2020-03-01 on."
    )
    assert of(outcome, "NNN").consented == day("2020-04-01")


def test_an_organization_ceases_to_be_a_party_when_all_its_members_have_denounced() -> None:
    members = [fact("MMM", "ratification", "2020-01-01"), fact("NNN", "ratification", "2020-01-02")]
    facts = [*members, *TWO, fact("EUE", "accession", "2020-03-01")]
    facts += [fact("MMM", "denunciation", "2021-01-01")]
    clause = replace(CLAUSE, denunciation=Denunciation("12", Delay(years=1), organization_article="12(2)"))
    assert of(union(facts, "2030-01-01", clause), "EUE").kind == "party"
    facts += [fact("NNN", "denunciation", "2021-06-01")]
    assert of(union(facts, "2022-05-31", clause), "EUE").kind == "party"
    left = of(union(facts, "2022-06-01", clause), "EUE")
    assert (left.kind, left.ended) == ("withdrawn", day("2022-06-01"))
    silent = replace(clause, denunciation=Denunciation("12", Delay(years=1)))
    assert of(union(facts, "2030-01-01", silent), "EUE").kind == "party"


# Later parties


def test_later_parties_have_delays_of_their_own_by_kind_of_act() -> None:
    clause = later(by_kind=((ActionKind.ACCESSION, Delay(months=6, further=(Delay(days=60),))),))
    facts = [*THREE, fact("DDD", "ratification", "2023-03-08"), fact("EEE", "accession", "2023-03-08")]
    outcome = where(facts, "2024-12-31", clause)
    assert of(outcome, "DDD").in_force == day("2023-04-07")
    assert of(outcome, "EEE").in_force == day("2023-11-07")


def test_a_delay_can_count_from_the_depositarys_notification() -> None:
    told = replace(fact("DDD", "accession", "2021-03-01"), notified=day("2021-03-20"))
    facts = [*THREE, told, fact("EEE", "accession", "2021-03-01")]
    outcome = where(facts, "2021-12-31", later(counted_from="notification"))
    assert of(outcome, "DDD").in_force == day("2021-04-19")
    assert of(outcome, "EEE").in_force == Span(date(2021, 3, 31), NEVER)


def test_a_deposit_between_threshold_and_entry_into_force_is_in_time_where_only_later_ones_have_a_rule() -> (
    None
):
    facts = [*THREE, fact("DDD", "ratification", "2020-05-20"), fact("EEE", "ratification", "2020-05-30")]
    facts += [fact("FFF", "ratification", "2020-05-25/2020-06-02")]
    outcome = where(facts, "2020-12-31", later(after="entry_into_force"))
    assert of(outcome, "DDD").in_force == day("2020-05-30")
    assert of(outcome, "EEE").in_force == day("2020-06-29")
    assert of(outcome, "FFF").in_force == Span(date(2020, 5, 30), date(2020, 7, 2))
    assert of(where(facts, "2020-12-31"), "DDD").in_force == day("2020-06-19")


# Leaving


def test_a_withdrawal_of_an_instrument_that_has_taken_effect_is_a_denunciation() -> None:
    facts = [fact("AAA", "ratification", "2020-01-10", "2021-06-01"), *THREE[1:]]
    outcome = where(facts, "2021-12-31")
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").ended) == ("party", day("2022-06-01"))
    (window,) = windows(outcome, "denunciation")
    assert (window.opens, window.closes) == (day("2021-06-01"), day("2022-06-01"))
    assert of(where(facts, "2022-06-01"), "AAA").kind == "withdrawn"
    silent = where(facts, "2030-01-01", replace(CLAUSE, denunciation=None))
    assert (of(silent, "AAA").kind, of(silent, "AAA").ended) == ("party", None)


def test_who_denounces_and_accedes_anew_on_one_day_is_bound_by_the_later_consent() -> None:
    facts = [
        *THREE,
        fact("AAA", "denunciation", "2021-05-26"),
        fact("AAA", "accession", "2021-05-26"),
    ]
    clause = replace(later(delay=Delay(months=3)), denunciation=Denunciation("12", Delay(months=3)))
    outcome = where(facts, "2021-08-26", clause)
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").in_force) == ("party", day("2021-08-26"))
    assert of(where(facts, "2021-08-25", clause), "AAA").kind == "party"
    again = [*facts, fact("AAA", "denunciation", "2023-03-27")]
    left = of(where(again, "2023-06-27", clause), "AAA")
    assert (left.kind, left.ended) == ("withdrawn", day("2023-06-27"))
    assert len(windows(where(again, "2023-06-27", clause), "denunciation")) == 2


def test_a_denunciation_ends_the_consent_that_it_names() -> None:
    facts = [*THREE, fact("AAA", "accession", "2021-01-01")]
    notice = fact("AAA", "denunciation", "2021-05-26", target="AAA accession 2021-01-01")
    outcome = where([*facts, notice], "2030-01-01")
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").in_force) == ("party", day("2020-05-30"))


def test_a_denunciation_takes_effect_on_a_calendar_day() -> None:
    clause = replace(CLAUSE, denunciation=Denunciation("46(2)", Delay(to=(7, 1), then="first-of-next-year")))
    for received, ends in (
        ("2021-06-29", "2022-01-01"),
        ("2021-07-01", "2022-01-01"),
        ("2021-07-02", "2023-01-01"),
    ):
        outcome = where([*THREE, fact("AAA", "denunciation", received)], "2025-01-01", clause)
        assert of(outcome, "AAA").ended == day(ends)


def test_a_treaty_ends_below_a_number_of_parties() -> None:
    clause = replace(CLAUSE, termination=Termination("15", 3))
    facts = [*THREE, fact("DDD", "accession", "2020-12-31"), fact("AAA", "denunciation", "2021-01-01")]
    assert where(facts, "2030-01-01", clause).entry_into_force.ended is None
    facts += [fact("BBB", "denunciation", "2021-03-01/2021-03-05")]
    outcome = where(facts, "2022-02-28", clause)
    assert outcome.parties.certain == 3
    assert outcome.entry_into_force.ended == Span(date(2022, 3, 1), date(2022, 3, 5))
    assert outcome.entry_into_force.reason.endswith(
        "It ceases to be in force between 2022-03-01 and 2022-03-05 (article 15: when it has fewer than 3 parties)."
    )
    ended = where(facts, "2022-03-05", clause)
    assert (ended.parties.certain, ended.parties.possible) == (0, 0)
    assert of(ended, "DDD").kind == "withdrawn"
    without = where(facts, "2022-03-05")
    assert without.parties.certain == 2


def test_a_treaty_made_for_some_years_ends_after_them() -> None:
    clause = replace(CLAUSE, termination=Termination("15", after=Delay(years=5)))
    late = fact("DDD", "accession", "2025-05-20")
    outcome = where([*THREE, late], "2025-05-29", clause)
    assert outcome.entry_into_force.ended == day("2025-05-30")
    assert outcome.parties.certain == 3
    assert outcome.entry_into_force.reason.endswith(
        "It ceases to be in force on 2025-05-30 (article 15: 5 years after its entry into force)."
    )
    ended = where([*THREE, late], "2025-05-30", clause)
    assert (ended.parties.certain, ended.parties.possible) == (0, 0)
    assert of(ended, "DDD").in_force is None
    assert where(TWO, "2030-01-01", clause).entry_into_force.ended is None


def test_a_treaty_ends_on_its_day_or_by_a_decision_before_it() -> None:
    clause = replace(CLAUSE, termination=Termination("15", on=date(2022, 1, 1), event="end"))
    assert where(THREE, "2021-06-01", clause).entry_into_force.ended == day("2022-01-01")
    decided = replace(clause, events=(DeclaredEvent("end", date(2021, 3, 1), date(2021, 3, 5), "minutes"),))
    assert where(THREE, "2021-02-01", decided).entry_into_force.ended == day("2022-01-01")
    ended = where(THREE, "2021-03-05", decided)
    assert ended.entry_into_force.ended == Span(date(2021, 3, 1), date(2021, 3, 5))
    assert ended.parties.possible == 0


def test_a_treaty_waits_for_the_last_of_several_treaties() -> None:
    clause = rule(after_treaties=("one", "other"))
    waiting = where(THREE, "2030-01-01", clause).entry_into_force
    assert waiting.on is None
    assert waiting.reason.endswith('It waits for the treaties "one" and "other" to enter into force.')
    record = FactRecord.of(THREE)
    found = evaluate(clause, record, date(2030, 1, 1), day("2021-07-01")).entry_into_force
    assert found.on == day("2021-07-01")
    assert found.steps[1] == 'not before the treaties "one" and "other": 2021-07-01'


def test_a_majority_is_more_than_a_half() -> None:
    four = named(("AAA", "BBB", "CCC", "DDD"))
    clause = rule(condition=AtLeast(None, four, Fraction(1, 2), more_than=True))
    two = where(TWO, "2020-12-31", clause).threshold
    assert (two.reached, two.required, two.remaining) == (None, 3, 1)
    assert where(THREE, "2020-12-31", clause).threshold.reached == day("2020-03-01")


def test_a_party_that_joins_on_the_day_makes_good_for_one_that_leaves() -> None:
    clause = replace(CLAUSE, termination=Termination("15", 3))
    facts = [*THREE, fact("AAA", "denunciation", "2021-01-01"), fact("DDD", "accession", "2021-12-02")]
    outcome = where(facts, "2022-01-01", clause)
    assert (of(outcome, "DDD").in_force, outcome.entry_into_force.ended) == (day("2022-01-01"), None)


def test_the_least_number_of_instruments_that_is_missing_is_that_of_the_nearest_alternative() -> None:
    tree = AnyOf((AtLeast(9), AllOf((AtLeast(4), AtLeast(3, named(("AAA", "XXX", "YYY")))))))
    assert where(TWO, "2020-12-31", rule(condition=tree)).threshold.remaining == 2
