"""A small treaty and a small ledger, for rules that can be seen through."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ratification.rules.dates import Span
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from ratification.rules.outcome import LegalWindow, Outcome, ParticipantStanding
from tests.ratification.rules.cases import fact
from treaty.clauses import (
    ActionKind,
    Amendment,
    Among,
    AtLeast,
    Clause,
    Delay,
    Denunciation,
    EntryIntoForce,
    LaterParties,
    SignatureWindow,
    SumOf,
    ValueTable,
    short_form,
)

THIRD = EntryIntoForce(
    article="10(1)",
    condition=AtLeast(3),
    counted_acts=(ActionKind.RATIFICATION, ActionKind.ACCESSION),
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
    ParticipantFact("EUE", "reio"),
    ParticipantFact("UNO", "organization"),
    ParticipantFact("TER", "territory"),
    ParticipantFact("OLD", "former_state", None, date(2020, 2, 1)),
    ParticipantFact("NEW", "member_state", date(2020, 2, 1)),
]
CLUB = [
    MembershipFact("club", "AAA", None, date(2020, 3, 1)),
    MembershipFact("club", "BBB", date(2020, 2, 15)),
    MembershipFact("club", "CCC"),
]


def rule(**changes: Any) -> Clause:  # noqa: ANN401 - any field of the article
    return replace(CLAUSE, entry_into_force=replace(THIRD, **changes))


def short(
    instruments: int | None = 3,
    required: tuple[str, ...] = (),
    shares: tuple[SumOf, ...] = (),
    subsets: tuple[AtLeast, ...] = (),
    **changes: Any,  # noqa: ANN401 - any field of the article
) -> Clause:
    """The clause with the condition that the short keys stand for."""
    return rule(condition=short_form(instruments, required, shares, subsets), **changes)


def share(name: str, percent: Decimal, values: dict[str, Decimal]) -> SumOf:
    return SumOf(ValueTable(name, ((None, values),)), percent)


def subset(group: str, instruments: int) -> AtLeast:
    return AtLeast(instruments, Among("group", group))


def where(
    facts: list[Fact], as_of: str, clause: Clause | None = CLAUSE, after: Span | None = None
) -> Outcome:
    record = FactRecord.of(facts, PEOPLE, CLUB, {"EUE": "club"})
    return evaluate(clause, record, date.fromisoformat(as_of), after)


def of(outcome: Outcome, iso3: str) -> ParticipantStanding:
    (found,) = (standing for standing in outcome.standings if standing.participant == iso3)
    return found


def why(outcome: Outcome, iso3: str) -> list[str]:
    return [entry.reason for entry in outcome.threshold.entries if entry.participant == iso3]


def windows(outcome: Outcome, kind: str) -> list[LegalWindow]:
    return [window for window in outcome.windows if window.kind == kind]
