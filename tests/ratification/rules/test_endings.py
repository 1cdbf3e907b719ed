"""What ends with a treaty, and what is open about its end."""

from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import NEVER, Span
from ratification.rules.doubts import Doubt
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from tests.ratification.rules.cases import day, fact
from tests.ratification.rules.ledger import CLAUSE, THREE, TWO, of, where, windows
from treaty.clauses import Amendment, Delay, Termination


def test_one_that_was_perhaps_never_a_party_may_bring_the_number_below_and_may_not() -> None:
    """Without a rule on later parties DDD is a party only if it came by the third deposit, and it ceases to exist."""
    clause = replace(CLAUSE, later_parties=None, termination=Termination("15", 4))
    facts = [*THREE, fact("DDD", "acceptance", "2020-02-28/2020-03-05")]
    record = FactRecord.of(facts, [ParticipantFact("DDD", valid_until=date(2021, 1, 1))])
    ended = evaluate(clause, record, date(2030, 1, 1)).entry_into_force.ended
    assert ended == Span(date(2021, 1, 1), NEVER)


def test_what_stays_open_closes_with_the_treaty() -> None:
    amendment = Amendment("11(1)", Delay(months=1), Delay(days=90))
    clause = replace(CLAUSE, termination=Termination("15", on=date(2021, 1, 1)), amendment=amendment)
    last = where(THREE, "2020-12-31", clause)
    after = where(THREE, "2021-01-01", clause)
    for kind in ("signature", "amendment"):
        assert [(each.closes, each.state) for each in windows(last, kind)] == [(day("2020-12-31"), "open")]
        assert [each.state for each in windows(after, kind)] == ["closed"]
    # Amendments that could be proposed after the end never can.
    assert windows(where(THREE, "2021-01-01", replace(clause, amendment=CLAUSE.amendment)), "amendment") == []


@pytest.mark.parametrize(
    "late",
    [
        fact("DDD", "signature", "2021-01-01"),
        fact("DDD", "accession", "2021-01-01"),
        fact("AAA", "denunciation", "2021-01-01"),
    ],
)
def test_an_act_after_the_end_of_the_treaty_is_explained(late: Fact) -> None:
    clause = replace(CLAUSE, termination=Termination("15", on=date(2021, 1, 1)))
    said = "The treaty ceased to be in force on 2021-01-01 (article 15)."
    record = FactRecord.of([*THREE, late])
    assert Doubt("termination", said, impossible=False) in doubts_about(
        late, clause, record, date(2026, 1, 1)
    )
    before = replace(late, taken=day("2020-12-31"))
    record = FactRecord.of([*THREE, before])
    assert all(each.rule != "termination" for each in doubts_about(before, clause, record, date(2026, 1, 1)))


def test_a_treaty_that_is_perhaps_not_in_force_does_not_certainly_end() -> None:
    clause = replace(CLAUSE, termination=Termination("15", on=date(2021, 1, 1)))
    facts = [
        *TWO,
        fact("CCC", "ratification", "2020-03-01"),
        fact("CCC", "withdrawal", "2020-02-28/2020-03-03"),
    ]
    facts[-1] = replace(facts[-1], target=facts[-2].id)
    outcome = where(facts, "2021-01-02", clause)
    assert outcome.entry_into_force.ended == Span(date(2021, 1, 1), NEVER)
    assert of(outcome, "AAA").possible == ("withdrawn", "contracting", "party")
