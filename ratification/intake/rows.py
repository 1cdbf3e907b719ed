"""Layouts of tables of entries: the columns, the reader of each cell, and the content that a row makes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from django.utils.text import Truncator

from common.garbled import damage_of
from common.spreadsheets import is_formula, original
from ratification.intake.numbers import read_number
from ratification.intake.printed import read_days, read_provisions
from ratification.ledger.content import E, EntryContent
from ratification.ledger.writing import ActionContent, ReportContent, TreatyFactContent
from ratification.models import Action, Report, TreatyFact
from ratification.record.entries import entries_at, latest_revision, reports_at, treaty_facts_at
from ratification.rules.dates import Span
from states.formal import WithFormal
from states.models import Participant, ParticipantName
from states.names import normalise
from treaty.clauses import ActionKind
from treaty.models import Measure, Source, Treaty

if TYPE_CHECKING:
    from django.db.models import Manager

_M49_DIGITS = 3
_REVISION_DIGITS = 9
_LONGEST_REASON = 400
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!"})
"""What spreadsheet programs write into a cell that they could not compute."""

Cells = Mapping[str, str]
Reader = Callable[[str], Any]


class CellsRefusedError(ValueError):
    """An unreadable row; `wrong` has the fault of each column."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__(" ".join(wrong.values()))
        self.wrong = wrong


class References:
    """The rows of the database that cells can name, read once."""

    def __init__(self, treaty: Treaty, default: Source | None) -> None:
        self.treaty = treaty
        participants = list(Participant.objects.all())
        names = {normalise(one.name): one for one in participants}
        people = {one.pk: one for one in participants}
        names |= {
            name: people[participant]
            for name, participant in ParticipantName.objects.values_list("normalised", "participant")
        }
        self._participants = WithFormal(names)
        self._codes = {
            code: one
            for one in participants
            for code in (one.m49, one.iso2.lower(), one.iso3.lower())
            if code
        }
        self._sources = {source.key: source for source in treaty.sources.all()}
        self._entries = {entry.revision: entry for entry in treaty.actions.filter(revision__isnull=False)}
        told = (Action, TreatyFact)
        self._numbers = {
            number
            for model in told
            for number in model.objects.filter(treaty=treaty)
            .values_list("notification", flat=True)
            .distinct()
        }
        measures = list(treaty.measures.select_related("treaty"))
        self._measures = {measure.name.lower(): measure for measure in measures}
        self._measures |= {measure.slug: measure for measure in measures}
        self._default = default

    def participant(self, text: str) -> Participant:
        """Return the participant of a name or code."""
        code = text.strip().lower()
        # Spreadsheets take the zeros from the front of a number: 4 is 004, Afghanistan.
        code = code.zfill(_M49_DIGITS) if code.isdecimal() else code
        found = self._participants.get(normalise(text)) or self._codes.get(code)
        if found is None:
            raise ValueError(f"no participant is known as {text!r}.")
        return found

    def measure(self, text: str) -> Measure:
        """Return the measure of a slug or name."""
        found = self._measures.get(text.lower())
        if found is None:
            raise ValueError(f"the treaty has no measure {text!r}.")
        return found

    def source(self, text: str) -> Source | None:
        """Return the source of a key, or the one for rows that name none."""
        if text and text not in self._sources:
            raise ValueError(f"the treaty has no source {text!r}; add it first.")
        return self._sources[text] if text else self._default

    def number(self, text: str) -> str:
        """Return the number of a notification, held against its pattern and the treaty if the record lacks it."""
        return read_number(text, self.treaty, self._numbers)

    def target(self, text: str) -> Action | None:
        """Return the entry of a revision."""
        known = text.isdecimal() and len(text) <= _REVISION_DIGITS and int(text) in self._entries
        if text and not known:
            raise ValueError(f"{text!r} is no revision of the record.")
        return self._entries[int(text)] if text else None


HISTORY = (
    "state",
    "entry",
    "supersedes",
    "reason",
    "revision",
    "author",
    "reviewer",
    "created_at",
    "published_at",
)
"""Columns of an export that say how the entry came about."""


