"""Every read. Both clocks are arguments: `as_of`, the legal date, and `revision`, the state of the record."""

from dataclasses import dataclass
from datetime import date

import orjson

from ratification.models import Action, TreatyStatus
from ratification.record import reading
from ratification.record.reading import Directory
from ratification.rules.document import status_document
from ratification.rules.facts import Fact
from ratification.rules.outcome import Outcome
from states.models import Participant
from treaty.models import Treaty

CAN_JOIN = frozenset(
    {
        Participant.Kind.MEMBER_STATE,
        Participant.Kind.OBSERVER_STATE,
        Participant.Kind.OTHER_STATE,
        Participant.Kind.REIO,
    }
)
"""Kinds of participants that become party to treaties in their own name. Others are counted where they have acted."""


class NotInRecordError(LookupError):
    """A question about a state of the record that does not exist; the message says which do."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What the record of a treaty said at `revision`.

    `recorded` are all entries that hold then; `entries` those about what had happened, or may have, by `as_of`.
    """

    treaty: Treaty
    as_of: date
    revision: int
    latest: int
    recorded: tuple[Action, ...]
    entries: tuple[Action, ...]

    @property
    def is_past(self) -> bool:
        """Whether the record has moved on since this revision."""
        return self.revision < self.latest


@dataclass(frozen=True, slots=True)
class View(Extract):
    """A treaty as it stood on `as_of`, as far as the record said at `revision`; `facts` are its entries as such."""

    facts: tuple[Fact, ...]
    outcome: Outcome
    everybody: Directory


def extract_of(
    treaty: Treaty,
    *,
    today: date,
    as_of: date | None = None,
    revision: int | None = None,
    latest: int | None = None,
) -> Extract:
    """Return what the record said, without what follows from it. Two queries.

    Args:
        treaty: the treaty.
        today: the present day (UTC), read by the caller; the default for `as_of`.
        as_of: the legal date asked about; what happened later is left out.
        revision: the state of the record asked about; None is the latest.
        latest: the last revision, where the caller has read it already.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    latest = reading.latest_revision(treaty) if latest is None else latest
    revision = latest if revision is None else revision
    _check_revision(treaty, revision, latest)
    day = as_of or today
    recorded = tuple(reading.entries_at(treaty, revision))
    known = tuple(entry for entry in recorded if entry.taken_earliest <= day)
    return Extract(treaty, day, revision, latest, recorded, known)


def view_of(
    treaty: Treaty,
    *,
    today: date,
    as_of: date | None = None,
    revision: int | None = None,
    latest: int | None = None,
    people: Directory | None = None,
) -> View:
    """Return where a treaty stood: the extract and what follows from it; the arguments are those of `extract_of`.

    `people` are read where the caller has not done it already.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    said = extract_of(treaty, today=today, as_of=as_of, revision=revision, latest=latest)
    people = people or reading.read_directory()
    facts = tuple(reading.facts_of(treaty, said.entries))
    outcome = reading.outcome_of_facts(
        treaty, facts, said.as_of, people, said=reading.read_treaty_facts(treaty, said.revision)
    )
    return View(
        treaty, said.as_of, said.revision, said.latest, said.recorded, said.entries, facts, outcome, people
    )


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
        and stored.revision == reading.latest_revision(treaty)
        and revision in {None, stored.revision}
    ):
        return stored.document
    latest = reading.latest_revision(treaty)
    revision = latest if revision is None else revision
    _check_revision(treaty, revision, latest)
    day = as_of or today
    return document_from(treaty, day, revision, reading.outcome_at(treaty, day, revision))


def canonical(view: View) -> str:
    """Return the status document of a view as canonical JSON."""
    return document_from(view.treaty, view.as_of, view.revision, view.outcome)


def document_from(treaty: Treaty, as_of: date, revision: int, outcome: Outcome) -> str:
    """Return the status document of an outcome as canonical JSON."""
    return orjson.dumps(status_document(treaty.slug, as_of, revision, outcome)).decode()


def _check_revision(treaty: Treaty, revision: int, latest: int) -> None:
    if not 0 <= revision <= latest:
        raise NotInRecordError(
            f"The record of {treaty.slug} has the revisions 0 to {latest}, not {revision}."
        )
