"""Content of entries: its shape for each kind, and the checks that it fits the ledger's columns."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Generic, TypeVar, overload

from django.core.exceptions import ValidationError

from ratification.ledger.characters import fault_of
from ratification.ledger.lookups import Lookups
from ratification.ledger.refusal import LedgerError
from ratification.ledger.statement_columns import check_statement_columns
from ratification.models import Action, Report, TreatyFact
from ratification.rules.dates import Span
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Article, Measure, Source

_PROVISION = re.compile(r"([1-9]\d{0,3})(\([0-9a-z]{1,4}\))*")

FROM_ACTIONS = frozenset({Measure.Stage.SIGNED, Measure.Stage.DEPOSITED})
"""Stages that follow from treaty actions alone."""

_SPANS = frozenset({"taken", "effective"})
_OF_THE_ENTRY = frozenset({"override", "origin"})
"""Fields about the entry itself, which an entry with the same content does not take over."""

AnyEntry = Action | Report | TreatyFact
E = TypeVar("E", bound=AnyEntry)
E_co = TypeVar("E_co", bound=AnyEntry, covariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryContent(ABC, Generic[E_co]):
    """Content of an entry of any kind; author, reviewer and moments are the ledger's to add."""

    summary: str = ""
    source: Source | None = None
    confidence: str = Source.Confidence.SECONDARY
    note: str = ""
    override: str = ""
    origin: str = ""

    def as_fields(self) -> dict[str, object]:
        """Return its columns in the entry's table."""
        return _columns(self)

    @abstractmethod
    def begin(self, **columns: Any) -> E_co:  # noqa: ANN401 - the columns of an entry
        """Return an unsaved entry of its kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionContent(EntryContent[Action]):
    """Content of a treaty action."""

    participant: Participant
    kind: ActionKind
    taken: Span
    effective: Span | None = None
    relates_to: Action | None = None
    provisions: Sequence[str] = ()
    territories: Sequence[str] = ()
    predecessor: Participant | None = None
    excludes: bool | None = None
    precludes: bool | None = None
    texts: Sequence[Mapping[str, str]] = ()
    notification: str = ""
    notified_on: date | None = None

    def as_fields(self) -> dict[str, object]:
        """Return the columns of an Action."""
        lists: dict[str, list[Any]] = {
            "provisions": list(self.provisions),
            "territories": list(self.territories),
            "texts": [dict(text) for text in self.texts],
        }
        return _columns(self) | {"kind": self.kind.value} | lists

    def begin(self, **columns: Any) -> Action:  # noqa: ANN401 - the columns of an entry
        """Return an unsaved action."""
        return Action(**columns)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportContent(EntryContent[Report]):
    """Content of a report: a participant, a measure, the stage reached, on a day or within an interval."""

    participant: Participant
    measure: Measure
    stage: str
    taken: Span

    def begin(self, **columns: Any) -> Report:  # noqa: ANN401 - the columns of an entry
        """Return an unsaved report."""
        return Report(**columns)


@dataclass(frozen=True, kw_only=True, slots=True)
class TreatyFactContent(EntryContent[TreatyFact]):
    """Content of a treaty fact: a day, of the treaty or of one participant, or a number on a day."""

    kind: TreatyFact.Kind
    taken: Span
    participant: Participant | None = None
    number: int | None = None
    notification: str = ""
    notified_on: date | None = None

    def as_fields(self) -> dict[str, object]:
        """Return the columns of a TreatyFact."""
        return _columns(self) | {"kind": self.kind.value}

    def begin(self, **columns: Any) -> TreatyFact:  # noqa: ANN401 - the columns of an entry
        """Return an unsaved treaty fact."""
        return TreatyFact(**columns)


@overload
def content_of(entry: Action) -> ActionContent: ...
@overload
def content_of(entry: Report) -> ReportContent: ...
@overload
def content_of(entry: TreatyFact) -> TreatyFactContent: ...
@overload
def content_of(entry: E) -> EntryContent[E]: ...
def content_of(entry: AnyEntry) -> Any:
    """Return the content of an entry, for another entry that repeats or amends it."""
    shape: Any = _CONTENT[type(entry)]
    values = {
        each.name: getattr(entry, each.name) for each in fields(shape) if each.name not in _OF_THE_ENTRY
    }
    if isinstance(entry, Action):
        values["kind"] = ActionKind(entry.kind)
    elif isinstance(entry, TreatyFact):
        values["kind"] = TreatyFact.Kind(entry.kind)
    return shape(**values)


def facts_in(content: EntryContent[Any]) -> dict[str, object]:
    """Return the columns of a content without those about the entry itself."""
    return {name: value for name, value in content.as_fields().items() if name not in _OF_THE_ENTRY}


_CONTENT = {Action: ActionContent, Report: ReportContent, TreatyFact: TreatyFactContent}


def _columns(content: EntryContent[Any]) -> dict[str, object]:
    """Return the columns of a content: two for a span, one of the same name for anything else."""
    columns: dict[str, object] = {}
    for each in fields(content):
        value = getattr(content, each.name)
        if each.name in _SPANS:
            columns[f"{each.name}_earliest"] = value and value.earliest
            columns[f"{each.name}_latest"] = value and value.latest
        else:
            columns[each.name] = value
    return columns


def fill(entry: E, content: EntryContent[E], known: Lookups | None = None) -> None:
    """Give an entry its content without writing it; `known` spares many entries the same queries.

    Raises:
        LedgerError: if a column cannot hold it, or it refers outside the treaty's record.

    """
    for column, value in content.as_fields().items():
        setattr(entry, column, clean(column, value) if isinstance(value, str) else value)
    entry.reason = clean("reason", entry.reason)
    _check_columns(entry, known or Lookups(entry.treaty))


def clean(column: str, text: str) -> str:
    """Strip blanks from both ends; refuse signs that no text of an entry has."""
    text = text.strip()
    if fault := fault_of(text):
        raise LedgerError(f"{column.replace('_', ' ').capitalize()}: contains {fault}.", column=column)
    return text


def _check_columns(entry: AnyEntry, known: Lookups) -> None:
    """Refuse values that the columns cannot hold, and references outside the treaty's record."""
    try:
        entry.clean_fields(
            exclude=[
                *("treaty", "participant", "relates_to", "source", "supersedes", "author", "reviewer"),
                *("measure", "predecessor"),
            ]
        )
    except ValidationError as error:
        column, messages = next(iter(error.message_dict.items()))
        raise LedgerError(f"{column.replace('_', ' ').capitalize()}: {messages[0]}", column=column) from error
    if entry.source is not None and entry.source.treaty_id != entry.treaty_id:
        raise LedgerError("The source belongs to another treaty.", column="source")
    if isinstance(entry, Report):
        _check_measure(entry)
    elif isinstance(entry, TreatyFact):
        _check_treaty_fact(entry)
    else:
        _check_target(entry)
        _check_provisions(entry, known)
        check_statement_columns(entry, known)


