"""Bundled record of past treaties that forecasts learn from, made from the depositary's lists of 2015 and 2018.

`python -m bench.past_treaties` reads `../shared/corpus` and writes `ratification/forecast/data/`. The rules of choice
stand in docs/forecast.md; none of them looks at how a treaty fared later, because a class chosen by its outcome would
forecast that outcome.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.corpus import ABSENT, CORPUS, DOCUMENTS, DOCUMENTS_ABSENT, DOCUMENTS_KNOWN_UNTIL, read_table
from ratification.depositary.document import DocumentError
from ratification.depositary.parse import parse
from ratification.depositary.reference import reference_of
from states.names import normalise
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

ROOT = Path(__file__).parent.parent
DATA = ROOT / "ratification" / "forecast" / "data"
COUNTED = CONSENTS - {ActionKind.SUCCESSION, ActionKind.APPLICATION}
"""A succession is dated by its notification, years after it takes effect; an application is to one regulation."""
LEAST_SIGNATORIES = 20
_SAME_CONFERENCE = 31
_EARLY = 2
_PLACE_AND_DAY = re.compile(r"\.\s+[^.]{0,60}\d{1,2} [A-Z][a-z]+ \d{4}\.?$")
_UNREADABLE = "not taken: %s: %s\n"

Acts = list[tuple[str, ActionKind, date]]


@dataclass(slots=True)
class PastList:
    """List of a treaty's acts: per participant the day of signature and of the first counted deposit."""

    reference: str
    title: str
    known_until: date
    source: str
    signed: dict[str, date] = field(default_factory=dict)
    deposited: dict[str, date] = field(default_factory=dict)

    @property
    def opened_on(self) -> date:
        """The day of the first act: tables do not print the day of opening."""
        return min([*self.signed.values(), *self.deposited.values()])

    @property
    def usable(self) -> bool:
        """Whether enough have signed, and signature came before deposit."""
        if len(self.signed) < LEAST_SIGNATORIES:
            return False
        first = min(self.signed.values())
        return sum(day < first for day in self.deposited.values()) <= _EARLY


def participant_codes() -> tuple[dict[str, str], set[str]]:
    """Read the codes by every bundled name, and the codes of those that are no States."""
    codes: dict[str, str] = {}
    others: set[str] = set()
    for file in ("names", "participants"):
        with (ROOT / "states" / "data" / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                codes[normalise(row["name"])] = row["iso3"]
                if file == "participants" and row["kind"] in {"reio", "organization", "territory"}:
                    others.add(row["iso3"])
    return codes, others


def lists_of_2015() -> Iterator[tuple[PastList, Acts]]:
    """Read the tables, each with the day until which its file can be vouched for."""
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as file:
        titles = {
            f"{row['chapter_no']}-{row['treaty_no'].replace('.', '-')}": row["treaty_name"]
            for row in csv.DictReader(file)
        }
    with (CORPUS / "known_until.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        path = CORPUS / row["file"]
        past = PastList(
            reference_of(f"{path.stem}.xml"),
            _PLACE_AND_DAY.sub("", titles.get(path.stem, "")),
            date.fromisoformat(row["known_until"]),
            f"zmjones/untreaties, commit 003ce130, {row['file']}",
        )
        yield past, [(fact.participant, fact.kind, fact.taken.earliest) for fact in read_table(path)]


def lists_of_2018() -> Iterator[tuple[PastList, Acts]]:
    """Read the depositary's documents; those without rows are passed over."""
    for path in sorted(DOCUMENTS.glob("*.xml")):
        try:
            document = parse(path.read_bytes())
        except DocumentError as error:
            sys.stderr.write(_UNREADABLE % (path.name, error))
            continue
        acts = [
            (line.name, act.kind, act.on)
            for line in document.lines
            for act in line.entries
            if not act.bracketed
        ]
        source = f"allucinaria/XML, commit 9682127, {path.name}"
        yield PastList(reference_of(path.name), document.title, DOCUMENTS_KNOWN_UNTIL, source), acts


def fill(past: PastList, acts: Acts, codes: Mapping[str, str], others: set[str]) -> None:
    """Enter the first signature and the first counted deposit of each State."""
    for name, kind, day in acts:
        code = codes.get(normalise(name), name)
        where = past.signed if kind in SIGNATURES else past.deposited if kind in COUNTED else None
        if code in others or where is None or day > past.known_until:
            continue
        where[code] = min(day, where.get(code, day))


def chosen(lists: Iterable[PastList]) -> list[PastList]:
    """Choose the usable lists; of two copies the later one, also where it bears another number (XI-6 and XI-A-6)."""
    kept: dict[tuple[str, date], PastList] = {}
    for past in sorted(filter(lambda each: each.usable, lists), key=lambda each: each.known_until):
        kept[normalise(past.title), past.opened_on] = past
    return sorted(kept.values(), key=lambda each: (each.opened_on, each.reference))


def clusters(lists: list[PastList]) -> dict[str, str]:
    """Give each treaty its cluster: one number of the depositary's, or one chapter and one month of opening.

    A protocol or amendment bears its convention's number with a letter, and what one conference adopts is opened at
    one time: such treaties were ratified together and would tell each other's future.
    """
    cluster = {past.reference: past.reference for past in lists}
    for number, past in enumerate(lists):
        for earlier in lists[:number]:
            same_number = _number(past.reference) == _number(earlier.reference)
            same_chapter = past.reference.split("-")[0] == earlier.reference.split("-")[0]
            near = (past.opened_on - earlier.opened_on).days <= _SAME_CONFERENCE
            if same_number or (same_chapter and near):
                old, new = cluster[past.reference], cluster[earlier.reference]
                cluster = {key: new if value == old else value for key, value in cluster.items()}
    return cluster


def _number(reference: str) -> str:
    found = re.match(r"[IVX]+(?:-[A-Z])?-\d+", reference)
    return found[0] if found else reference


def write(lists: list[PastList]) -> None:
    """Write the two tables."""
    cluster = clusters(lists)
    with (DATA / "past_treaties.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["reference", "title", "opened_on", "known_until", "cluster", "source"])
        for past in lists:
            table.writerow(
                [
                    *(past.reference, past.title, past.opened_on, past.known_until),
                    *(cluster[past.reference], past.source),
                ]
            )
    with (DATA / "past_acts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["reference", "participant", "signed_on", "deposited_on"])
        for past in lists:
            for code in sorted(past.signed.keys() | past.deposited.keys()):
                table.writerow(
                    [past.reference, code, past.signed.get(code, ""), past.deposited.get(code, "")]
                )


def main() -> None:
    """Read both copies and write the bundled tables."""
    if not CORPUS.is_dir() or not DOCUMENTS.is_dir():
        sys.exit(f"{ABSENT}; {DOCUMENTS_ABSENT}")
    codes, others = participant_codes()
    lists: list[PastList] = []
    for past, acts in (*lists_of_2015(), *lists_of_2018()):
        fill(past, acts, codes, others)
        lists.append(past)
    write(chosen(lists))


if __name__ == "__main__":
    main()
