"""Selectors: every read of the record, with both clocks as arguments.

They are `as_of`, the legal date, and `revision`, the state of the record.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

import orjson
from django.utils.translation import gettext

from ratification.models import Action, TreatyStatus
from ratification.record import kept
from ratification.record.entries import latest_revision
from ratification.record.evaluation import Directory, clause_of, outcome_of_facts, read_directory
from ratification.record.heads import within_publication
from ratification.rules.coverage import NEVER_JOIN
from ratification.rules.document import Json, status_document
from ratification.rules.evaluate import has_endings
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from ratification.rules.outcome import Outcome
from ratification.rules.results import ActResult, results_of
from states.models import Participant
from treaty.models import Treaty

CAN_JOIN = frozenset(Participant.Kind) - NEVER_JOIN - {Participant.Kind.ORGANIZATION}
"""Kinds of participants that become party to treaties in their own name. Others are counted where they have acted."""


class NotInRecordError(LookupError):
    """Raised for a revision that the record does not have; the message names those that it has."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The entries of a treaty's record at `revision`.

    `recorded` are all that hold then, `entries` those of them whose day is, or may be, `as_of` or earlier;
    `recorded_facts` and `facts` are what they are to the rules.
    """

    treaty: Treaty
    as_of: date
    revision: int
    latest: int
    recorded: tuple[Action, ...]
    recorded_facts: tuple[Fact, ...]
    entries: tuple[Action, ...]
    facts: tuple[Fact, ...]

    @property
    def is_past(self) -> bool:
        """Whether the record has moved on since this revision."""
        return self.revision < self.latest


@dataclass(frozen=True, slots=True)
class View(Extract):
    """An extract with what follows from it: `outcome` is what the rules give."""

    outcome: Outcome
    directory: Directory


def extract_of(
    treaty: Treaty,
    *,
    today: date,
    as_of: date | None = None,
    revision: int | None = None,
    latest: int | None = None,
) -> Extract:
    """Return the entries of a record, without applying the rules.

    Args:
        treaty: the treaty.
        today: the depositary's present day, read by the caller; the default for `as_of`.
        as_of: the legal date asked about; what happened later is left out.
        revision: the state of the record asked about; None is the latest.
        latest: the last revision, where the caller has read it already.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    latest = latest_revision(treaty) if latest is None else latest
    revision = latest if revision is None else revision
    _check_revision(treaty, revision, latest)
    day = as_of or today
    recorded = kept.entries_of(treaty, revision)
    return Extract(
        treaty=treaty,
        as_of=day,
        revision=revision,
        latest=latest,
        recorded=recorded.entries,
        recorded_facts=recorded.facts,
        entries=tuple(entry for entry in recorded.entries if entry.taken_earliest <= day),
        facts=tuple(fact for fact in recorded.facts if fact.taken.earliest <= day),
    )


def view_of(
    treaty: Treaty,
    *,
    today: date,
    as_of: date | None = None,
    revision: int | None = None,
    latest: int | None = None,
    directory: Directory | None = None,
) -> View:
    """Return an extract and its outcome; the arguments are those of `extract_of`.

    `directory` is read where the caller has not done it already.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    extract = extract_of(treaty, today=today, as_of=as_of, revision=revision, latest=latest)
    directory = directory or kept.directory_for(treaty, extract.revision)
    if {fact.participant for fact in extract.recorded_facts} - directory.participants.keys():
        directory = read_directory()  # somebody has been added since what is kept was read
    treaty_facts = kept.treaty_facts_of_revision(treaty, extract.revision)
    evaluate = partial(
        outcome_of_facts, treaty, extract.facts, extract.as_of, directory, treaty_facts=treaty_facts
    )
    outcome = kept.outcome_of(treaty, extract.revision, extract.as_of, evaluate)
    return View(
        treaty=treaty,
        as_of=extract.as_of,
        revision=extract.revision,
        latest=extract.latest,
        recorded=extract.recorded,
        recorded_facts=extract.recorded_facts,
        entries=extract.entries,
        facts=extract.facts,
        outcome=outcome,
        directory=directory,
    )


def outcome_at(treaty: Treaty, as_of: date, revision: int) -> Outcome:
    """Apply the rules to the record at `revision` as of a day, for callers that need no entries."""

    def evaluate() -> Outcome:
        treaty_facts = kept.treaty_facts_of_revision(treaty, revision)
        # A day that is declared for a participant may belong to a consent that came after `as_of`.
        late = bool(treaty_facts.declared.entry_into_force_for)
        known = [fact for fact in kept.facts_at(treaty, revision) if late or fact.taken.earliest <= as_of]
        directory = kept.directory_for(treaty, revision)
        return outcome_of_facts(treaty, known, as_of, directory, treaty_facts=treaty_facts)

    return kept.outcome_of(treaty, revision, as_of, evaluate)


def results_at(treaty: Treaty, as_of: date, revision: int) -> dict[int, ActResult]:
    """Return the result of each act by its revision, in which also the acts that gave it are named by revision.

    No query where the entries are kept, else one or two; a few more where a consent can have ended.
    """
    recorded = kept.entries_of(treaty, revision)
    clause, known, revisions = clause_of(treaty), [], {}
    people: dict[str, ParticipantFact] = {}
    for entry, fact in zip(recorded.entries, recorded.facts, strict=True):
        if entry.taken_earliest <= as_of:
            known.append(fact)
            revisions[fact.id] = entry.revision or 0
            person = entry.participant
            people[person.iso3] = ParticipantFact(
                person.iso3, person.kind, person.valid_from, person.valid_until
            )
    record = FactRecord.of(known, people.values())
    outcome = None
    if has_endings(record, clause):
        treaty_facts = kept.treaty_facts_of_revision(treaty, revision)
        outcome = outcome_of_facts(treaty, known, as_of, treaty_facts=treaty_facts)
    found = results_of(record, clause, as_of, outcome.ended if outcome else {})
    return {
        revisions[key]: ActResult(result.state, tuple(str(revisions[by]) for by in result.by))
        for key, result in found.items()
    }


def document_of(
    treaty: Treaty, *, today: date, as_of: date | None = None, revision: int | None = None
) -> str:
    """Return the status document as canonical JSON: for one record, day and revision always the same bytes.

    The stored document is returned where it is the one asked for; any other is computed.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    stored, latest = TreatyStatus.objects.filter(treaty=treaty).first(), latest_revision(treaty)
    if (
        stored is not None
        and stored.as_of == (as_of or today)
        and stored.revision == latest
        and revision in {None, stored.revision}
    ):
        return stored.document
    revision = latest if revision is None else revision
    _check_revision(treaty, revision, latest)
    day = as_of or today
    return _text(_document(treaty, day, revision, outcome_at(treaty, day, revision)))


def canonical(view: View) -> str:
    """Return the status document of a view as canonical JSON."""
    return _text(_document(view.treaty, view.as_of, view.revision, view.outcome))


def _document(treaty: Treaty, as_of: date, revision: int, outcome: Outcome) -> Json:
    return status_document(treaty.slug, as_of, revision, outcome, timezone=treaty.depositary_timezone)


def _text(document: Json) -> str:
    return orjson.dumps(document).decode()


def _check_revision(treaty: Treaty, revision: int, latest: int) -> None:
    if not 0 <= revision <= latest:
        raise NotInRecordError(
            gettext("The record of %(treaty)s has the revisions 0 to %(latest)s, not %(revision)s.")
            % {"treaty": treaty.slug, "latest": latest, "revision": revision}
        )
    if revision < latest and (sentence := within_publication(treaty, revision)):
        raise NotInRecordError(sentence)
