"""The public cases: real treaties whose official days are known, read from their files and computed again.

Only the pure packages and the standard library are needed: the wheel `treaty-rules` is tested by the same program.
`python collection.py CASES... --participants FOLDER` prints every day that is wrong, and how many cases there are.
"""

import argparse
import csv
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, reduce
from pathlib import Path

from ratification.rules.dates import Span, later_of, parse_edtf
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact, Parties
from ratification.rules.outcome import Outcome
from treaty.clauses import ActionKind, Definition, parse_definition


def read_definition(folder: Path) -> Definition:
    """Read `treaty.toml` of a folder, with the tables that it names.

    Raises:
        OSError: if there is no such file.
        tomllib.TOMLDecodeError: if it is not TOML.
        DefinitionError: with every problem, each by its key.

    """
    data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
    return parse_definition(data, lambda name: (folder / name).read_text(encoding="utf-8-sig"))


def read_actions(path: Path) -> list[Fact]:
    """Read a list of acts.

    Args:
        path: a table with the columns `participant`, `kind` and `taken_on`, and optionally `withdrawn_on`,
            `effective_on`, `articles` and `state`; rows whose `state` is not `published` are left out.

    Raises:
        ValueError: naming the row, if a cell cannot be read.

    """
    facts = []
    for number, row in enumerate(rows_of(path), start=2):
        if (row.get("state") or "published") != "published":
            continue
        try:
            facts.append(
                Fact(
                    id=str(number),
                    participant=row["participant"],
                    kind=ActionKind(row["kind"]),
                    taken=parse_edtf(row["taken_on"]),
                    withdrawn=parse_edtf(row["withdrawn_on"]) if row.get("withdrawn_on") else None,
                    effective=parse_edtf(row["effective_on"]) if row.get("effective_on") else None,
                    articles=tuple(filter(None, (row.get("articles") or "").split(";"))),
                )
            )
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path.name}, row {number}: {error}") from error
    return facts


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Participants, who belongs to which group, and the group of member States of each organization."""

    participants: tuple[ParticipantFact, ...]
    memberships: tuple[MembershipFact, ...]
    organizations: dict[str, str]

    def record(self, facts: Iterable[Fact], parties: dict[str, Parties] | None = None) -> FactRecord:
        """Return the record that `evaluate` takes.

        Args:
            facts: the acts.
            parties: for each treaty whose parties the clause counts, who is bound by it and when.

        """
        return FactRecord.of(facts, self.participants, self.memberships, self.organizations, parties=parties)


def read_reference_data(folder: Path) -> ReferenceData:
    """Read `participants.csv`, `memberships.csv` and `groups.csv` of a folder."""
    return ReferenceData(
        tuple(
            ParticipantFact(row["iso3"], row["kind"], _day(row["valid_from"]), _day(row["valid_until"]))
            for row in rows_of(folder / "participants.csv")
        ),
        tuple(
            MembershipFact(row["group"], row["iso3"], _day(row["valid_from"]), _day(row["valid_until"]))
            for row in rows_of(folder / "memberships.csv")
        ),
        {row["organization"]: row["slug"] for row in rows_of(folder / "groups.csv") if row["organization"]},
    )


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class CaseCollection:
    """Folders with a definition and a list of acts each, and what they are computed with."""

    def __init__(self, folders: Sequence[Path], people: Path) -> None:
        """Say where things are.

        Args:
            folders: where cases are looked for, in this order.
            people: the folder of the tables of participants.

        """
        self._folders = folders
        self._people = people
        self.definition = cache(self._definition)
        self.facts = cache(self._facts)
        self.reference_data = cache(self._reference_data)

    def folder(self, case: str) -> Path:
        """Return the folder of a case.

        Raises:
            FileNotFoundError: if no folder has it.

        """
        for folder in self._folders:
            if (folder / case / "treaty.toml").exists():
                return folder / case
        raise FileNotFoundError(f"there is no case {case!r}")

    def evaluate(self, case: str, as_of: date, more: Iterable[Fact] = ()) -> Outcome:
        """Compute where a case stands on a day; the treaties that it depends on are computed on the same day."""
        clause = self.definition(case).clause
        awaited = [
            self.evaluate(other, as_of).entry_into_force.on
            for other in clause.entry_into_force.after_treaties
        ]
        known = [day for day in awaited if day]
        last = reduce(later_of, known) if known and len(known) == len(awaited) else None
        parties = {slug: self.parties(slug, as_of) for slug in clause.entry_into_force.treaties}
        record = self.reference_data().record([*self.facts(case), *more], parties)
        return evaluate(clause, record, as_of, last)

    def parties(self, case: str, as_of: date) -> Parties:
        """Return who is bound by a treaty, and from when until when."""
        return {
            standing.participant: ((standing.in_force, standing.ended),)
            for standing in self.evaluate(case, as_of).standings
            if standing.in_force
        }

    def wrong(self, official: Path, later: Path) -> Iterator[str]:
        """Yield a line for each case that does not give its official day, and each later party that does not."""
        for row in rows_of(official):
            if row["entry_into_force"]:
                day = date.fromisoformat(row["entry_into_force"])
                found = self.evaluate(row["case"], day).entry_into_force.on
                if found != Span.day(day):
                    yield f"{row['case']}: {found.edtf if found else 'not reached'}, officially {day}"
        for row in rows_of(later):
            # A case of the rule alone has no list of deposits.
            if any((folder / row["case"]).is_dir() for folder in self._folders):
                yield from self._wrong_party(row)

    def wrong_leaving(self, table: Path) -> Iterator[str]:
        """Yield a line for each party that did not cease to be bound on its official day."""
        for row in rows_of(table):
            day = date.fromisoformat(row["ended_on"])
            standings = self.evaluate(row["case"], day - timedelta(days=1)).standings
            found = next((each.ended for each in standings if each.participant == row["participant"]), None)
            if found != Span.day(day):
                computed = found.edtf if found else "still bound"
                yield f"{row['case']}, {row['participant']}: left {computed}, officially {day}"

    def _wrong_party(self, row: dict[str, str]) -> Iterator[str]:
        day = date.fromisoformat(row["in_force_on"])
        standings = self.evaluate(row["case"], day).standings
        found = next((each.in_force for each in standings if each.participant == row["participant"]), None)
        if found != Span.day(day):
            computed = found.edtf if found else "not in force"
            yield f"{row['case']}, {row['participant']}: {computed}, officially {day}"

    def _definition(self, case: str) -> Definition:
        return read_definition(self.folder(case))

    def _facts(self, case: str) -> tuple[Fact, ...]:
        return tuple(read_actions(self.folder(case) / "actions.csv"))

    def _reference_data(self) -> ReferenceData:
        return read_reference_data(self._people)


def main() -> int:
    """Compute every case of the first folder again, with those of the others that it depends on."""
    parser = argparse.ArgumentParser(description="Compute the public cases again.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--participants", type=Path, required=True)
    options = parser.parse_args()
    official, later, leaving = (
        options.folders[0] / name for name in ("entry_into_force.csv", "later_party.csv", "leaving.csv")
    )
    collection = CaseCollection(options.folders, options.participants)
    wrong = [*collection.wrong(official, later), *collection.wrong_leaving(leaving)]
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"{len(list(rows_of(official)))} cases, {len(wrong)} wrong days\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
