"""Who counts, when, and under which conditions."""

from datetime import date
from decimal import Decimal

import pytest

from ratification.rules.dates import Span
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import FactRecord, ParticipantFact
from tests.ratification.rules.cases import day, fact
from tests.ratification.rules.ledger import (
    CLAUSE,
    GENERAL,
    PEOPLE,
    THIRD,
    THREE,
    TWO,
    of,
    rule,
    share,
    short,
    subset,
    where,
    why,
)
from treaty.clauses import ActionKind, Delay

# Who counts


@pytest.mark.parametrize(
    "kind", sorted(set(ActionKind) - set(THIRD.counted_acts) - {"withdrawal", "denunciation"})
)
def test_only_the_acts_that_the_article_names_count(kind: str) -> None:
    outcome = where([*TWO, fact("CCC", kind, "2020-03-01")], "2020-12-31")
    assert outcome.threshold.counted.possible == 2
    assert outcome.threshold.reached is None


@pytest.mark.parametrize(
    "kind", ["definitive_signature", "formal_confirmation", "succession", "consent_to_be_bound"]
)
def test_other_consents_count_where_the_article_names_them(kind: str) -> None:
    clause = rule(counted_acts=(*THIRD.counted_acts, ActionKind(kind)))
    assert where([*TWO, fact("CCC", kind, "2020-03-01")], "2020-12-31", clause).threshold.reached == day(
        "2020-03-01"
    )


def test_a_consent_of_another_kind_is_still_consent() -> None:
    outcome = where([*THREE, fact("DDD", "acceptance", "2020-01-20")], "2020-06-01")
    assert of(outcome, "DDD").kind == "party"
    assert of(outcome, "DDD").in_force == Span.day(GENERAL)
    assert why(outcome, "DDD") == [
        "Under article 10(1) an acceptance does not count toward entry into force."
    ]


def test_organizations_count_only_if_the_article_says_so() -> None:
    facts = [*TWO, fact("EUE", "ratification", "2020-02-20")]
    outcome = where(facts, "2020-12-31")
    assert outcome.threshold.reached is None
    assert why(outcome, "EUE")[0] == (
        "An organization's instrument is not additional to those of its member States; "
        "2 of its 3 members of that day had deposited theirs."
    )
    open_day = where([*facts, fact("CCC", "ratification", "2020-02/2020-04")], "2020-12-31")
    assert "at least 2 of its 3 members of that day had deposited theirs." in why(open_day, "EUE")[0]
    assert where(facts, "2020-12-31", rule(organizations="one")).threshold.reached == day("2020-02-20")


def test_an_organization_without_known_members_is_not_additional_either() -> None:
    outcome = where([*TWO, fact("UNO", "ratification", "2020-02-20")], "2020-12-31")
    assert why(outcome, "UNO") == [
        "An organization's instrument is not additional to those of its member States."
    ]


def test_a_territory_never_counts() -> None:
    outcome = where(
        [*TWO, fact("TER", "ratification", "2020-02-20")], "2020-12-31", rule(organizations="one")
    )
    assert outcome.threshold.reached is None
    assert why(outcome, "TER") == ["A territory is no State; its instrument does not count."]


def test_a_participant_that_ceased_to_exist_is_counted_where_the_clause_does_not_strike_it_out() -> None:
    facts = [*TWO, fact("OLD", "ratification", "2020-01-05"), fact("OLD", "signature", "2020-01-02")]
    counted = where(facts, "2020-12-31")
    assert counted.threshold.reached == day("2020-02-10")
    assert why(counted, "OLD") == [
        (
            "The ratification deposited on 2020-01-05 counts under article 10(1), although the participant ceased to "
            "exist on 2020-02-01: its deposit was made."
        )
    ]
    struck = where(facts, "2020-12-31", rule(former_states_count=False))
    assert struck.threshold.counted.certain == 2
    assert why(struck, "OLD") == [
        "The participant ceased to exist on 2020-02-01, before the threshold was reached."
    ]
    in_time = [
        *facts[2:],
        fact("AAA", "ratification", "2020-01-10"),
        fact("BBB", "ratification", "2020-01-31"),
    ]
    early = where(in_time, "2020-12-31", rule(former_states_count=False))
    assert early.threshold.reached == day("2020-01-31")
    for outcome in (counted, struck, early):
        assert of(outcome, "OLD").kind == "none"
        assert of(outcome, "OLD").in_force is None
        assert of(outcome, "OLD").reason == (
            "It ceased to exist on 2020-02-01; what it did before stays in the record."
        )
    assert [where(in_time, text).signatories.certain for text in ("2020-01-31", "2020-02-01")] == [1, 0]


