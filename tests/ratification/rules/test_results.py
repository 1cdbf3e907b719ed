"""The result of each act agrees with where its participant stands."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from ratification.rules.results import ActResult, results_of
from tests.ratification.rules.cases import fact
from tests.ratification.rules.ledger import CLAUSE, THREE
from tests.ratification.rules.test_possibilities import LAST, at, clauses, ledgers, record_of
from treaty.clauses import CONSENTS, Clause, Termination

BOUND = {"party", "contracting"}
STANDS = {"standing", "denounced"}


def results(
    facts: list[Fact], day: str, clause: Clause = CLAUSE, *people: ParticipantFact
) -> dict[str, ActResult]:
    record, as_of = FactRecord.of(facts, people), date.fromisoformat(day)
    return results_of(record, clause, as_of, evaluate(clause, record, as_of).ended)


def test_a_notice_before_entry_into_force_takes_the_instrument_back_at_once() -> None:
    ratified = fact("AAA", "ratification", "2020-01-01")
    notice = fact("AAA", "denunciation", "2020-02-01")
    found = results([ratified, notice], "2020-02-02")
    assert found[notice.id] == ActResult("effective")
    assert found[ratified.id] == ActResult("ended", (notice.id,))


def test_a_withdrawal_recorded_for_a_party_is_a_denunciation() -> None:
    first = THREE[0]
    withdrawal = replace(fact("AAA", "withdrawal", "2024-01-01"), target=first.id)
    assert results([*THREE, withdrawal], "2024-12-31")[first.id] == ActResult("denounced", (withdrawal.id,))
    assert results([*THREE, withdrawal], "2025-01-01")[first.id] == ActResult("ended", (withdrawal.id,))


def test_a_notice_that_has_taken_effect_is_not_revoked() -> None:
    notice = fact("AAA", "denunciation", "2024-01-01")
    late = replace(fact("AAA", "withdrawal", "2025-02-01"), target=notice.id)
    found = results([*THREE, notice, late], "2025-03-01")
    assert (found[THREE[0].id].state, found[notice.id].state, found[late.id].state) == (
        "ended",
        "effective",
        "without_effect",
    )
    early = replace(late, taken=replace(late.taken, earliest=date(2024, 2, 1), latest=date(2024, 2, 1)))
    found = results([*THREE, notice, early], "2025-03-01")
    assert (found[THREE[0].id].state, found[notice.id].state, found[early.id].state) == (
        "standing",
        "revoked",
        "effective",
    )


def test_a_consent_ends_with_its_maker_and_with_the_treaty() -> None:
    gone = ParticipantFact("AAA", valid_until=date(2024, 1, 1))
    assert results(THREE, "2024-01-01", CLAUSE, gone)[THREE[0].id] == ActResult("ended")
    assert results(THREE, "2023-12-31", CLAUSE, gone)[THREE[0].id] == ActResult("standing")
    made_until = replace(CLAUSE, termination=Termination("9", on=date(2024, 1, 1)))
    assert results(THREE, "2024-01-01", made_until)[THREE[1].id] == ActResult("ended")


@given(clauses(), ledgers(), st.integers(0, LAST + 8))
def test_results_agree_with_standings(clause: Clause, facts: list[Fact], day: int) -> None:
    record = record_of(facts)
    outcome = evaluate(clause, record, at(day))
    found = results_of(record, clause, at(day), outcome.ended)
    for standing in outcome.standings:
        states = {
            found[each.id].state
            for each in record.facts[standing.participant]
            if each.kind in CONSENTS and each.id in found
        }
        if len(standing.possible) == 1 and standing.kind in BOUND:
            assert states & STANDS
        if len(standing.possible) == 1 and standing.kind == "withdrawn":
            assert not states & STANDS
