"""Words and links for statements on pages: the states of the provisions, the entry with what became of it."""

from dataclasses import dataclass

from ratification.models import Action
from ratification.record.statements import RecordedStatement, RecordedStatements
from ratification.rules.dates import Span
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.provisions import article_of, words_of
from ratification.status.day_text import translated


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision that a statement is about, and the article to link to."""

    text: str
    article: int | None


@dataclass(frozen=True, slots=True)
class StateLine:
    """Provisions of a statement that share a state: `withdrawn`, `articles 14 and 15`, since a day.

    `parts` are the words for what has been withdrawn of them.
    """

    state: ProvisionState
    provisions: str
    since: Span | None
    certain: bool
    parts: str


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a timeline: with what became of it, where it is a statement; with the statement that it concerns."""

    entry: Action
    provisions: list[Provision]
    recorded: RecordedStatement | None = None
    concerns: RecordedStatement | None = None
    idle: bool = False

    @property
    def lines(self) -> list[StateLine]:
        """The states of its provisions."""
        return state_lines(self.recorded) if self.recorded else []


def act_of(entry: Action, recorded: RecordedStatements) -> Act:
    """Return an entry with its provisions, ready to be linked, and what the record says of it as a statement."""
    return Act(
        entry,
        [Provision(text, article_of(text)) for text in entry.provisions],
        recorded.by_entry.get(entry.pk),
        recorded.concerned.get(entry.pk),
        entry.pk in recorded.idle,
    )


def state_lines(recorded: RecordedStatement) -> list[StateLine]:
    """Return the states of a statement's provisions, equal ones joined; without words where one line says all."""
    found: dict[tuple[ProvisionState, str, bool, tuple[str, ...]], list[str]] = {}
    days: dict[str, Span] = {}
    for provision in recorded.statement.provisions:
        act = provision.by
        days[act.id] = act.taken
        key = (provision.state, act.id, provision.certain, provision.parts)
        found.setdefault(key, []).append(provision.name)
    alone = len(found) == 1
    return [
        StateLine(
            state,
            "" if alone else translated(words_of(names)),
            None if by == recorded.statement.fact.id else days[by],
            certain,
            translated(words_of(parts)) if parts else "",
        )
        for (state, by, certain, parts), names in found.items()
    ]
