"""The rules one by one, on ledgers small enough to see through."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ratification.rules.dates import NEVER, Span, parse_edtf
from ratification.rules.document import Json, sentences, status_document, working_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, Membership, Participant, Record
from ratification.rules.outcome import Outcome, Standing, Window
from tests.ratification.rules.cases import day, fact
from treaty.clauses import (
    ActionKind,
    Amendment,
    Clause,
    Delay,
    Denunciation,
    DomesticApproval,
    EntryIntoForce,
    LaterParties,
    Share,
    SignatureWindow,
    Subset,
)

THIRD = EntryIntoForce(
    article="10(1)",
    instruments=3,
    counted_acts=(ActionKind.RATIFICATION, ActionKind.ACCESSION),
    organisations_count=False,
    delay=Delay(days=90),
)
CLAUSE = Clause(
    entry_into_force=THIRD,
    signature=SignatureWindow("9(1)", date(2020, 1, 1), None),
    later_parties=LaterParties("10(2)", Delay(days=30), not_before_general=True),
    denunciation=Denunciation("12", Delay(years=1)),
    amendment=Amendment("11(1)", Delay(years=5), Delay(days=90)),
)
TWO = [fact("AAA", "ratification", "2020-01-10"), fact("BBB", "accession", "2020-02-10")]
THREE = [*TWO, fact("CCC", "ratification", "2020-03-01")]  # general entry into force 2020-05-30
GENERAL = date(2020, 5, 30)
PEOPLE = [
    Participant("EUE", "reio"),
    Participant("UNO", "organization"),
    Participant("TER", "territory"),
    Participant("OLD", "former_state", None, date(2020, 2, 1)),
    Participant("NEW", "member_state", date(2020, 2, 1)),
]
CLUB = [
    Membership("club", "AAA", None, date(2020, 3, 1)),
    Membership("club", "BBB", date(2020, 2, 15)),
    Membership("club", "CCC"),
]


def rule(**changes: object) -> Clause:
    return replace(CLAUSE, entry_into_force=replace(THIRD, **changes))  # type: ignore[arg-type] - any field


def where(
    facts: list[Fact], as_of: str, clause: Clause | None = CLAUSE, after: Span | None = None
) -> Outcome:
    record = Record.of(facts, PEOPLE, CLUB, {"EUE": "club"})
    return evaluate(clause, record, date.fromisoformat(as_of), after)


def of(outcome: Outcome, iso3: str) -> Standing:
    (found,) = (standing for standing in outcome.standings if standing.participant == iso3)
    return found


def why(outcome: Outcome, iso3: str) -> list[str]:
    return [entry.reason for entry in outcome.threshold.entries if entry.participant == iso3]


def windows(outcome: Outcome, kind: str) -> list[Window]:
    return [window for window in outcome.windows if window.kind == kind]


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
    assert why(outcome, "DDD") == ["An acceptance is not among the acts of article 10(1)."]


def test_organizations_count_only_if_the_article_says_so() -> None:
    facts = [*TWO, fact("EUE", "ratification", "2020-02-20")]
    outcome = where(facts, "2020-12-31")
    assert outcome.threshold.reached is None
    assert why(outcome, "EUE")[0] == (
        "An organization's instrument is not additional to those of its member States; "
        "2 of its 3 members of that day had deposited theirs."
    )
    assert where(facts, "2020-12-31", rule(organisations_count=True)).threshold.reached == day("2020-02-20")


def test_an_organization_without_known_members_is_not_additional_either() -> None:
    outcome = where([*TWO, fact("UNO", "ratification", "2020-02-20")], "2020-12-31")
    assert why(outcome, "UNO") == [
        "An organization's instrument is not additional to those of its member States."
    ]


def test_a_territory_never_counts() -> None:
    outcome = where(
        [*TWO, fact("TER", "ratification", "2020-02-20")], "2020-12-31", rule(organisations_count=True)
    )
    assert outcome.threshold.reached is None
    assert why(outcome, "TER") == ["A territory is no State; its instrument does not count."]


def test_a_participant_that_ceased_to_exist_counted_while_it_did() -> None:
    gone = where([*TWO, fact("OLD", "ratification", "2020-01-05")], "2020-12-31")
    assert gone.threshold.counted.certain == 2
    assert why(gone, "OLD") == [
        "The participant ceased to exist on 2020-02-01, before the threshold was reached."
    ]
    assert of(gone, "OLD").kind == "none"
    assert (
        of(gone, "OLD").reason == "It ceased to exist on 2020-02-01; what it did before stays in the record."
    )
    in_time = [
        fact("OLD", "ratification", "2020-01-05"),
        fact("OLD", "signature", "2020-01-02"),
        fact("AAA", "ratification", "2020-01-10"),
        fact("BBB", "ratification", "2020-01-31"),
    ]
    assert where(in_time, "2020-12-31").threshold.reached == day("2020-01-31")
    assert [where(in_time, text).signatories.certain for text in ("2020-01-31", "2020-02-01")] == [1, 0]


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
        "The ratification deposited on 2020-01-10 counts under article 10(1). Its consent ended on 2020-03-02."
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
    clause = rule(required_participants=("BBB", "ZZZ"))
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


def test_without_a_number_the_named_participants_are_the_threshold() -> None:
    clause = rule(instruments=None, required_participants=("AAA", "BBB"))
    outcome = where(TWO, "2020-12-31", clause)
    assert (outcome.threshold.required, outcome.threshold.reached) == (2, day("2020-02-10"))
    assert outcome.entry_into_force.rule.startswith(
        "In force 90 days after the deposit of the instruments of ratification or accession that it names, "
        "those of 2 named participants among them"
    )


def test_a_share_is_reached_exactly_and_shown_rounded_down() -> None:
    third = Decimal("33.33333333333333333333333333333333")
    table = {"AAA": third, "BBB": third, "CCC": third}
    clause = rule(instruments=None, shares=(Share("s.csv", Decimal("66.67"), table),))
    outcome = where(TWO, "2020-12-31", clause)
    assert outcome.threshold.reached is None
    assert (outcome.threshold.required, outcome.threshold.remaining) == (None, 1)
    assert outcome.entry_into_force.reason == "Those counted hold 66.66 per cent of s.csv; 66.67 are needed."
    half = rule(instruments=2, shares=(Share("s.csv", Decimal(50), {"AAA": Decimal(1), "CCC": Decimal(1)}),))
    assert where(TWO, "2020-12-31", half).threshold.reached == day("2020-02-10")


def test_of_one_day_only_those_that_bring_what_was_missing_are_decisive() -> None:
    table = {"AAA": Decimal(1), "CCC": Decimal(1), "DDD": Decimal(0)}
    clause = rule(instruments=2, shares=(Share("s.csv", Decimal(90), table),))
    facts = [*THREE, fact("DDD", "ratification", "2020-03-01"), fact("EEE", "ratification", "2020-03-01")]
    assert where(facts, "2020-12-31", clause).threshold.decisive == ("CCC",)
    clause = rule(instruments=2, subsets=(Subset("club", 2),))
    facts = [
        TWO[0],
        fact("ZZZ", "ratification", "2020-02-10"),
        *facts[2:],
        fact("BBB", "ratification", "2020-03-01"),
    ]
    assert where(facts, "2020-12-31", clause).threshold.decisive == ("BBB", "CCC")


def test_membership_of_the_subset_is_that_of_the_day() -> None:
    clause = rule(instruments=2, subsets=(Subset("club", 2),))
    outcome = where(TWO, "2020-02-14", clause)
    assert outcome.entry_into_force.reason == "1 more must be a member of club."
    assert where(TWO, "2020-12-31", clause).threshold.reached == day("2020-02-15")
    assert where(TWO, "2020-12-31", clause).threshold.decisive == ()
    late = [TWO[0], fact("BBB", "accession", "2020-03-01")]
    outcome = where(late, "2020-12-31", clause)
    assert outcome.threshold.reached is None
    clause = rule(instruments=2, subsets=(Subset("club", 3),))
    assert where([], "2020-12-31", clause).entry_into_force.reason == (
        "2 more instruments are needed. 3 more must be members of club."
    )


def test_the_rule_is_said_in_one_sentence() -> None:
    clause = rule(
        organisations_count=True,
        shares=(Share("s.csv", Decimal(55), {"AAA": Decimal(1)}),),
        subsets=(Subset("club", 2),),
        not_before=date(2021, 1, 1),
        after_treaty="other",
    )
    assert where([], "2020-12-31", clause).entry_into_force.rule == (
        "In force 90 days after the deposit of the 3rd instrument of ratification or accession, those counted "
        "holding at least 55 per cent of s.csv, at least 2 of them members of club, not before 2021-01-01, "
        'not before the treaty "other" enters into force.'
    )
    one = rule(instruments=1, counted_acts=(ActionKind.RATIFICATION,), delay=Delay(months=1))
    assert where([], "2020-12-31", one).entry_into_force.rule.startswith(
        "In force 1 month after the deposit of the 1st instrument of ratification, "
    )


@pytest.mark.parametrize(
    ("number", "words"), [(2, "2nd"), (11, "11th"), (12, "12th"), (21, "21st"), (113, "113th")]
)
def test_ranks_are_said_as_people_do(number: int, words: str) -> None:
    assert (
        f"the {words} instrument" in where([], "2020-12-31", rule(instruments=number)).entry_into_force.rule
    )


# Entry into force


def test_a_floor_holds_entry_into_force_back() -> None:
    outcome = where(THREE, "2020-12-31", rule(not_before=date(2021, 1, 1)))
    assert outcome.entry_into_force.on == day("2021-01-01")
    assert outcome.entry_into_force.steps == (
        "2020-03-01 + 90 days = 2020-05-30",
        "not before 2021-01-01",
        "the latest of these is 2021-01-01",
    )
    assert where(THREE, "2020-12-31", rule(not_before=date(2020, 1, 1))).entry_into_force.on == Span.day(
        GENERAL
    )


def test_it_waits_for_another_treaty() -> None:
    clause = rule(after_treaty="other")
    waiting = where(THREE, "2020-12-31", clause)
    assert waiting.entry_into_force.on is None
    assert waiting.threshold.reached == day("2020-03-01")
    assert waiting.entry_into_force.reason == (
        'The 3rd instrument was deposited on 2020-03-01. It waits for the treaty "other" to enter into force.'
    )
    assert waiting.entry_into_force.steps[1] == 'the treaty "other" is not known to enter into force'
    assert of(waiting, "AAA").kind == "contracting"
    assert windows(waiting, "entry_into_force") == []
    known = where(THREE, "2020-12-31", clause, day("2020-09-01"))
    assert known.entry_into_force.on == day("2020-09-01")
    assert known.entry_into_force.steps[1:] == (
        'not before the treaty "other": 2020-09-01',
        "the latest of these is 2020-09-01",
    )
    unsure = where(THREE, "2020-12-31", clause, Span(date(2020, 4, 1), NEVER))
    assert unsure.entry_into_force.on == Span(GENERAL, NEVER)


def test_nobody_is_bound_before_general_entry_into_force() -> None:
    quick = replace(CLAUSE, later_parties=LaterParties("10(2)", Delay(days=1), not_before_general=False))
    outcome = where([*THREE, fact("DDD", "accession", "2020-03-05")], "2020-12-31", quick)
    assert of(outcome, "DDD").in_force == Span.day(GENERAL)


def test_without_a_clause_on_later_parties_their_day_is_unknown() -> None:
    clause = replace(CLAUSE, later_parties=None)
    facts = [*THREE, fact("DDD", "acceptance", "2020-01-05"), fact("EEE", "accession", "2020-03-05")]
    outcome = where(facts, "2020-12-31", clause)
    assert of(outcome, "DDD").in_force == Span.day(GENERAL)
    assert (of(outcome, "EEE").in_force, of(outcome, "EEE").kind) == (None, "contracting")
    assert of(outcome, "EEE").reason == (
        "Deposited on 2020-03-05, after the threshold was reached. "
        "The clause does not say when the treaty enters into force for later parties."
    )
    assert windows(outcome, "later_party") == []


def test_a_succession_takes_effect_when_the_record_says_but_never_before_general() -> None:
    facts = [*THREE, fact("DDD", "succession", "2021-03-05", effective="2020-11-01")]
    assert of(where(facts, "2021-12-31"), "DDD").in_force == day("2020-11-01")
    assert of(where(facts, "2021-03-04"), "AAA").kind == "party"
    facts = [*THREE, fact("DDD", "succession", "2021-03-05", effective="2020-01-01")]
    assert of(where(facts, "2021-12-31"), "DDD").in_force == Span.day(GENERAL)
    facts = [*THREE, fact("DDD", "succession", "2021-03-05")]
    assert of(where(facts, "2021-12-31"), "DDD").in_force == day("2021-03-05")
    counted = rule(counted_acts=(*THIRD.counted_acts, ActionKind.SUCCESSION))
    facts = [*TWO, fact("DDD", "succession", "2020-03-01", effective="2020-07-01")]
    assert of(where(facts, "2021-12-31", counted), "DDD").in_force == day("2020-07-01")


# Leaving


def test_a_denunciation_takes_effect_after_its_delay() -> None:
    facts = [*THREE, fact("AAA", "denunciation", "2024-02-29")]
    before, after = where(facts, "2025-02-27"), where(facts, "2025-02-28")
    assert (of(before, "AAA").kind, of(after, "AAA").kind) == ("party", "withdrawn")
    (window,) = windows(before, "denunciation")
    assert (window.opens, window.closes, window.state, window.days_left) == (
        day("2024-02-29"),
        day("2025-02-28"),
        "open",
        1,
    )
    assert of(before, "AAA").reason.endswith("Its consent ends on 2025-02-28.")
    assert of(after, "AAA").reason.endswith("Its consent ended on 2025-02-28.")
    assert of(after, "BBB").kind == "party"
    assert after.threshold.counted.certain == 3


def test_the_record_can_say_when_a_denunciation_takes_effect() -> None:
    facts = [*THREE, fact("AAA", "denunciation", "2024-01-01", effective="2024-03-01")]
    assert [of(where(facts, text), "AAA").kind for text in ("2024-02-29", "2024-03-01")] == [
        "party",
        "withdrawn",
    ]


def test_a_clause_without_delay_leaves_the_effect_unknown() -> None:
    clause = replace(CLAUSE, denunciation=None)
    outcome = where([*THREE, fact("AAA", "denunciation", "2024-01-01")], "2030-01-01", clause)
    assert of(outcome, "AAA").kind == "party"
    assert windows(outcome, "denunciation") == []
    open_day = where([*THREE, fact("AAA", "denunciation", "2020")], "2030-01-01", clause)
    # It may have come before the third deposit, and then the threshold was never reached.
    assert open_day.parties == type(open_day.parties)(0, 3)
    (standing,) = (each for each in open_day.standings if each.participant == "AAA")
    assert standing.possible == ("withdrawn", "party")


def test_a_denunciation_can_be_revoked_before_it_takes_effect() -> None:
    revoked = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2024-06-01")], "2025-06-01")
    assert of(revoked, "AAA").kind == "party"
    assert windows(revoked, "denunciation") == []
    unsure = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2024-06-01/2025-02-01")], "2025-06-01")
    assert unsure.parties == type(unsure.parties)(2, 3)
    too_late = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2025-02-01")], "2025-06-01")
    assert of(too_late, "AAA").kind == "withdrawn"


def test_notice_before_the_treaty_is_in_force_takes_the_instrument_back() -> None:
    outcome = where([*TWO, fact("AAA", "denunciation", "2020-02-20"), THREE[2]], "2020-12-31")
    assert outcome.threshold.reached is None
    assert of(outcome, "AAA").kind == "withdrawn"
    assert why(outcome, "AAA") == [
        "The participant gave notice on 2020-02-20, before the threshold was reached; that takes the instrument back."
    ]
    counted = where([*THREE, fact("AAA", "denunciation", "2020-04-01")], "2020-12-31")
    assert counted.threshold.reached == day("2020-03-01")
    assert (of(counted, "AAA").kind, of(counted, "AAA").in_force) == ("withdrawn", None)


def test_a_return_after_leaving_binds_anew() -> None:
    facts = [*THREE, fact("AAA", "denunciation", "2022-01-01"), fact("AAA", "accession", "2024-01-01")]
    assert of(where(facts, "2023-06-01"), "AAA").kind == "withdrawn"
    outcome = where(facts, "2024-02-01")
    assert (of(outcome, "AAA").kind, of(outcome, "AAA").in_force) == ("party", day("2024-01-31"))


def test_fewer_parties_than_the_threshold_do_not_end_the_treaty() -> None:
    facts = [*THREE, *(fact(code, "denunciation", "2022-01-01") for code in ("AAA", "BBB"))]
    outcome = where(facts, "2024-01-01")
    assert outcome.entry_into_force.on == Span.day(GENERAL)
    assert outcome.parties.certain == 1


# Open dates


def test_the_one_open_deposit_that_everything_hangs_on_is_decisive_and_counts() -> None:
    outcome = where([*TWO, fact("CCC", "ratification", "2020-03")], "2020-04-01")
    assert outcome.threshold.reached == parse_edtf("2020-03")
    assert outcome.threshold.counted == type(outcome.threshold.counted)(3, 3)
    assert outcome.threshold.decisive == ("CCC",)
    assert outcome.entry_into_force.on == parse_edtf("2020-05-30/2020-06-29")
    assert outcome.entry_into_force.reason == (
        "The 3rd instrument was deposited between 2020-03-01 and 2020-03-31. "
        "The treaty enters into force between 2020-05-30 and 2020-06-29."
    )
    assert outcome.entry_into_force.steps == ("2020-03 + 90 days = 2020-05-30/2020-06-29",)


def test_of_two_open_deposits_either_may_be_the_deciding_one() -> None:
    outcome = where(
        [*TWO, fact("CCC", "ratification", "2020-03"), fact("DDD", "ratification", "2020-03")], "2020-04-01"
    )
    assert outcome.threshold.reached == parse_edtf("2020-03")
    assert outcome.threshold.counted == type(outcome.threshold.counted)(3, 4)
    assert outcome.threshold.decisive == ()
    assert not of(outcome, "CCC").counted
    assert why(outcome, "CCC")[0] == (
        "Deposited between 2020-03-01 and 2020-03-31: the day is open, so that it is not certain whether the "
        "instrument counts."
    )
    assert of(outcome, "CCC").in_force == parse_edtf("2020-05-30/2020-06-29")


def test_while_the_day_is_open_nothing_is_certain() -> None:
    outcome = where([*TWO, fact("CCC", "ratification", "2020-03")], "2020-03-15")
    assert outcome.threshold.reached == Span(date(2020, 3, 1), NEVER)
    assert outcome.threshold.remaining == 1
    assert outcome.entry_into_force.on == Span(GENERAL, NEVER)
    assert outcome.entry_into_force.decisive == ()
    assert outcome.entry_into_force.reason == (
        "1 more instrument is needed. The threshold may have been reached not before 2020-03-01."
    )
    (window,) = windows(outcome, "entry_into_force")
    assert (window.state, window.days_left) == ("uncertain", None)
    document = status_document("x", outcome.as_of, 1, outcome)
    assert document["threshold"]["reached"] == {"on": None, "earliest": "2020-03-01", "latest": None}
    assert document["entry_into_force"]["latest"] is None
    assert document["windows"][1]["closes"] == {"on": None, "earliest": "2020-05-30", "latest": None}


def test_an_instrument_that_may_never_have_bound_says_so() -> None:
    outcome = where([*THREE[1:], fact("AAA", "ratification", "2020-01-10", "2020-05/2020-06")], "2020-12-31")
    assert of(outcome, "AAA").in_force == Span(GENERAL, NEVER)
    assert of(outcome, "AAA").kind == "withdrawn"
    unsure = where([*THREE, fact("AAA", "denunciation", "2020-05/2020-06")], "2020-12-31")
    assert of(unsure, "AAA").possible == ("withdrawn", "party")


def test_a_signature_taken_back_on_an_open_day() -> None:
    outcome = where([fact("AAA", "signature", "2020-01-02", "2020-02")], "2020-02-10")
    assert of(outcome, "AAA").possible == ("withdrawn", "signatory")
    assert outcome.signatories == type(outcome.signatories)(0, 1)
    again = where(
        [fact("AAA", "signature", "2020-01-02", "2020-02-01"), fact("AAA", "signature", "2020-03-01")],
        "2020-04-01",
    )
    assert (of(again, "AAA").kind, of(again, "AAA").signed) == ("signatory", day("2020-03-01"))


def test_the_consent_shown_is_the_one_that_stands() -> None:
    gone = fact("AAA", "ratification", "2020-01-10", "2020-01-20")
    unsure = where([gone, fact("AAA", "accession", "2020-03")], "2020-03-10")
    assert of(unsure, "AAA").consented == parse_edtf("2020-03")
    assert of(unsure, "AAA").possible == ("withdrawn", "contracting")
    both_gone = where([gone, fact("AAA", "accession", "2020-03-01", "2020-03-02")], "2020-03-10")
    assert of(both_gone, "AAA").consented == day("2020-03-01")


# Windows and documents


def test_a_window_without_last_day_stays_open() -> None:
    (window,) = windows(where([], "2090-01-01"), "signature")
    assert (window.closes, window.state, window.days_left) == (None, "open", None)
    assert windows(where([], "2090-01-01", replace(CLAUSE, signature=None)), "signature") == []
    assert windows(where(THREE, "2090-01-01", replace(CLAUSE, amendment=None)), "amendment") == []


def test_the_reported_window_runs_from_signature_not_from_succession_to_one() -> None:
    approval = DomesticApproval(Delay(days=90), "reported: 90 days", "Press")
    facts = [fact("AAA", "signature", "2020-01-02"), fact("BBB", "succession_to_signature", "2020-01-02")]
    outcome = where(facts, "2020-02-01", replace(CLAUSE, domestic_approval=approval))
    (window,) = windows(outcome, "domestic_approval")
    assert (window.participant, window.closes, window.days_left) == ("AAA", day("2020-04-01"), 60)
    assert (window.basis, window.reported) == ("reported: 90 days", True)
    assert outcome.signatories.certain == 2


def test_an_open_first_day_makes_a_window_uncertain() -> None:
    facts = [*THREE, fact("DDD", "accession", "2020-09")]
    states = [
        [window.state for window in windows(where(facts, text), "later_party")]
        for text in ("2020-09-01", "2020-09-30", "2020-10-01", "2020-10-02", "2020-10-30", "2020-10-31")
    ]
    assert states == [["uncertain"], ["open"], ["open"], ["uncertain"], ["uncertain"], ["closed"]]


def test_without_a_clause_there_are_signatures_and_consents_only() -> None:
    facts = [
        *THREE,
        fact("DDD", "signature", "2020-01-02"),
        fact("EEE", "declaration", "2020-01-03"),
        fact("FFF", "ratification", "2020-01-02", "2020-01-05"),
    ]
    outcome = where(facts, "2020-12-31", None)
    document: Json = status_document("x", outcome.as_of, 1, outcome)
    assert (document["signatories"], document["contracting"], document["parties"]) == (1, 3, 0)
    assert document["threshold"]["required"] is None
    assert document["threshold"]["remaining"] is None
    assert document["entry_into_force"]["reason"] == "The clause on entry into force is not recorded."
    assert document["windows"] == []
    assert of(outcome, "AAA").reason == "The ratification was deposited on 2020-01-10."
    assert of(outcome, "EEE").reason == "No signature and no consent to be bound is recorded."
    assert (
        of(outcome, "FFF").reason
        == "The ratification was deposited on 2020-01-02. Its consent ended on 2020-01-05."
    )
    assert working_document(outcome)["counted"] == []
    assert sentences(outcome)[3] == "The clause on entry into force is not recorded."


def test_one_party_is_one_party() -> None:
    outcome = where([fact("AAA", "ratification", "2020-01-10")], "2020-12-31", rule(instruments=1))
    assert outcome.parties.certain == 1
    assert of(outcome, "AAA").reason.endswith("The treaty entered into force for it on 2020-04-09.")
