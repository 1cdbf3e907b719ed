"""The public correction log: what was wrong, what is right, since when, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from ratification.models import Action
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class Amended:
    """One thing that a correction says differently."""

    subject: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A published entry that supersedes an earlier one; a retraction says nothing in its place."""

    entry: Action
    corrected: Action
    amended: tuple[Amended, ...]

    @property
    def retracts(self) -> bool:
        """Whether the earlier entry was taken back altogether."""
        return self.entry.entry == Action.Entry.RETRACTION

    @property
    def since(self) -> datetime | None:
        """The moment from which the record has said what is right."""
        return self.entry.published_at

    @property
    def revision(self) -> int:
        """The revision of the record from which it has said so; `revision - 1` is the last wrong one."""
        return self.entry.revision or 0

    @property
    def reason(self) -> str:
        """Why the earlier entry was wrong."""
        return self.entry.reason


def corrections_of(
    treaty: Treaty, *, as_of: date | None = None, revision: int | None = None
) -> list[Correction]:
    """Return the corrections and retractions of a treaty's record, the newest first. One query.

    Args:
        treaty: the treaty.
        as_of: the legal date asked about; corrections that concern only what happened later are left out.
        revision: the state of the record asked about; None is the latest.

    """
    entries = (
        Action.objects.filter(treaty=treaty, revision__isnull=False, supersedes__isnull=False)
        .select_related(
            "participant",
            "source",
            "relates_to__participant",
            "supersedes__participant",
            "supersedes__source",
            "supersedes__relates_to__participant",
        )
        .order_by("-revision")
    )
    if revision is not None:
        entries = entries.filter(revision__lte=revision)
    if as_of is not None:
        entries = entries.filter(Q(taken_earliest__lte=as_of) | Q(supersedes__taken_earliest__lte=as_of))
    return [
        Correction(entry, entry.supersedes, tuple(amended(entry.supersedes, entry)))
        for entry in entries
        if entry.supersedes is not None
    ]


def amended(before: Action, after: Action) -> Iterator[Amended]:
    """Yield what one entry says differently from the one that it supersedes."""
    if Action.Entry.RETRACTION in {before.entry, after.entry}:
        none = "nothing: it did not happen"
        wrong, right = (
            none if entry.entry == Action.Entry.RETRACTION else str(entry) for entry in (before, after)
        )
        yield Amended("entry", wrong, right)
        return
    old, new = _said(before), _said(after)
    for subject, wrong in old.items():
        if wrong != new[subject]:
            yield Amended(subject, wrong, new[subject])


def _said(entry: Action) -> dict[str, str]:
    return {
        "participant": entry.participant.name,
        "kind": entry.get_kind_display(),
        "date": entry.taken.edtf,
        "effective date": entry.effective.edtf if entry.effective else "",
        "relates to": str(entry.relates_to or ""),
        "provisions": ", ".join(entry.provisions),
        "summary": entry.summary,
        "notification": entry.notification,
        "source": str(entry.source or ""),
        "confidence": entry.get_confidence_display(),
        "note": entry.note,
    }
