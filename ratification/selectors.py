"""Every read. Both clocks are arguments: `as_of`, the legal date, and `revision`, the state of the record."""

import json
from dataclasses import dataclass
from datetime import date

from ratification import reading
from ratification.models import Action, Record, TreatyStatus
from ratification.rules.document import sentences, status_document
from ratification.rules.outcome import Outcome
from treaty.models import Treaty


class NotInRecordError(LookupError):
    """A question about a state of the record that does not exist; the message says which do."""


@dataclass(frozen=True, slots=True)
class View:
    """A treaty as it stood on `as_of`, as far as the record said at `revision`."""

    treaty: Treaty
    as_of: date
    revision: int
    latest: int
    outcome: Outcome
    entries: tuple[Action, ...]

    @property
    def is_past(self) -> bool:
        """Whether the record has moved on since this revision."""
        return self.revision < self.latest


def view_of(treaty: Treaty, *, today: date, as_of: date | None = None, revision: int | None = None) -> View:
    """Return where a treaty stood.

    Args:
        treaty: the treaty.
        today: the present day (UTC), read by the caller; the default for `as_of`.
        as_of: the legal date asked about; what happened later is left out.
        revision: the state of the record asked about; None is the latest.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    latest = latest_revision(treaty)
    revision = latest if revision is None else revision
    if not 0 <= revision <= latest:
        raise NotInRecordError(
            f"The record of {treaty.slug} has the revisions 0 to {latest}, not {revision}."
        )
    day = as_of or today
    entries = tuple(reading.entries_at(treaty, revision))
    outcome = reading.outcome_of(treaty, entries, day)
    known = tuple(entry for entry in entries if entry.taken_earliest <= day)
    return View(treaty=treaty, as_of=day, revision=revision, latest=latest, outcome=outcome, entries=known)


def latest_revision(treaty: Treaty) -> int:
    """Return the number of the last published entry; 0 for a treaty without any."""
    record = Record.objects.filter(treaty=treaty).values_list("revision", flat=True).first()
    return record or 0


def document_of(
    treaty: Treaty, *, today: date, as_of: date | None = None, revision: int | None = None
) -> str:
    """Return the status document as canonical JSON; the same question has the same bytes for ever.

    What the job stored is returned as it stands where it is the answer; anything else is computed.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    stored = TreatyStatus.objects.filter(treaty=treaty).first()
    if (
        stored is not None
        and stored.as_of == (as_of or today)
        and stored.revision == latest_revision(treaty)
        and revision in {None, stored.revision}
    ):
        return stored.document
    return canonical(view_of(treaty, today=today, as_of=as_of, revision=revision))


def canonical(view: View) -> str:
    """Return the status document of a view as canonical JSON."""
    document = status_document(view.treaty.slug, view.as_of, view.revision, view.outcome)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def sentences_of(view: View) -> list[str]:
    """Return the view in sentences for people."""
    return sentences(view.outcome)
