"""Days of entry into force that the depositary's documents print, beside those that the rules compute from them.

python -m bench.declared_days

The acts are those of each document: of its table alone, and with what its end notes tell of former States and
denunciations. The clauses are those of the public cases and the bundled treaties; a document whose treaty has none
cannot be compared.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench.corpus import DOCUMENTS, DOCUMENTS_ABSENT, DOCUMENTS_KNOWN_UNTIL  # noqa: E402 - Django is set up first
from bench.past_treaties import participant_codes  # noqa: E402
from ratification.depositary.collection import documents_in  # noqa: E402
from ratification.depositary.declared_facts import printed_day  # noqa: E402
from ratification.depositary.document import Document, DocumentError  # noqa: E402
from ratification.depositary.notes import acts_of_notes  # noqa: E402
from ratification.depositary.parse import parse  # noqa: E402
from ratification.rules.dates import Span  # noqa: E402
from ratification.rules.facts import Fact  # noqa: E402
from states.names import normalise  # noqa: E402
from tests.cases.collection import CaseCollection  # noqa: E402
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind  # noqa: E402

ROOT = Path(__file__).parents[1]
CASES = (ROOT / "tests" / "cases", ROOT / "treaty" / "data")


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """What a document prints, and what follows from its table alone and with its end notes."""

    reference: str
    printed: date
    from_table: str
    with_notes: str

    @property
    def results(self) -> tuple[str, str]:
        """Whether the rules agree, differ, or cannot say, in both ways."""
        return self._result(self.from_table), self._result(self.with_notes)

    def _result(self, computed: str) -> str:
        if not computed:
            return "cannot say: no definition of its clauses"
        if "/" in computed:
            return "cannot say: a day is open"
        return "agree" if computed == self.printed.isoformat() else "differ"


class DocumentedCases(CaseCollection):
    """The cases, computed from the acts of documents where there is one."""

    def __init__(self, facts: dict[str, tuple[Fact, ...]]) -> None:
        """Say whose acts are those of documents."""
        super().__init__(CASES, ROOT / "states" / "data")
        self._documented = facts

    def _facts(self, case: str) -> tuple[Fact, ...]:
        return self._documented.get(case) or super()._facts(case)


def compared(folder: Path) -> Iterator[DeclaredDay]:
    """Yield a line for each document that prints a day."""
    documents = list(_documents(folder))
    cases = _cases_by_reference()
    by_case = {cases[document.reference]: document for document in documents if document.reference in cases}
    tables = {case: tuple(_facts_of(document)) for case, document in by_case.items()}
    whole = {case: (*tables[case], *_facts_of_notes(document)) for case, document in by_case.items()}
    from_table, with_notes = DocumentedCases(tables), DocumentedCases(whole)
    for document in documents:
        if day := printed_day(document.in_force):
            case = cases.get(document.reference)
            if case and from_table.definition(case).adopted_on > day:
                case = None  # only an amendment of it has a definition
            yield DeclaredDay(
                document.reference,
                day,
                _computed(from_table, case) if case else "",
                _computed(with_notes, case) if case else "",
            )


def _computed(cases: CaseCollection, case: str) -> str:
    found = cases.evaluate(case, DOCUMENTS_KNOWN_UNTIL).entry_into_force.on
    return found.edtf if found and found.certain else "none"


def _documents(folder: Path) -> Iterator[Document]:
    for path in documents_in(folder):
        try:
            yield parse(path.read_bytes())
        except DocumentError:
            continue


def _cases_by_reference() -> dict[str, str]:
    """Return the case of each number: the treaty itself, adopted before its amendments, which have the same one."""
    cases = CaseCollection(CASES, ROOT / "states" / "data")
    slugs = (path.parent.name for folder in CASES for path in folder.glob("*/treaty.toml"))
    found: dict[str, str] = {}
    for slug in sorted(slugs, key=lambda slug: (cases.definition(slug).adopted_on, slug)):
        if reference := cases.definition(slug).depositary_reference:
            found.setdefault(reference, slug)
    return found


@cache
def _code(name: str) -> str:
    words = normalise(name)
    codes, _ = participant_codes()
    return codes.get(words) or codes.get(words.removeprefix("former "), "")


def _facts_of(document: Document) -> Iterator[Fact]:
    for line in document.lines:
        for number, entry in enumerate(line.entries):
            fact = Fact(f"{line.number}.{number}", _code(line.name), entry.kind, Span.day(entry.on))
            if entry.bracketed:
                fact = replace(fact, withdrawn=Span(entry.on, DOCUMENTS_KNOWN_UNTIL))
            yield fact


def _facts_of_notes(document: Document) -> Iterator[Fact]:
    told = CONSENTS | SIGNATURES | {ActionKind.DENUNCIATION}
    for number, act in enumerate(acts_of_notes(document)[0]):
        if act.kind in told and act.on and not act.in_row and (code := _code(act.maker)):
            effective = Span.day(act.effective_on) if act.effective_on else None
            yield Fact(f"note.{number}", code, act.kind, Span.day(act.on), effective=effective)


def table_of(days: Iterable[DeclaredDay]) -> str:
    """Return the counts as the table of docs/depositary.md, and a line for each that differs."""
    days = list(days)
    alone, noted = (Counter(day.results[way] for day in days) for way in (0, 1))
    lines = ["| of the documents that print a day | table alone | with end notes |", "| --- | --- | --- |"]
    lines += [f"| {result} | {alone[result]} | {noted[result]} |" for result in sorted({*alone, *noted})]
    lines += [f"| all | {len(days)} | {len(days)} |", ""]
    lines += [
        f"{day.reference}: printed {day.printed}, computed {day.from_table}, with end notes {day.with_notes}"
        for day in days
        if "differ" in day.results
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    if not DOCUMENTS.exists():
        sys.exit(DOCUMENTS_ABSENT)
    sys.stdout.write(f"{table_of(compared(DOCUMENTS))}\n")
