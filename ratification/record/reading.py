"""From rows to the input of the rules: which entries hold at a revision, and the record that they make.

Every reader (ledger, status, selectors) goes through here, so that an entry is visible to all of them or to none.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ratification.models import Action, Record, Report, TreatyFact
from ratification.rules import facts
from ratification.rules.dates import Span
from ratification.rules.declared import Declared
from ratification.rules.evaluate import evaluate
from ratification.rules.outcome import Outcome
from states.models import Group, Participant
from treaty.clauses import ActionKind, Clause, Cooperation, definition_from_json
from treaty.models import Treaty


def latest_revision(treaty: Treaty) -> int:
    """Return the number of the last published entry; 0 for a treaty without any."""
    return Record.objects.filter(treaty=treaty).values_list("revision", flat=True).first() or 0


def entries_at(treaty: Treaty, revision: int) -> QuerySet[Action]:
    """Return the entries that hold at `revision`: published by then, not superseded by then, not retractions."""
    superseding = Action.objects.filter(supersedes=OuterRef("pk"), revision__lte=revision)
    return (
        Action.objects.filter(treaty=treaty, revision__lte=revision)
        .exclude(entry=Action.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .select_related("participant", "source")
        .order_by("revision")
    )


def entries_elsewhere(slugs: Iterable[str], kinds: Collection[ActionKind]) -> QuerySet[Action]:
    """Return the entries of some kinds under other treaties, from the latest record of each."""
    superseding = Action.objects.filter(supersedes=OuterRef("pk"), revision__isnull=False)
    return (
        Action.objects.filter(treaty__slug__in=slugs, revision__isnull=False, kind__in=kinds)
        .exclude(entry=Action.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .select_related("treaty")
        .order_by("treaty__adopted_on", "taken_earliest")
    )


def reports_at(treaty: Treaty, revision: int) -> QuerySet[Report]:
    """Return the reports that hold at `revision`, as `entries_at` does the treaty actions."""
    superseding = Report.objects.filter(supersedes=OuterRef("pk"), revision__lte=revision)
    return (
        Report.objects.filter(treaty=treaty, revision__lte=revision)
        .exclude(entry=Report.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .select_related("participant", "measure", "source")
        .order_by("revision")
    )


def treaty_facts_at(treaty: Treaty, revision: int) -> QuerySet[TreatyFact]:
    """Return the treaty facts that hold at `revision`, as `entries_at` does the treaty actions."""
    superseding = TreatyFact.objects.filter(supersedes=OuterRef("pk"), revision__lte=revision)
    return (
        TreatyFact.objects.filter(treaty=treaty, revision__lte=revision)
        .exclude(entry=TreatyFact.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .select_related("participant", "source")
        .order_by("revision")
    )


def clause_of(treaty: Treaty) -> Clause | None:
    """Return the treaty's final clauses, or None where they are not known."""
    return definition_from_json(treaty.definition).clause if treaty.definition else None


def cooperation_of(treaty: Treaty) -> Cooperation | None:
    """Return the articles on mutual legal assistance and extradition, or None where the treaty names none."""
    return definition_from_json(treaty.definition).cooperation if treaty.definition else None


@dataclass(frozen=True, slots=True)
class TreatyFacts:
    """What the treaty facts of a revision say: the day until which the list is known, and the declared days."""

    known_until: date | None
    declared: Declared


NO_TREATY_FACTS = TreatyFacts(None, Declared())


def read_treaty_facts(treaty: Treaty, revision: int) -> TreatyFacts:
    """Read the treaty facts that hold at `revision`. One query."""
    rows = treaty_facts_at(treaty, revision).order_by("taken_latest", "revision")
    return _treaty_facts(treaty, rows.values_list("kind", "participant__iso3", "taken_latest"))


