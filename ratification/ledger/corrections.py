"""Public log of corrections: the wrong and the right values, the moment, and the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet

from common.languages import EnglishText
from common.messages import message, value_message
from ratification.ledger.content import AnyEntry, E
from ratification.ledger.statement_columns import words_of_effect
from ratification.models import Action, Report, TreatyFact
from ratification.models.decisions import Amended
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class Correction:
    """A published entry that supersedes an earlier one; a retraction puts nothing in its place."""

    entry: AnyEntry
    corrected: AnyEntry
    amended: tuple[Amended, ...]

    @property
    def retracts(self) -> bool:
        """Whether the earlier entry was retracted."""
        return self.entry.entry == Action.Entry.RETRACTION

    @property
    def since(self) -> datetime | None:
        """The moment from which the record has been right."""
        return self.entry.published_at

    @property
    def revision(self) -> int:
        """The first right revision of the record; `revision - 1` is the last wrong one."""
        return self.entry.revision or 0

    @property
    def name(self) -> str:
        """Name of the participant; empty for the treaty as a whole."""
        return self.entry.participant.name if self.entry.participant else ""

    @property
    def reason(self) -> str:
        """Why the earlier entry was wrong."""
        return self.entry.reason


def corrections_of(
    treaty: Treaty, *, as_of: date | None = None, revision: int | None = None
) -> list[Correction]:
    """Return the corrections and retractions of a treaty's record, of actions and reports, the newest first.

    Two queries.

    Args:
        treaty: the treaty.
        as_of: the legal date asked about; corrections that concern only what happened later are left out.
        revision: the state of the record asked about; None is the latest.

    """
    found = [
        *_corrections(
            _superseding(Action, "relates_to__participant", "predecessor").filter(treaty=treaty),
            as_of,
            revision,
        ),
        *_corrections(_superseding(Report, "measure").filter(treaty=treaty), as_of, revision),
        *_corrections(_superseding(TreatyFact).filter(treaty=treaty), as_of, revision),
    ]
    return sorted(found, key=lambda correction: correction.revision, reverse=True)


def _superseding(model: type[E], *refers: str) -> QuerySet[E]:
    """Select the published entries of a kind that supersede others, with the rows that both refer to."""
    related = ["participant", "source", *refers]
    rows = model._default_manager.filter(revision__isnull=False, supersedes__isnull=False)  # noqa: SLF001 - Django's documented API
    # In no order: `corrections_of` gives them one, and an order over so many tables takes the ORM long to write.
    rows = rows.order_by().select_related(*related, *(f"supersedes__{name}" for name in related))
    return cast("QuerySet[E]", rows)


def _corrections(rows: QuerySet[E], as_of: date | None, revision: int | None) -> Iterator[Correction]:
    if revision is not None:
        rows = rows.filter(revision__lte=revision)
    if as_of is not None:
        rows = rows.filter(Q(taken_earliest__lte=as_of) | Q(supersedes__taken_earliest__lte=as_of))
    for entry in rows:
        if entry.supersedes is not None:
            yield Correction(entry, entry.supersedes, tuple(amended(entry.supersedes, entry)))


def amended(before: E, after: E) -> Iterator[Amended]:
    """Yield the values in which an entry differs from the one that it supersedes."""
    if Action.Entry.RETRACTION in {before.entry, after.entry}:
        none = message("nothing: it did not happen")
        wrong, right = (
            none if entry.entry == Action.Entry.RETRACTION else _named(entry) for entry in (before, after)
        )
        yield Amended(message("entry"), wrong, right)
        return
    old, new = _values(before), _values(after)
    for subject, wrong in old.items():
        if wrong != new[subject]:
            yield Amended(subject, wrong, new[subject])


def _named(entry: AnyEntry) -> str:
    """Return an entry in words, in English those of the panel."""
    values: dict[str, object] = {"participant": entry.participant, "day": entry.taken}
    match entry:
        case Report():
            values |= {"measure": EnglishText(entry.measure.name), "stage": entry.get_stage_display()}
            return message("%(participant)s: %(measure)s, %(stage)s, %(day)s", **values)
        case Action():
            return message("%(participant)s: %(kind)s, %(day)s", kind=ActionKind(entry.kind).label, **values)
    values |= {"kind": entry.get_kind_display(), "number": entry.number}
    if entry.participant:
        return message("%(kind)s %(participant)s, %(day)s", **values)
    if entry.number is not None:
        return message("%(kind)s: %(number)s, %(day)s", **values)
    return message("%(kind)s, %(day)s", **values)


def _name(participant: Participant | None) -> str:
    return value_message(participant) if participant else ""


def _values(entry: AnyEntry) -> dict[str, str]:
    date: dict[str, str] = {message("date"): entry.taken.edtf}
    match entry:
        case Report():
            happened = {
                message("measure"): entry.measure.name,
                message("stage"): value_message(entry.get_stage_display()),
            } | date
        case TreatyFact():
            number = "" if entry.number is None else str(entry.number)
            happened = {message("kind"): value_message(entry.get_kind_display())} | date
            happened |= {message("number"): number, message("notification"): entry.notification}
            happened |= {message("notified on"): str(entry.notified_on or "")}
        case Action():
            happened = {message("kind"): ActionKind(entry.kind).label} | date
            happened |= {
                message("effective date"): entry.effective.edtf if entry.effective else "",
                message("relates to"): _named(entry.relates_to) if entry.relates_to else "",
                message("provisions"): ", ".join(entry.provisions),
                message("territories"): ", ".join(entry.territories),
                message("predecessor"): _name(entry.predecessor),
                message("effect"): words_of_effect(entry),
                message("notification"): entry.notification,
                message("notified on"): str(entry.notified_on or ""),
                message("texts"): "; ".join(
                    f"{text['language']} ({text['status']}): {text['text']}" for text in entry.texts
                ),
            }
    return {
        message("participant"): _name(entry.participant),
        **happened,
        message("summary"): entry.summary,
        message("source"): str(entry.source or ""),
        message("confidence"): value_message(entry.get_confidence_display()),
        message("note"): entry.note,
    }
