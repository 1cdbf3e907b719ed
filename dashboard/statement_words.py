"""Words and links for statements on pages: the states of the provisions, the entry with what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.punctuation import comma
from ratification.models import Action
from ratification.record.statements import RecordedStatement, RecordedStatements
from ratification.rules.dates import Span
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.provisions import article_of, words_of
from ratification.status.day_text import translated
from states.naming import name_of


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
class ConcernedAct:
    """An act that concerns a statement: what it names, and `over`, the state of one that stands no longer itself."""

    entry: Action
    about: str
    is_statement: bool
    over: str


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a timeline: with what became of it, where it is a statement; with the statement that it concerns.

    `history` are the acts that concern it, in order of time.
    """

    entry: Action
    provisions: list[Provision]
    recorded: RecordedStatement | None = None
    concerns: RecordedStatement | None = None
    idle: bool = False
    history: tuple[ConcernedAct, ...] = ()

    @property
    def territories(self) -> list[str]:
        """The names of the territories that it is about."""
        said = self.recorded or self.concerns
        return _names(self.entry.territories, said) if said else self.entry.territories

    @property
    def about(self) -> Action | None:
        """The entry that it answers where that is no statement: an accession, say."""
        target = self.recorded.target if self.recorded else None
        return target if target and not self.concerns else None

    @property
    def lines(self) -> list[StateLine]:
        """The states of its provisions."""
        return state_lines(self.recorded) if self.recorded else []


def act_of(entry: Action, recorded: RecordedStatements) -> Act:
    """Return an entry with its provisions, ready to be linked, and what the record says of it as a statement."""
    stated = recorded.by_entry.get(entry.pk)
    return Act(
        entry,
        [Provision(text, article_of(text)) for text in entry.provisions],
        stated,
        recorded.concerned.get(entry.pk),
        entry.pk in recorded.idle,
        tuple(_concerned(act, stated, recorded) for act in stated.acts) if stated else (),
    )


def _concerned(act: Action, stated: RecordedStatement, recorded: RecordedStatements) -> ConcernedAct:
    own = recorded.by_entry.get(act.pk)
    named = translated(words_of(act.provisions))
    about = named if act.provisions else comma().join(_names(act.territories, stated))
    over = translated(own.statement.state.label) if own and not own.stands else ""
    return ConcernedAct(act, about, own is not None, over)


def state_lines(recorded: RecordedStatement) -> list[StateLine]:
    """Return the states of a statement's provisions, equal ones joined; without words where one line says all."""
    found: dict[tuple[ProvisionState, Span | None, bool, tuple[str, ...]], list[str]] = {}
    for provision in recorded.statement.provisions:
        own = provision.by.id == recorded.statement.fact.id and provision.ended is None
        since = None if own else provision.since
        found.setdefault((provision.state, since, provision.certain, provision.parts), []).append(
            provision.name
        )
    alone = len(found) == 1
    return [
        StateLine(
            state,
            "" if alone else _in_words(names, recorded),
            since,
            certain,
            _in_words(parts, recorded) if parts else "",
        )
        for (state, since, certain, parts), names in found.items()
    ]


def _in_words(provisions: Iterable[str], recorded: RecordedStatement) -> str:
    """Return provisions as words, or the names of territories."""
    if not recorded.entry.territories:
        return translated(words_of(provisions))
    return comma().join(_names(provisions, recorded))


def _names(codes: Iterable[str], recorded: RecordedStatement) -> list[str]:
    """Return the names of territories."""
    known = recorded.territories
    return [name_of(known[code]) if code in known else code for code in codes]
