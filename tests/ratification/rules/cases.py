"""Treaties of the past and the bundled ones, read from their definition directories."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ratification.rules.dates import Span, parse_edtf
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from ratification.rules.outcome import Outcome
from tests.cases.collection import CaseCollection, rows_of
from treaty.clauses import ActionKind, Definition

__all__ = ["rows_of"]

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"
COLLECTION = CaseCollection([CASES, ROOT / "treaty" / "data"], ROOT / "states" / "data")


def folder_of(case: str) -> Path:
    return COLLECTION.folder(case)


def definition_of(case: str) -> Definition:
    return COLLECTION.definition(case)


def facts_of(case: str) -> tuple[Fact, ...]:
    return COLLECTION.facts(case)


def world() -> tuple[tuple[ParticipantFact, ...], tuple[MembershipFact, ...]]:
    """Everybody who can act and the groups they belong to, as bundled."""
    reference_data = COLLECTION.reference_data()
    return reference_data.participants, reference_data.memberships


def record_of(facts: Iterable[Fact]) -> FactRecord:
    return COLLECTION.reference_data().record(facts)


def evaluated(case: str, as_of: date, more: Iterable[Fact] = ()) -> Outcome:
    """Where a case stands on a day; the treaties that it depends on are evaluated on the same day."""
    return COLLECTION.evaluate(case, as_of, more)


def day(text: str) -> Span:
    return Span.day(date.fromisoformat(text))


def fact(
    participant: str, kind: str, taken: str, withdrawn: str = "", effective: str = "", target: str = ""
) -> Fact:
    """A fact in short; its id says who, what and when."""
    return Fact(
        id=f"{participant} {kind} {taken}",
        participant=participant,
        kind=ActionKind(kind),
        taken=parse_edtf(taken),
        withdrawn=parse_edtf(withdrawn) if withdrawn else None,
        effective=parse_edtf(effective) if effective else None,
        target=target,
    )