def test_a_state_that_ceased_after_entry_into_force_was_a_party_until_its_end() -> None:
    facts = [*THREE, fact("LEFT", "ratification", "2020-02-20")]
    left = [*PEOPLE, ParticipantFact("LEFT", "former_state", None, date(2020, 7, 1))]
    record = FactRecord.of(facts, left)
    assert of(evaluate(CLAUSE, record, date(2020, 6, 30)), "LEFT").kind == "party"
    ended = of(evaluate(CLAUSE, record, date(2020, 7, 1)), "LEFT")
    assert (ended.kind, ended.in_force, ended.ended) == ("none", day("2020-05-20"), day("2020-07-01"))


def test_a_successor_does_not_stand_before_it_exists() -> None:
    clause = rule(counted_acts=(*THIRD.counted_acts, ActionKind.SUCCESSION))
    facts = [*TWO, fact("NEW", "succession", "2020-01-05")]
    assert where(facts, "2020-12-31", clause).threshold.reached == day("2020-02-10")
    facts = [fact("AAA", "ratification", "2020-01-10"), fact("BBB", "ratification", "2020-01-12"), facts[-1]]
    assert where(facts, "2020-12-31", clause).threshold.reached == day("2020-02-01")


# When


def test_several_deposits_of_one_day_share_their_rank_and_all_are_decisive() -> None:
    outcome = where(
        [*TWO, fact("DDD", "ratification", "2020-03-01"), fact("CCC", "accession", "2020-03-01")],
        "2020-03-01",
    )
    assert outcome.threshold.decisive == ("CCC", "DDD")
    assert {
        entry.participant: (entry.rank_first, entry.rank_last) for entry in outcome.threshold.entries
    } == {
        "AAA": (1, 1),
        "BBB": (2, 2),
        "CCC": (3, 4),
        "DDD": (3, 4),
    }
    assert outcome.threshold.counted.certain == 4


def test_taken_back_before_the_threshold_day_it_does_not_count_and_after_it_it_did() -> None:
    on_the_day = [fact("AAA", "ratification", "2020-01-10", "2020-03-01"), *THREE[1:]]
    outcome = where(on_the_day, "2020-12-31")
    assert outcome.threshold.reached is None
    assert why(outcome, "AAA") == [
        "The instrument was taken back on 2020-03-01, before the threshold was reached."
    ]
    assert of(outcome, "AAA").kind == "withdrawn"
    the_day_after = [fact("AAA", "ratification", "2020-01-10", "2020-03-02"), *THREE[1:]]
    outcome = where(the_day_after, "2020-12-31")
    assert outcome.threshold.reached == day("2020-03-01")
    assert outcome.threshold.counted.certain == 3
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").in_force, of(outcome, "AAA").counted) == (
        "withdrawn",
        None,
        True,
    )
    assert of(outcome, "AAA").reason == (
        "The ratification deposited on 2020-01-10 counts under article 10(1), although it was taken back on "
        "2020-03-02: that was after the threshold was reached, where the text is silent (a decision of this "
        "project). Its consent ended on 2020-03-02."
    )


def test_a_withdrawal_that_is_still_to_come_does_not_exist_yet() -> None:
    facts = [fact("AAA", "ratification", "2020-01-10", "2020-02-01")]
    assert of(where(facts, "2020-01-31"), "AAA").kind == "contracting"
    assert of(where(facts, "2020-02-01"), "AAA").kind == "withdrawn"