def read_treaty_facts_elsewhere(treaties: Iterable[Treaty]) -> dict[str, TreatyFacts]:
    """Read the treaty facts of several treaties, by slug, from the latest record of each. One query."""
    found = {treaty.slug: treaty for treaty in treaties}
    superseding = TreatyFact.objects.filter(supersedes=OuterRef("pk"), revision__isnull=False)
    rows = (
        TreatyFact.objects.filter(treaty__slug__in=found, revision__isnull=False)
        .exclude(entry=TreatyFact.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .order_by("taken_latest", "revision")
        .values_list("treaty__slug", "kind", "participant__iso3", "taken_latest")
    )
    of_treaty: dict[str, list[tuple[str, str | None, date]]] = {slug: [] for slug in found}
    for slug, kind, iso3, day in rows:
        of_treaty[slug].append((kind, iso3, day))
    return {slug: _treaty_facts(treaty, of_treaty[slug]) for slug, treaty in found.items()}


def _treaty_facts(treaty: Treaty, rows: Iterable[tuple[str, str | None, date]]) -> TreatyFacts:
    """Gather kind, participant and day, in the order of the days: the latest day of a kind holds.

    A list whose day is not among them is known until the day that its definition gives, or is kept up to date.
    """
    days: dict[str, date] = {}
    for_participants: dict[str, date] = {}
    for kind, iso3, day in rows:
        if iso3:
            for_participants[iso3] = day
        else:
            days[kind] = day
    return TreatyFacts(
        known_until=days.get(TreatyFact.Kind.KNOWN_UNTIL, treaty.record_as_of),
        declared=Declared(
            entry_into_force=days.get(TreatyFact.Kind.ENTRY_INTO_FORCE),
            threshold_reached=days.get(TreatyFact.Kind.THRESHOLD_REACHED),
            entry_into_force_for=for_participants,
        ),
    )


def facts_of(treaty: Treaty, entries: Iterable[Action]) -> list[facts.Fact]:
    """Return the entries as facts. One query, beside that of the entries; none where none of them is a correction.

    Only a correction among those that hold can have taken the place of what others refer to.
    """
    held = list(entries)
    corrected = any(entry.entry == Action.Entry.CORRECTION for entry in held)
    roots = _roots_of(treaty) if corrected else {}
    return [_fact_of(entry, roots) for entry in held]


def change_of(entry: Action) -> tuple[facts.Fact | None, facts.Fact | None]:
    """Return what an entry that is not published yet takes out of the record, and what it puts in its place.

    A correction takes over the identity of what it corrects, so that what refers to that survives.
    """
    refers = entry.supersedes_id or entry.relates_to_id
    roots = _roots_of(entry.treaty) if refers else {}
    gone = _fact_of(entry.supersedes, roots) if entry.supersedes else None
    if entry.entry == Action.Entry.RETRACTION:
        return gone, None
    new = _fact_of(entry, roots)
    return gone, replace(new, id=gone.id) if gone else new


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody that a record may concern: participants by code, groups by slug, and who belongs to what."""

    participants: Mapping[str, Participant]
    groups: Mapping[str, Group]
    memberships: tuple[facts.MembershipFact, ...]

    def groups_of(self, iso3: str, day: date) -> list[Group]:
        """Return the groups that a participant belongs to on a day, by name."""
        slugs = {held.group for held in self.memberships if held.iso3 == iso3 and held.on(day)}
        return [group for slug, group in self.groups.items() if slug in slugs]


def read_directory() -> Directory:
    """Read all participants, and groups with their members. Two queries, whatever their number."""
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


def record_of(known: Iterable[facts.Fact], people: Directory) -> facts.FactRecord:
    """Return the record that the rules evaluate: the facts, and everybody they may concern."""
    return facts.FactRecord.of(
        known,
        [
            facts.ParticipantFact(
                participant.iso3, participant.kind, participant.valid_from, participant.valid_until
            )
            for participant in people.participants.values()
        ],
        people.memberships,
        {group.organization.iso3: slug for slug, group in people.groups.items() if group.organization},
    )


def record_for(clause: Clause | None, known: Iterable[facts.Fact]) -> facts.FactRecord:
    """Return the record that the rules evaluate, for callers that need no model instances.

    To the rules the same as what `record_of` makes of `everybody`, in two queries too, without what only pages show.
    """
    people = Participant.objects.order_by().values_list("iso3", "kind", "valid_from", "valid_until")
    return facts.FactRecord.of(known, [facts.ParticipantFact(*row) for row in people], *_members(clause))


_MEMBER = ("memberships__participant__iso3", "memberships__valid_from", "memberships__valid_until")
"""The columns of a member of a group."""


def _members(
    clause: Clause | None, acting: Collection[str] | None = None
) -> tuple[list[facts.MembershipFact], dict[str, str]]:
    """Read the members of the groups that the rules look at, and the group of each organization. One query.

    Those are the groups that the clause names, and those that belong to an organization: any, or one of those `acting`.
    """
    named = Q(slug__in=clause.entry_into_force.groups if clause else [])
    of_an_organization = Q(organization__isnull=False) if acting is None else Q(organization__iso3__in=acting)
    organizations: dict[str, str] = {}
    memberships = []
    groups = Group.objects.order_by().filter(named | of_an_organization)
    for organization, group, *member in groups.values_list("organization__iso3", "slug", *_MEMBER):
        if organization:
            organizations[organization] = group
        if member[0]:
            memberships.append(facts.MembershipFact(group, *member))
    return memberships, organizations


def _roots_of(treaty: Treaty) -> dict[int, int]:
    """Map each correction to the first entry of its chain, so that references survive it."""
    corrections = Action.objects.filter(treaty=treaty, revision__isnull=False, supersedes__isnull=False)
    roots: dict[int, int] = {}
    for pk, earlier in corrections.order_by("revision").values_list("pk", "supersedes"):
        if earlier is not None:
            roots[pk] = roots.get(earlier, earlier)
    return roots


def _fact_of(entry: Action, roots: dict[int, int]) -> facts.Fact:
    taken = entry.taken_earliest, entry.taken_latest
    effective = entry.effective_earliest, entry.effective_latest
    return _fact(
        (
            entry.pk,
            entry.participant.iso3,
            entry.kind,
            *taken,
            *effective,
            entry.relates_to_id,
            entry.provisions,
        ),
        roots,
    )


_FACT = (
    *("pk", "participant__iso3", "kind", "taken_earliest", "taken_latest"),
    *("effective_earliest", "effective_latest", "relates_to", "provisions"),
)
"""The columns of a fact."""
_PERSON = (
    *("participant__iso3", "participant__kind", "participant__valid_from", "participant__valid_until"),
)
"""The columns of who did it."""


def _fact(columns: tuple[Any, ...], roots: dict[int, int]) -> facts.Fact:
    pk, iso3, kind, earliest, latest, effective, effective_latest, target, articles = columns
    return facts.Fact(
        id=str(roots.get(pk, pk)),
        participant=iso3,
        kind=ActionKind(kind),
        taken=Span(earliest, latest),
        effective=Span(effective, effective_latest) if effective and effective_latest else None,
        target="" if target is None else str(roots.get(target, target)),
        articles=tuple(articles),
    )


def outcome_at(treaty: Treaty, as_of: date, revision: int) -> Outcome:
    """Apply the rules to the record at `revision` as of a day, for callers that need no model instances.

    The same as by way of `entries_at` and `everybody`, from what the rules look at alone: those who have acted, and the
    members of the groups that the clause names or that belong to an organization among them. Two queries; as in
    `facts_of` one more where something was corrected.
    """
    entries = entries_at(treaty, revision).filter(taken_earliest__lte=as_of)
    rows = list(entries.values_list("entry", *_PERSON, *_FACT))
    roots = _roots_of(treaty) if any(row[0] == Action.Entry.CORRECTION for row in rows) else {}
    said = read_treaty_facts(treaty, revision)
    if said.known_until and said.known_until < as_of:
        columns = Participant.objects.order_by().values_list("iso3", "kind", "valid_from", "valid_until")
        people = {row[0]: facts.ParticipantFact(*row) for row in columns}
    else:
        people = {row[1]: facts.ParticipantFact(*row[1:5]) for row in rows}
    clause = clause_of(treaty)
    acting = [iso3 for iso3, person in people.items() if person.kind in facts.ORGANIZATIONS]
    known = [_fact(row[5:], roots) for row in rows]
    record = facts.FactRecord.of(
        known, people.values(), *_members(clause, acting), parties=parties_of(clause, as_of)
    )
    return evaluate(
        clause,
        record,
        as_of,
        after_treaty=awaited_by(treaty, as_of),
        known_until=said.known_until,
        declared=said.declared,
    )


def outcome_of_facts(
    treaty: Treaty,
    known: Iterable[facts.Fact],
    as_of: date,
    people: Directory | None = None,
    *,
    said: TreatyFacts,
) -> Outcome:
    """Apply the rules to facts and treaty facts as of a day; whom they concern is read where they are not given.

    Where the treaty waits for another one (`after_treaty`), that one is evaluated too, from its latest revision: its
    entry into force is a fact about the world, not about this record.
    """
    clause = clause_of(treaty)
    record = record_of(known, people) if people else record_for(clause, known)
    record = replace(record, parties=parties_of(clause, as_of, people))
    return evaluate(
        clause,
        record,
        as_of,
        after_treaty=awaited_by(treaty, as_of, people),
        known_until=said.known_until,
        declared=said.declared,
    )


def parties_of(
    clause: Clause | None, as_of: date, people: Directory | None = None
) -> dict[str, facts.Parties]:
    """Return the parties to the treaties whose parties the clause counts, from the latest revision of each."""
    found: dict[str, facts.Parties] = {}
    slugs = clause.entry_into_force.treaties if clause else ()
    for other in Treaty.objects.filter(slug__in=slugs) if slugs else ():
        outcome, _ = _latest_outcome(other, as_of, people)
        found[other.slug] = {
            standing.participant: ((standing.in_force, standing.ended),)
            for standing in outcome.standings
            if standing.in_force
        }
    return found


def awaited_by(treaty: Treaty, as_of: date, people: Directory | None = None) -> Span | None:
    """Return the entry into force of the treaty that this one waits for; None where no such day follows."""
    clause = clause_of(treaty)
    if clause is None or not clause.entry_into_force.after_treaty:
        return None
    other = Treaty.objects.get(slug=clause.entry_into_force.after_treaty)
    outcome, said = _latest_outcome(other, as_of, people)
    declared = said.declared.entry_into_force
    return Span.day(declared) if declared and declared <= as_of else outcome.entry_into_force.on


def _latest_outcome(treaty: Treaty, as_of: date, people: Directory | None) -> tuple[Outcome, TreatyFacts]:
    """Apply the rules to the latest record of another treaty."""
    revision = latest_revision(treaty)
    said = read_treaty_facts(treaty, revision)
    known = facts_of(treaty, entries_at(treaty, revision))
    return outcome_of_facts(treaty, known, as_of, people, said=said), said
