"""Statements of a record with their entries: what each says, what became of it, and who objects."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ratification.models import Action
from ratification.record.selectors import Extract, View, outcome_at
from ratification.rules.consents import ENDS_CONSENT
from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.outcome import Outcome, StandingKind
from ratification.rules.statements import StatedProvision, Statement, Statements, statements_on
from ratification.rules.statements.kinds import STATEMENTS
from ratification.rules.statements.provisions import covers
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Requirement, Treaty, provision_name


@dataclass(frozen=True, slots=True)
class RecordedStatement:
    """A statement with its entry, and in order of time the entries of the acts that concern it.

    `target` is the statement that it answers or replaces; `revisions` has the revision of each act, by its id, and
    `territories` those that any statement names, by their codes.
    """

    entry: Action
    statement: Statement
    acts: tuple[Action, ...]
    objections: tuple[Action, ...]
    target: Action | None
    revisions: Mapping[str, int]
    territories: Mapping[str, Participant]

    @property
    def stands(self) -> bool:
        """Whether any of it stands."""
        return self.statement.stands

    def stands_for(self, article: int) -> bool:
        """Whether any of it stands that is about an article; of one about the treaty as a whole, whether it stands."""
        own = [each for each in self.statement.provisions if covers(str(article), each.name)]
        return any(each.state.stands for each in own or self.statement.provisions)

    @property
    def named(self) -> tuple[str, ...]:
        """The provisions that it names; those of what it answers where it names none itself."""
        own = self.statement.fact.articles
        return own or (tuple(self.target.provisions) if self.target else ())


@dataclass(frozen=True, slots=True)
class RecordedStatements:
    """The statements of a record on a day, by the key of the entry that holds.

    `concerned` has for the entry of each act the statement that it concerns, `idle` the entries of acts without effect.
    """

    by_entry: Mapping[int, RecordedStatement]
    concerned: Mapping[int, RecordedStatement]
    idle: frozenset[int]
    statements: Statements

    def of(self, iso3: str) -> list[RecordedStatement]:
        """Return the statements of a participant."""
        return [each for each in self.by_entry.values() if each.statement.fact.participant == iso3]

    def about(self, article: int) -> list[RecordedStatement]:
        """Return the statements about an article, those that stand first."""
        found = {each.fact.id for each in self.statements.about(article)}
        about = [each for each in self.by_entry.values() if each.statement.fact.id in found]
        return sorted(about, key=lambda each: not each.stands)


def statements_of(extract: Extract) -> RecordedStatements:
    """Return the statements of an extract."""
    return recorded(extract.entries, extract.facts, extract.as_of, _ended(extract))


def _ended(extract: Extract) -> Mapping[str, Span]:
    """Return the consents that ended with their days. An extract is evaluated for them where one can have ended."""
    if isinstance(extract, View):
        return extract.outcome.ended
    treaty, day = extract.treaty, extract.as_of
    makers = {entry.participant_id for entry in extract.entries if entry.kind in STATEMENTS}
    own = [entry for entry in extract.entries if entry.participant_id in makers]
    ends = {*ENDS_CONSENT, ActionKind.PROVISIONAL_APPLICATION}
    if not any(entry.kind in ends or entry.participant.valid_until for entry in own):
        return {}
    return outcome_at(treaty, day, extract.revision).ended


def recorded(
    entries: Sequence[Action], facts: Sequence[Fact], as_of: date, ended: Mapping[str, Span]
) -> RecordedStatements:
    """Join the statements that follow from facts with the entries that the facts were made of, in the same order.

    `ended` are the consents with which statements end. One query where a statement names territories.
    """
    entry_of = {fact.id: entry for entry, fact in zip(entries, facts, strict=True)}
    revisions = {key: entry.revision or 0 for key, entry in entry_of.items()}
    codes = {code for fact in facts for code in fact.territories}
    named = Participant.objects.filter(iso3__in=codes) if codes else ()
    territories = {each.iso3: each for each in named}
    read = statements_on(facts, as_of, ended)
    by_entry: dict[int, RecordedStatement] = {}
    concerned: dict[int, RecordedStatement] = {}
    for key, statement in read.by_id.items():
        entry = entry_of[key]
        acts = tuple(entry_of[act.id] for act in statement.acts)
        by_entry[entry.pk] = one = RecordedStatement(
            entry=entry,
            statement=statement,
            acts=acts,
            objections=tuple(entry_of[act.id] for act in statement.objections),
            target=entry_of.get(statement.fact.target),
            revisions=revisions,
            territories=territories,
        )
        concerned |= {act.pk: one for act in acts}
    return RecordedStatements(
        by_entry, concerned, frozenset(entry_of[fact.id].pk for fact in read.idle), read
    )


def permitting(treaties: Iterable[Treaty]) -> dict[str, list[str]]:
    """Return by slug the provisions that themselves permit a reservation to another one, as `63(3)`. One query."""
    found: dict[str, list[str]] = {treaty.slug: [] for treaty in treaties}
    rows = Requirement.objects.filter(
        treaty__slug__in=found,
        kind__in=("reservation_permitted", "optional_element", "exclusion_permitted"),
        article__isnull=False,
    )
    for slug, article, paragraph in rows.values_list("treaty__slug", "article__number", "paragraph"):
        found[slug].append(provision_name(article, paragraph))
    return found


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """Filters of a list of statements, on the page and in the API alike; an empty one selects everything."""

    article: int | None = None
    kinds: Collection[str] = ()
    states: Collection[str] = ()
    participants: Collection[str] | None = None
    in_force: bool | None = None

    def selects(self, each: RecordedStatement, parties: Collection[str]) -> bool:
        """Return whether a statement is asked for; `parties` are those for which the treaty is certainly in force."""
        maker = each.entry.participant.iso3
        return (
            (not self.kinds or each.entry.kind in self.kinds)
            and (self.participants is None or maker in self.participants)
            and (self.in_force is None or (maker in parties) == self.in_force)
            and (self.article is None or any(covers(str(self.article), name) for name in each.named))
            and (not self.states or any(self._has_state(provision) for provision in self._about(each)))
        )

    def _about(self, each: RecordedStatement) -> Iterable[StatedProvision]:
        """Return the provisions that the question is about."""
        provisions = each.statement.provisions
        if self.article is None:
            return provisions
        found = [one for one in provisions if covers(str(self.article), one.name)]
        return found or provisions

    def _has_state(self, provision: StatedProvision) -> bool:
        return provision.state in self.states or (OBJECTED in self.states and bool(provision.objections))


OBJECTED = "objected_to"
"""State beside those of a provision: whatever else it is, an objection stands against it."""


def parties_of(outcome: Outcome) -> frozenset[str]:
    """Return the participants for which the treaty is certainly in force."""
    return frozenset(each.participant for each in outcome.standings if each.kind is StandingKind.PARTY)