def test_consent_taken_back_and_repeated_is_two_facts() -> None:
    facts = [
        fact("AAA", "ratification", "2020-01-10", "2020-01-20"),
        fact("AAA", "ratification", "2020-04-01"),
        *THREE[1:],
    ]
    outcome = where(facts, "2020-12-31")
    assert outcome.threshold.reached == day("2020-04-01")
    assert outcome.threshold.decisive == ("AAA",)
    assert [entry.counted for entry in outcome.threshold.entries if entry.participant == "AAA"] == [
        False,
        True,
    ]
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").consented) == ("party", day("2020-04-01"))


def test_a_second_consent_beside_the_first_counts_once() -> None:
    outcome = where([*TWO, fact("AAA", "accession", "2020-02-20")], "2020-12-31")
    assert outcome.threshold.counted.possible == 2
    assert why(outcome, "AAA")[1] == (
        "Another instrument of the same participant counts already; each participant counts once."
    )


def test_one_of_two_instruments_taken_back_leaves_the_other() -> None:
    facts = [fact("AAA", "accession", "2020-01-05", "2020-02-01"), *THREE]
    outcome = where(facts, "2020-12-31")
    assert outcome.threshold.reached == day("2020-03-01")
    assert [entry.counted for entry in outcome.threshold.entries if entry.participant == "AAA"] == [
        False,
        True,
    ]


def test_a_withdrawal_of_its_own_takes_back_what_it_names_or_the_latest_instrument_or_the_signature() -> None:
    signed, first, second = (
        fact("AAA", "signature", "2020-01-02"),
        fact("AAA", "ratification", "2020-01-10", "2020-01-15"),
        fact("AAA", "accession", "2020-01-20"),
    )
    latest = where([signed, first, second, fact("AAA", "withdrawal", "2020-02-01")], "2020-02-01")
    assert of(latest, "AAA").kind == "withdrawn"
    assert latest.signatories.certain == 1
    named = where([signed, second, fact("AAA", "withdrawal", "2020-02-01", target=signed.id)], "2020-02-01")
    assert (of(named, "AAA").kind, named.signatories.certain) == ("contracting", 0)
    alone = where([signed, fact("AAA", "withdrawal", "2020-02-01")], "2020-02-01")
    assert (of(alone, "AAA").kind, alone.signatories.certain) == ("withdrawn", 0)
    assert of(alone, "AAA").reason == "Signed on 2020-01-02; the signature was taken back on 2020-02-01."
    assert of(where([fact("AAA", "withdrawal", "2020-02-01")], "2020-02-01"), "AAA").kind == "none"
    open_day = where([second, fact("AAA", "withdrawal", "2020-02")], "2020-02-10")
    assert open_day.contracting == type(open_day.contracting)(0, 1)


def test_what_lies_after_the_day_asked_about_does_not_exist() -> None:
    outcome = where(THREE, "2020-02-29")
    assert [standing.participant for standing in outcome.standings] == ["AAA", "BBB"]
    assert outcome.entry_into_force.reason == "1 more instrument is needed."


# Conditions


def test_named_participants_must_be_among_those_counted() -> None:
    clause = short(required=("BBB", "ZZZ"))
    outcome = where(THREE, "2020-12-31", clause)
    assert outcome.threshold.reached is None
    assert outcome.threshold.remaining == 1
    assert outcome.entry_into_force.reason == "1 of 2 named participants has not: ZZZ."
    done = where(
        [*THREE, fact("DDD", "ratification", "2020-04-01"), fact("ZZZ", "ratification", "2020-04-01")],
        "2021-01-01",
        clause,
    )
    assert done.threshold.reached == day("2020-04-01")
    assert done.threshold.decisive == ("ZZZ",)
    assert done.entry_into_force.reason == (
        "The last condition of article 10(1) was met on 2020-04-01. The treaty entered into force on 2020-06-30."
    )