def _check_measure(entry: Report) -> None:
    if entry.measure.treaty_id != entry.treaty_id:
        raise LedgerError("The measure belongs to another treaty.")
    if entry.stage in FROM_ACTIONS:
        raise LedgerError(
            "Stage: signature and deposit are treaty actions; they are not reported.", column="stage"
        )
    if entry.stage not in entry.measure.stages:
        stages = ", ".join(entry.measure.stages)
        raise LedgerError(
            f"Stage: {entry.stage!r} is none of those of {entry.measure}: {stages}.", column="stage"
        )


def _check_treaty_fact(entry: TreatyFact) -> None:
    kind = f'a fact of the kind "{entry.get_kind_display()}"'
    if (entry.participant is not None) != (entry.kind == TreatyFact.Kind.ENTRY_INTO_FORCE_FOR):
        needs = "names the participant" if entry.participant is None else "names no participant"
        raise LedgerError(f"Participant: {kind} {needs}.", column="participant")
    if (entry.number is not None) != (entry.kind in TreatyFact.TOTALS):
        raise LedgerError(
            f"Number: {kind} has {'a' if entry.number is None else 'no'} number.", column="number"
        )


def _check_target(entry: Action) -> None:
    if (target := entry.relates_to) is not None:
        own_draft = target.author_id == entry.author_id and target.entry == Action.Entry.ORIGINAL
        if target.treaty_id != entry.treaty_id or not (target.revision or own_draft):
            raise LedgerError(
                "What the entry relates to must be published, or drafted by you, for the same treaty.",
                column="relates_to",
            )


def _check_provisions(entry: Action, known: Lookups) -> None:
    for provision in entry.provisions:
        match = _PROVISION.fullmatch(provision)
        if match is None:
            raise LedgerError(
                f'"{provision}" is no provision; write 7, 7(2) or 63(3)(a).', column="provisions"
            )
        if known.articles and known.articles.get(int(match[1])) != Article.Status.ADOPTED:
            raise LedgerError(f"The adopted text has no article {match[1]}.", column="provisions")