class Layout(Generic[E]):
    """A kind of table: its columns, and the content of its rows."""

    model: type[E]
    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]]
    bounds: ClassVar[tuple[str, ...]] = ("taken_earliest", "taken_latest")
    """Columns of an export with the bounds of the days; the columns of the days have both."""
    exported: ClassVar[tuple[str, ...]]
    """Columns that an export has besides; a table may have them, and they are held against the record."""
    identity: ClassVar[tuple[str, ...]]
    """Columns of the ledger that name the event, without how well it is known."""

    def __init_subclass__(cls) -> None:
        """Name the columns of the export."""
        cls.exported = ("treaty", *cls.bounds, *HISTORY)

    @property
    def columns(self) -> tuple[str, ...]:
        """All known columns."""
        return (*self.required, *self.optional)

    def content(self, cells: Cells, known: References) -> EntryContent[E]:
        """Return the content of a row.

        Raises:
            CellsRefusedError: naming every cell that cannot be read.
        """
        readers: dict[str, Reader] = {**dict.fromkeys(self.columns, str), **self._readers(known)}
        read: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for column, reader in readers.items():
            written = cells.get(column, "")
            text = original(written)
            try:
                read[column] = reader(text) if text or column not in self.required else None
            except ValueError as error:
                wrong[column] = f"{column}: {Truncator(str(error)).chars(_LONGEST_REASON)}"
            if not text and column in self.required:
                wrong[column] = f"{column} is empty."
            elif is_formula(written):
                wrong[column] = (
                    f"{column} begins with {text[0]}, as a formula does; put an apostrophe before it if it is a text."
                )
            elif text in _ERRORS:
                wrong[column] = f"{column} is {text}, which a spreadsheet program writes for an error."
            elif damage := damage_of(text):
                wrong[column] = f"{column} {damage}."
        if (slug := cells.get("treaty", "")) not in ("", known.treaty.slug):
            wrong["treaty"] = (
                f"treaty: the row is of {slug!r}, and the table is drafted for {known.treaty.slug}."
            )
        if wrong:
            raise CellsRefusedError(wrong)
        source = read["source"]
        read["confidence"] = read["confidence"] or (
            source.confidence if source else Source.Confidence.SECONDARY
        )
        return self._content(read)

    def existing(self, treaty: Treaty) -> Iterable[E]:
        """Return the entries that hold now, and those that are not yet published."""
        entries = cast("Manager[E]", self.model._default_manager)  # noqa: SLF001 - Django's documented API
        waiting = entries.filter(treaty=treaty, revision__isnull=True).select_related("participant", "source")
        return [*self._published(treaty, latest_revision(treaty)), *waiting]

    def exported_entries(self, treaty: Treaty, revisions: Iterable[str]) -> Mapping[str, E]:
        """Return the published entries of the revisions that an export names, superseded ones among them."""
        entries = cast("Manager[E]", self.model._default_manager)  # noqa: SLF001 - Django's documented API
        named = {int(text) for text in revisions if text.isdecimal() and len(text) <= _REVISION_DIGITS}
        found = entries.filter(treaty=treaty, revision__in=named).select_related("participant", "source")
        return {str(entry.revision): entry for entry in found}

    def key(self, content: EntryContent[E]) -> tuple[object, ...]:
        """Return the values of `identity`: contents with equal keys are of the same event."""
        values = content.as_fields()
        return tuple(
            tuple(sorted(value)) if isinstance(value := values[name], list) else value
            for name in self.identity
        )

    def _readers(self, known: References) -> dict[str, Reader]:
        """Return the readers of the columns that are no plain text."""
        return {
            "participant": known.participant,
            "taken_on": _span,
            "source": known.source,
            "confidence": _one_of(Source.Confidence.values, "degree of confidence"),
        }

    def _published(self, treaty: Treaty, revision: int) -> Iterable[E]:
        raise NotImplementedError

    def _content(self, read: dict[str, Any]) -> EntryContent[E]:
        raise NotImplementedError


OF_ACTS = (
    "effective_on",
    "articles",
    "relates_to",
    "territories",
    "predecessor",
    "excludes",
    "precludes",
    "summary",
    "notification",
    "notified_on",
)
"""Columns of an act that may be empty, in tables of partners and in those of a release."""