def test_named_participants_are_no_number_of_instruments() -> None:
    clause = short(instruments=None, required=("AAA", "BBB"))
    outcome = where(TWO, "2020-12-31", clause)
    assert (outcome.threshold.required, outcome.threshold.reached) == (None, day("2020-02-10"))
    assert outcome.entry_into_force.rule.startswith(
        "In force 90 days after the deposit of the instruments of ratification or accession that it names, "
        "those of 2 named participants among them"
    )


def test_a_share_is_reached_exactly_and_shown_rounded_down() -> None:
    third = Decimal("33.33333333333333333333333333333333")
    table = {"AAA": third, "BBB": third, "CCC": third}
    clause = short(instruments=None, shares=(share("s.csv", Decimal("66.67"), table),))
    outcome = where(TWO, "2020-12-31", clause)
    assert outcome.threshold.reached is None
    assert (outcome.threshold.required, outcome.threshold.remaining) == (None, 1)
    assert (
        outcome.entry_into_force.reason
        == "Those counted hold 66.66 per cent of amounts whose source is not recorded (s); 66.67 are needed."
    )
    half = short(instruments=2, shares=(share("s.csv", Decimal(50), {"AAA": Decimal(1), "CCC": Decimal(1)}),))
    assert where(TWO, "2020-12-31", half).threshold.reached == day("2020-02-10")


def test_of_one_day_only_those_that_bring_what_was_missing_are_decisive() -> None:
    table = {"AAA": Decimal(1), "CCC": Decimal(1), "DDD": Decimal(0)}
    clause = short(instruments=2, shares=(share("s.csv", Decimal(90), table),))
    facts = [*THREE, fact("DDD", "ratification", "2020-03-01"), fact("EEE", "ratification", "2020-03-01")]
    assert where(facts, "2020-12-31", clause).threshold.decisive == ("CCC",)
    clause = short(instruments=2, subsets=(subset("club", 2),))
    facts = [
        TWO[0],
        fact("ZZZ", "ratification", "2020-02-10"),
        *facts[2:],
        fact("BBB", "ratification", "2020-03-01"),
    ]
    assert where(facts, "2020-12-31", clause).threshold.decisive == ("BBB", "CCC")


def test_membership_of_the_subset_is_that_of_the_day() -> None:
    clause = short(instruments=2, subsets=(subset("club", 2),))
    outcome = where(TWO, "2020-02-14", clause)
    assert outcome.entry_into_force.reason == "1 more must be a member of club."
    assert where(TWO, "2020-12-31", clause).threshold.reached == day("2020-02-15")
    assert where(TWO, "2020-12-31", clause).threshold.decisive == ()
    late = [TWO[0], fact("BBB", "accession", "2020-03-01")]
    outcome = where(late, "2020-12-31", clause)
    assert outcome.threshold.reached is None
    clause = short(instruments=2, subsets=(subset("club", 3),))
    assert where([], "2020-12-31", clause).entry_into_force.reason == (
        "2 more instruments are needed. 3 more must be members of club."
    )


def test_the_rule_is_said_in_one_sentence() -> None:
    clause = short(
        organizations="one",
        shares=(share("s.csv", Decimal(55), {"AAA": Decimal(1)}),),
        subsets=(subset("club", 2),),
        not_before=date(2021, 1, 1),
        after_treaties=("other",),
    )
    assert where([], "2020-12-31", clause).entry_into_force.rule == (
        "In force 90 days after the deposit of the 3rd instrument of ratification or accession, those counted "
        "holding at least 55 per cent of amounts whose source is not recorded (s), at least 2 of them members of club, "
        'not before 2021-01-01, not before the treaty "other" enters into force.'
    )
    one = short(instruments=1, counted_acts=(ActionKind.RATIFICATION,), delay=Delay(months=1))
    assert where([], "2020-12-31", one).entry_into_force.rule.startswith(
        "In force 1 month after the deposit of the 1st instrument of ratification, "
    )


@pytest.mark.parametrize(
    ("number", "words"), [(2, "2nd"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")]
)
def test_ranks_are_said_as_people_do(number: int, words: str) -> None:
    assert (
        f"the {words} instrument" in where([], "2020-12-31", short(instruments=number)).entry_into_force.rule
    )
