"""Evaluation of a record: its final clauses, its facts, the participants they may concern, and what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

import orjson
from django.db.models import Q

from ratification.record import reach
from ratification.record.entries import (
    TreatyFacts,
    latest_revision,
    read_facts,
    read_treaty_facts,
)
from ratification.rules import facts
from ratification.rules.dates import Span, later_of
from ratification.rules.evaluate import evaluate
from ratification.rules.outcome import Outcome
from states.models import Group, Participant
from treaty.clauses import Clause, Cooperation, Definition, TextAddress, definition_from_json
from treaty.models import Treaty


@lru_cache(maxsize=512)
def _definition(text: bytes) -> Definition:
    """Parse a stored definition, once for each text: nearly every response needs it."""
    return definition_from_json(orjson.loads(text))


def definition_of(treaty: Treaty) -> Definition | None:
    """Return the treaty's definition, or None where it is not known."""
    return _definition(definition_text(treaty)) if treaty.definition else None


def definition_text(treaty: Treaty) -> bytes:
    """Return the stored definition as JSON, the same for the same definition."""
    return orjson.dumps(treaty.definition)


def clause_of(treaty: Treaty) -> Clause | None:
    """Return the treaty's final clauses, or None where they are not known."""
    definition = definition_of(treaty)
    return definition.clause if definition else None


def texts_of(treaty: Treaty) -> tuple[TextAddress, ...]:
    """Return the addresses at which the treaty's texts stand; none where its definition gives none."""
    definition = definition_of(treaty)
    return definition.texts if definition else ()


def cooperation_of(treaty: Treaty) -> Cooperation | None:
    """Return the articles on mutual legal assistance and extradition, or None where the treaty names none."""
    definition = definition_of(treaty)
    return definition.cooperation if definition else None


@dataclass(frozen=True, eq=False)
class Directory:
    """Participants by code, groups by slug, and their members: all that a record may concern.

    As a key it is itself alone: what was made from it is kept while it is.
    """

    participants: Mapping[str, Participant]
    groups: Mapping[str, Group]
    memberships: tuple[facts.MembershipFact, ...]

    @cached_property
    def record(self) -> facts.FactRecord:
        """A record of these participants and groups, in which nothing has happened."""
        people = [
            facts.ParticipantFact(person.iso3, person.kind, person.valid_from, person.valid_until)
            for person in self.participants.values()
        ]
        organizations = {
            group.organization.iso3: slug for slug, group in self.groups.items() if group.organization
        }
        return facts.FactRecord.of((), people, self.memberships, organizations)

    def groups_of(self, iso3: str, day: date) -> list[Group]:
        """Return the groups that a participant belongs to on a day, by name."""
        slugs = {held.group for held in self.memberships if held.iso3 == iso3 and held.on(day)}
        return [group for slug, group in self.groups.items() if slug in slugs]

    def members_of(self, group: str, day: date) -> frozenset[str]:
        """Return the codes of the participants that belong to a group on a day."""
        return frozenset(held.iso3 for held in self.memberships if held.group == group and held.on(day))


