"""Statements of a record with their entries: what each says, what became of it, and who objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ratification.models import Action
from ratification.record.entries import facts_of
from ratification.record.selectors import Extract, View
from ratification.rules.facts import Fact
from ratification.rules.statements import Statement, Statements, statements_on
from treaty.models import Requirement, Treaty


@dataclass(frozen=True, slots=True)
class RecordedStatement:
    """A statement with its entry, and in order of time the entries of the acts that concern it.

    `target` is the statement that it answers or replaces.
    """

    entry: Action
    statement: Statement
    acts: tuple[Action, ...]
    objections: tuple[Action, ...]
    target: Action | None

    @property
    def stands(self) -> bool:
        """Whether any of it stands."""
        return self.statement.stands


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
    """Return the statements of an extract. No query for a view; else one where an entry is a correction."""
    facts = extract.facts if isinstance(extract, View) else facts_of(extract.treaty, extract.entries)
    return recorded(extract.entries, facts, extract.as_of)


def recorded(entries: Sequence[Action], facts: Sequence[Fact], as_of: date) -> RecordedStatements:
    """Join the statements that follow from facts with the entries that the facts were made of, in the same order."""
    entry_of = {fact.id: entry for entry, fact in zip(entries, facts, strict=True)}
    read = statements_on(facts, as_of)
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
        found[slug].append(f"{article}({paragraph})" if paragraph.isdecimal() else f"{article}{paragraph}")
    return found