class _Actions(Layout[Action]):
    model = Action
    required = ("participant", "kind", "taken_on")
    optional = (*OF_ACTS, "source", "confidence", "note", "override")
    bounds = (*Layout.bounds, "effective_earliest", "effective_latest")
    identity = (
        "participant",
        "kind",
        "taken_earliest",
        "taken_latest",
        "effective_earliest",
        "effective_latest",
        "relates_to",
        "provisions",
        "territories",
        "predecessor",
        "notification",
    )

    def _readers(self, known: References) -> dict[str, Reader]:
        kinds = [kind.value for kind in ActionKind]
        return {
            **super()._readers(known),
            "kind": _one_of(kinds, "kind of treaty action"),
            "effective_on": _span,
            "articles": read_provisions,
            "relates_to": known.target,
            "territories": _list,
            "predecessor": lambda text: known.participant(text) if text else None,
            "excludes": _flag,
            "precludes": _flag,
            "notification": known.number,
            "notified_on": _day,
        }

    def _published(self, treaty: Treaty, revision: int) -> Iterable[Action]:
        return entries_at(treaty, revision)

    def _content(self, read: dict[str, Any]) -> ActionContent:
        kind, taken, effective = ActionKind(read.pop("kind")), read.pop("taken_on"), read.pop("effective_on")
        return ActionContent(
            kind=kind, taken=taken, effective=effective, provisions=read.pop("articles"), **read
        )


class _Reports(Layout[Report]):
    """Details of contact points have no column: only the form takes them."""

    model = Report
    required = ("participant", "measure", "stage", "taken_on")
    optional = ("summary", "source", "confidence", "note", "override")
    identity = ("participant", "measure", "stage", "taken_earliest", "taken_latest")

    def _readers(self, known: References) -> dict[str, Reader]:
        return {
            **super()._readers(known),
            "measure": known.measure,
            "stage": _one_of(Measure.Stage.values, "stage of a measure"),
        }

    def _published(self, treaty: Treaty, revision: int) -> Iterable[Report]:
        return reports_at(treaty, revision)

    def _content(self, read: dict[str, Any]) -> ReportContent:
        return ReportContent(taken=read.pop("taken_on"), **read)


class _TreatyFacts(Layout[TreatyFact]):
    model = TreatyFact
    required = ("kind", "taken_on")
    optional = (
        "participant",
        "number",
        "summary",
        "notification",
        "notified_on",
        "source",
        "confidence",
        "note",
        "override",
    )
    identity = ("kind", "participant", "taken_earliest", "taken_latest", "number")

    def _readers(self, known: References) -> dict[str, Reader]:
        return {
            **super()._readers(known),
            "kind": _one_of(TreatyFact.Kind.values, "kind of treaty fact"),
            "participant": lambda text: known.participant(text) if text else None,
            "number": _number,
            "notification": known.number,
            "notified_on": _day,
        }

    def _published(self, treaty: Treaty, revision: int) -> Iterable[TreatyFact]:
        return treaty_facts_at(treaty, revision)

    def _content(self, read: dict[str, Any]) -> TreatyFactContent:
        return TreatyFactContent(kind=TreatyFact.Kind(read.pop("kind")), taken=read.pop("taken_on"), **read)


ACTIONS = _Actions()
REPORTS = _Reports()
TREATY_FACTS = _TreatyFacts()


def _span(text: str) -> Span | None:
    try:
        return read_days(text) if text else None
    except ValueError as error:
        raise ValueError(f"{error}.") from error


def _day(text: str) -> date | None:
    span = _span(text)
    if span is not None and span.on is None:
        raise ValueError(f"{text!r} is no day.")
    return span.on if span else None


def _flag(text: str) -> bool | None:
    known = {"": None, "yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in known:
        raise ValueError(f"{text!r} is neither yes nor no.")
    return known[text.lower()]


def _number(text: str) -> int | None:
    if text and not (text.isdecimal() and text.isascii() and len(text) <= _REVISION_DIGITS):
        raise ValueError(f"{text!r} is no number.")
    return int(text) if text else None


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]


def _one_of(values: Iterable[str], what: str) -> Reader:
    """Return a reader of one of the values, however its words are joined."""
    known = set(values)

    def read(text: str) -> str:
        value = text.lower().replace(" ", "_")
        if value and value not in known:
            raise ValueError(f"{text!r} is no {what}.")
        return value

    return read
