"""Treaties of the past and the bundled ones, read from their definition directories."""

import csv
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from ratification.rules.dates import Span, parse_edtf
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact, Parties
from ratification.rules.outcome import Outcome
from treaty.clauses import ActionKind, Definition, parse_definition

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"
BUNDLED = ROOT / "treaty" / "data"
ORGANIZATIONS = {"EUE": "eu"}


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def folder_of(case: str) -> Path:
    return CASES / case if (CASES / case).is_dir() else BUNDLED / case


@cache
def definition_of(case: str) -> Definition:
    folder = folder_of(case)
    data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
    return parse_definition(data, lambda name: (folder / name).read_text(encoding="utf-8"))


@cache
def facts_of(case: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            id=str(number),
            participant=row["participant"],
            kind=ActionKind(row["kind"]),
            taken=parse_edtf(row["taken_on"]),
            withdrawn=parse_edtf(row["withdrawn_on"]) if row["withdrawn_on"] else None,
            articles=tuple(row["articles"].split(";")) if row.get("articles") else (),
        )
        for number, row in enumerate(rows_of(folder_of(case) / "actions.csv"))
        if row.get("state", "published") == "published"
    )


@cache
def world() -> tuple[tuple[ParticipantFact, ...], tuple[MembershipFact, ...]]:
    """Everybody who can act and the groups they belong to, as bundled."""
    participants = tuple(
        ParticipantFact(row["iso3"], row["kind"], _day(row["valid_from"]), _day(row["valid_until"]))
        for row in rows_of(ROOT / "states" / "data" / "participants.csv")
    )
    memberships = tuple(
        MembershipFact(row["group"], row["iso3"], _day(row["valid_from"]), _day(row["valid_until"]))
        for row in rows_of(ROOT / "states" / "data" / "memberships.csv")
    )
    return participants, memberships


def record_of(facts: Iterable[Fact], parties: dict[str, Parties] | None = None) -> FactRecord:
    participants, memberships = world()
    return FactRecord.of(facts, participants, memberships, ORGANIZATIONS, parties=parties)


def evaluated(case: str, as_of: date, more: Iterable[Fact] = ()) -> Outcome:
    """Where a case stands on a day; the treaties that it depends on are evaluated on the same day."""
    clause = definition_of(case).clause
    waits_for = clause.entry_into_force.after_treaty
    other = evaluated(waits_for, as_of).entry_into_force.on if waits_for else None
    parties = {slug: parties_to(slug, as_of) for slug in clause.entry_into_force.treaties}
    return evaluate(clause, record_of([*facts_of(case), *more], parties), as_of, other)


def parties_to(case: str, as_of: date) -> Parties:
    return {
        standing.participant: ((standing.in_force, standing.ended),)
        for standing in evaluated(case, as_of).standings
        if standing.in_force
    }


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


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
