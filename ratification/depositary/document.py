"""A status document as it was read: frozen, nothing of the database in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ratification.depositary.headings import Heading, HeadingAct, Role
from treaty.clauses import ActionKind


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """What cannot be read, and where: row 1 is the first participant's, column 1 the first; 0: no single one."""

    reason: str
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = [f"row {self.row}"] * bool(self.row) + [f"column {self.column}"] * bool(self.column)
        return f"{', '.join(place)}: {self.reason}" if place else self.reason


def unknown_headings(headings: Iterable[Heading]) -> list[DocumentProblem]:
    """Return a remark on each heading that is not known."""
    return [
        DocumentProblem(f"the heading {heading.text!r} is not known; what stands under it is not read")
        for heading in headings
        if heading.role == Role.UNKNOWN
    ]


class DocumentError(Exception):
    """A document that is refused. `problems` has every reason; the message is the first and how many more there are."""

    def __init__(self, *problems: DocumentProblem) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")


@dataclass(frozen=True, slots=True)
class ListedAct:
    """One dated act of a row.

    `acts` are the acts of the heading that the date can mean; more than one where the legend leaves it open.
    `bracketed`: the depositary shows it as withdrawn.
    """

    acts: tuple[HeadingAct, ...]
    on: date
    bracketed: bool
    column: int

    @property
    def kind(self) -> ActionKind:
        """The act's kind; where several consents are possible, consent to be bound, which each of them is (VCLT 11)."""
        kinds = self.kinds
        return next(iter(kinds)) if len(kinds) == 1 else ActionKind.CONSENT_TO_BE_BOUND

    @property
    def kinds(self) -> frozenset[ActionKind]:
        """Every kind that the entry can be."""
        return frozenset(act.kind for act in self.acts)

    def admits(self, kind: ActionKind) -> bool:
        """Whether an entry of this kind in the ledger says the same."""
        return kind in self.kinds or kind == self.kind or any(kind in act.covers for act in self.acts)

    @property
    def words(self) -> str:
        """The heading's own words for the act."""
        return " / ".join(dict.fromkeys(act.phrase for act in self.acts))


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One participant's row: the name as printed, and without its footnote marks; `marks` has those of each cell.

    `in_force_on` is the day of entry into force for the participant, and `statements` the kinds of statement that the
    row says it has made, where the format has them.
    """

    number: int
    printed: str
    name: str
    footnotes: tuple[str, ...]
    entries: tuple[ListedAct, ...]
    cells: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...] = ()
    in_force_on: date | None = None
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionItem:
    """What one participant says in a section: its name as printed, the footnote marks, the paragraphs.

    A paragraph is its kind ("title", "para", ...) and its text as printed, with markup that is not safe.
    """

    printed: str
    footnotes: tuple[str, ...]
    paragraphs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A section of statements, by the name of its element in small letters: declarations, objections and so on."""

    name: str
    titles: tuple[str, ...]
    items: tuple[SectionItem, ...]


@dataclass(frozen=True, slots=True)
class DocumentNote:
    """An end note: its number and its paragraphs as printed, with markup that is not safe."""

    number: str
    paragraphs: tuple[str, ...]


def brackets_around_name(name: str, row: int) -> DocumentProblem | None:
    """Say of a name in square brackets that it is not read: withdrawn is what they say around a day alone."""
    if not {"[", "]"}.intersection(name):
        return None
    words = (
        f"{name!r} stands in square brackets, and what they mean around a name is not known; it is not read"
    )
    return DocumentProblem(words, row, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A status document.

    `reference` is the depositary's number as its head prints it, as in XXVI-9, `in_force` the head's line on the entry
    into force, `signatories` and `parties` its own figures; each is "" where it has none. `unread` has the rows that
    are damaged or not understood, `remarks` what was read in a way that a person should know of. `depositary` is who
    must be the treaty's depositary; "" where the format is not that of a single one. `as_of` is the day of which it
    says that it is.
    """

    title: str
    reference: str
    in_force: str
    signatories: str
    parties: str
    headings: tuple[Heading, ...]
    lines: tuple[DocumentRow, ...]
    unread: tuple[DocumentProblem, ...]
    remarks: tuple[DocumentProblem, ...]
    sections: tuple[DocumentSection, ...] = ()
    notes: tuple[DocumentNote, ...] = ()
    depositary: str = ""
    as_of: date | None = None

    @property
    def last_day(self) -> date | None:
        """The day of the last act in the table."""
        return max((act.on for line in self.lines for act in line.entries), default=None)