def read_directory() -> Directory:
    """Read all participants, and groups with their members, in two queries."""
    people = {participant.pk: participant for participant in Participant.objects.all()}
    columns = [field.attname for field in Group._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    groups: dict[str, Group] = {}
    memberships = []
    for row in Group.objects.order_by("name", "slug").values_list("slug", *columns, *_MEMBER):
        slug, (iso3, valid_from, valid_until) = row[0], row[-len(_MEMBER) :]
        if slug not in groups:
            groups[slug] = Group.from_db(None, columns, row[1 : -len(_MEMBER)])
            groups[slug].organization = people.get(groups[slug].organization_id or 0)
        if iso3 is not None:
            memberships.append(facts.MembershipFact(slug, iso3, valid_from, valid_until))
    return Directory({person.iso3: person for person in people.values()}, groups, tuple(memberships))


def record_of(known: Iterable[facts.Fact], directory: Directory) -> facts.FactRecord:
    """Return the record that the rules evaluate: the facts, and the participants they may concern."""
    return replace(directory.record, facts=facts.FactRecord.of(known).facts)


def record_for(clause: Clause | None, known: Iterable[facts.Fact]) -> facts.FactRecord:
    """Return the record that the rules evaluate, for callers that need no model instances.

    To the rules it equals what `record_of` makes of a whole directory. Two queries.
    """
    people = Participant.objects.order_by().values_list("iso3", "kind", "valid_from", "valid_until")
    return facts.FactRecord.of(known, [facts.ParticipantFact(*row) for row in people], *_members(clause))


_MEMBER = ("memberships__participant__iso3", "memberships__valid_from", "memberships__valid_until")
"""The columns of a member of a group."""


def _members(clause: Clause | None) -> tuple[list[facts.MembershipFact], dict[str, str]]:
    """Read the members of the groups that the rules look at, and the group of each organization. One query.

    Those are the groups that the clause names, and those that belong to an organization.
    """
    named = Q(slug__in=clause.entry_into_force.groups if clause else [])
    of_an_organization = Q(organization__isnull=False)
    organizations: dict[str, str] = {}
    memberships = []
    groups = Group.objects.order_by().filter(named | of_an_organization)
    for organization, group, *member in groups.values_list("organization__iso3", "slug", *_MEMBER):
        if organization:
            organizations[organization] = group
        if member[0]:
            memberships.append(facts.MembershipFact(group, *member))
    return memberships, organizations


def outcome_of_facts(
    treaty: Treaty,
    known: Iterable[facts.Fact],
    as_of: date,
    directory: Directory | None = None,
    *,
    treaty_facts: TreatyFacts,
) -> Outcome:
    """Apply the rules to facts and treaty facts as of a day; the directory is read where it is not given.

    Where the treaty waits for another one (`after_treaty`), that one is evaluated too, from its latest revision: its
    entry into force is a fact about the world, not about this record.
    """
    clause = clause_of(treaty)
    record = record_of(known, directory) if directory else record_for(clause, known)
    return evaluate(
        clause,
        with_elsewhere(record, treaty, clause, as_of, directory, events=treaty_facts.events),
        as_of,
        known_until=treaty_facts.known_until,
        declared=treaty_facts.declared,
    )


def looks_elsewhere(clause: Clause | None) -> bool:
    """Whether the outcome depends on the records of other treaties."""
    return clause is not None and bool(
        clause.entry_into_force.treaties or clause.entry_into_force.after_treaties
    )


def with_elsewhere(
    record: facts.FactRecord,
    treaty: Treaty,
    clause: Clause | None,
    as_of: date,
    directory: Directory | None = None,
    *,
    events: Mapping[str, Span] | None = None,
) -> facts.FactRecord:
    """Return the record with what the clause looks up elsewhere.

    That is who is bound by other treaties, when those enter into force, and events that are treaty facts. No query
    where the clause asks for nothing of the kind.

    Args:
        record: what the participants of the treaty did.
        treaty: the treaty.
        clause: its final clauses.
        as_of: the day asked about.
        directory: participants and groups, where they are at hand.
        events: the events of the revision asked about; those of the latest where they are not given.

    """
    if clause is None:
        return record
    if events is None and clause.awaited_events:
        events = read_treaty_facts(treaty, latest_revision(treaty)).events
    return replace(
        record,
        parties=parties_of(clause, as_of, directory),
        events=events or {},
        awaited=awaited_by(clause, as_of, directory),
    )


def parties_of(
    clause: Clause | None, as_of: date, directory: Directory | None = None
) -> dict[str, facts.Parties]:
    """Return the parties to the treaties whose parties the clause counts, from the latest revision of each."""
    found: dict[str, facts.Parties] = {}
    slugs = clause.entry_into_force.treaties if clause else ()
    for other in Treaty.objects.filter(slug__in=slugs) if slugs else ():
        outcome, _ = _latest_outcome(other, as_of, directory)
        found[other.slug] = {
            standing.participant: ((standing.in_force, standing.ended),)
            for standing in outcome.standings
            if standing.in_force
        }
    return found


def awaited_by(clause: Clause | None, as_of: date, directory: Directory | None = None) -> Span | None:
    """Return the entry into force of the last of the treaties that a clause waits for; None where no day follows."""
    last: Span | None = None
    for slug in clause.entry_into_force.after_treaties if clause else ():
        outcome, treaty_facts = _latest_outcome(Treaty.objects.get(slug=slug), as_of, directory)
        declared = treaty_facts.declared.entry_into_force
        day = Span.day(declared) if declared and declared <= as_of else outcome.entry_into_force.on
        if day is None:
            return None
        last = later_of(last, day) if last else day
    return last


def _latest_outcome(treaty: Treaty, as_of: date, directory: Directory | None) -> tuple[Outcome, TreatyFacts]:
    """Apply the rules to the latest record of another treaty."""
    reach.note_others([treaty.slug])
    revision = latest_revision(treaty)
    treaty_facts = read_treaty_facts(treaty, revision)
    known = read_facts(treaty, revision)
    return outcome_of_facts(treaty, known, as_of, directory, treaty_facts=treaty_facts), treaty_facts
