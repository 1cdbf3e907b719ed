"""When the treaty binds, in general and each participant, and when it ceases to."""

from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.dates import NEVER, Span
from tests.ratification.rules.cases import day, fact
from tests.ratification.rules.ledger import CLAUSE, GENERAL, THIRD, THREE, TWO, of, rule, where, why, windows
from treaty.clauses import ActionKind, Delay, LaterParties

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
    clause = rule(after_treaties=("other",))
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


def test_without_a_clause_on_later_parties_a_deposit_that_may_have_been_in_time_may_bind() -> None:
    """The third deposit came between 1 and 5 March, another, of an act that is not counted, on the third."""
    clause = replace(CLAUSE, later_parties=None)
    facts = [*TWO, fact("CCC", "ratification", "2020-03-01/2020-03-05")]
    for code, kind, deposited in (("DDD", "acceptance", "2020-03-03"), ("EEE", "acceptance", "2020-03-06")):
        facts.append(fact(code, kind, deposited))
    outcome = where(facts, "2021-01-01", clause)
    assert of(outcome, "DDD").in_force == Span(GENERAL, NEVER)
    assert of(outcome, "DDD").possible == ("contracting", "party")
    assert of(outcome, "EEE").possible == ("contracting",)


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


@pytest.mark.parametrize("effective", ["", "2020-11-01", "2020-01-01", "2021-03-05", "2021-04-01"])
@pytest.mark.parametrize("notified", ["2020-03-20", "2021-03-05"])
def test_a_succession_has_no_period_between_deposit_and_entry_into_force(
    notified: str, effective: str
) -> None:
    """The article on later parties speaks of those that ratify or accede; its period would run backwards."""
    outcome = where([*THREE, fact("DDD", "succession", notified, effective=effective)], "2021-12-31")
    assert of(outcome, "DDD").kind == "party"
    assert windows(outcome, "later_party") == []


def test_a_period_does_not_run_backwards() -> None:
    early = fact("DDD", "ratification", "2020-07-01", effective="2020-06-15")
    outcome = where([*THREE, early], "2021-02-01")
    assert of(outcome, "DDD").in_force == day("2020-06-15")
    assert windows(outcome, "later_party") == []


def test_a_late_succession_rests_on_no_article_on_later_parties() -> None:
    counted = rule(counted_acts=(*THIRD.counted_acts, ActionKind.SUCCESSION))
    outcome = where([*THREE, fact("DDD", "succession", "2021-03-05")], "2021-12-31", counted)
    assert of(outcome, "DDD").in_force == day("2021-03-05")
    assert of(outcome, "DDD").reason.startswith(
        "The succession was notified on 2021-03-05, after the threshold was reached; it takes effect on the day"
    )
    assert "applies to it" not in of(outcome, "DDD").reason


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
    assert standing.possible == ("withdrawn", "contracting", "party")


def test_a_denunciation_can_be_revoked_before_it_takes_effect() -> None:
    revoked = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2024-06-01")], "2025-06-01")
    assert of(revoked, "AAA").kind == "party"
    assert windows(revoked, "denunciation") == []
    unsure = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2024-06-01/2025-02-01")], "2025-06-01")
    assert unsure.parties == type(unsure.parties)(2, 3)
    too_late = where([*THREE, fact("AAA", "denunciation", "2024-01-01", "2025-02-01")], "2025-06-01")
    assert of(too_late, "AAA").kind == "withdrawn"


NOTICE = fact("AAA", "denunciation", "2024-01-01")


@pytest.mark.parametrize(
    ("revoked", "as_of", "standing", "parties"),
    [
        ("", "2024-12-31", "party", (3, 3)),
        ("", "2025-01-01", "withdrawn", (2, 2)),
        ("2024-01-01", "2025-01-01", "party", (3, 3)),
        ("2024-12-31", "2025-01-01", "party", (3, 3)),
        ("2025-01-01", "2025-01-01", "withdrawn", (2, 2)),
        ("2025-02-01", "2025-01-15", "withdrawn", (2, 2)),
        ("2024-06-01/2025-02-01", "2025-06-01", "withdrawn", (2, 3)),
    ],
)
def test_an_entry_that_takes_a_denunciation_back_revokes_it(
    revoked: str, as_of: str, standing: str, parties: tuple[int, int]
) -> None:
    """The revocation is an entry of its own, which names the notice that it takes back."""
    withdrawal = [fact("AAA", "withdrawal", revoked, target=NOTICE.id)] if revoked else []
    outcome = where([*THREE, NOTICE, *withdrawal], as_of)
    assert outcome.parties == type(outcome.parties)(*parties)
    assert parties[0] != parties[1] or of(outcome, "AAA").kind == standing
    assert bool(windows(outcome, "denunciation")) == (not revoked or revoked >= "2025" or "/" in revoked)


def test_without_a_clause_a_revoked_notice_is_passed_over() -> None:
    withdrawal = fact("AAA", "withdrawal", "2024-02-01", target=NOTICE.id)
    assert of(where([*THREE, NOTICE], "2026-01-01", None), "AAA").kind == "withdrawn"
    assert of(where([*THREE, NOTICE, withdrawal], "2026-01-01", None), "AAA").kind == "contracting"


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


def test_a_recorded_day_of_effect_of_a_consent_leads() -> None:
    late = fact("DDD", "ratification", "2020-07-01", effective="2021-01-01")
    assert of(where([*THREE, late], "2021-02-01"), "DDD").in_force == day("2021-01-01")
    early = fact("DDD", "ratification", "2020-03-01", effective="2020-04-01")
    assert of(where([*THREE, early], "2021-02-01"), "DDD").in_force == Span.day(GENERAL)
    assert CLAUSE.later_parties
    only_later = replace(CLAUSE, later_parties=replace(CLAUSE.later_parties, after="entry_into_force"))
    between = fact("DDD", "ratification", "2020-03-05", effective="2021-01-01")
    assert of(where([*THREE, between], "2021-02-01", only_later), "DDD").in_force == day("2021-01-01")
