"""Effects of reservations and objections between two parties (VCLT 20(4)(b), 21).

A reservation modifies the treaty between its maker and each other party, in both directions. An objection keeps the
provisions out of their relations as far as the reservation goes, or, where it says so, the treaty altogether.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from common.messages import in_a_row, message, plural_message
from ratification.rules.dates import Span, earlier_of, later_of
from ratification.rules.facts import Fact
from ratification.rules.statements.permission import prohibited
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.provisions import covers, words_of
from ratification.rules.statements.states import StatedObjection, StatedProvision, Statement, Statements
from treaty.clauses import ActionKind, ReservationRule


class EffectKind(StrEnum):
    """Effect of a reservation on its provisions between two parties."""

    EXCLUDED = "excluded"
    MODIFIED = "modified"
    RESERVED = "reserved"
    OBJECTED = "objected"
    PRECLUDED = "precluded"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a reservation between its maker and another participant, on some of its provisions.

    `parts` are the parts of the provisions that are left out: the reservation has been withdrawn from them, so that
    they apply, or an objection names them, which is an effect of its own.
    `objection` is the other's objection, where there is one, and `late` says that it came when the reservation counted
    as accepted by its maker; `certain` is False where an open date leaves the effect open.
    """

    kind: EffectKind
    statement: Statement
    other: str
    provisions: tuple[str, ...]
    certain: bool
    objection: Fact | None = None
    parts: tuple[str, ...] = ()
    late: bool = False

    @property
    def maker(self) -> str:
        """The code of the participant that made the reservation."""
        return self.statement.fact.participant


def effects_between(
    statements: Statements, one: str, other: str, rule: ReservationRule | None = None
) -> tuple[Effect, ...]:
    """Return what the reservations of two parties do between them, those of `one` first.

    Where an objection precludes entry into force between the two, nothing else has an effect. Where the `rule` of the
    treaty prohibits a reservation, it has none, and an objection to it only where it precludes that.

    Whether the treaty is in force for both is for the caller to say: without that there is nothing to modify.
    """
    found = tuple(
        effect
        for maker, reader in ((one, other), (other, one))
        for statement in statements.of(maker)
        if statement.fact.kind == ActionKind.RESERVATION
        for effect in _effects_of(statement, reader, rule)
    )
    return tuple(each for each in found if each.kind == EffectKind.PRECLUDED and each.certain) or found


def precluded_pairs(statements: Statements) -> Mapping[frozenset[str], bool]:
    """Return the pairs between which an objection precludes entry into force, each with whether that is certain."""
    found: dict[frozenset[str], bool] = {}
    for maker, provision, answer in _precluding(statements):
        if answer.may_count and provision.may_have_effect:
            pair = frozenset({maker, answer.objection.participant})
            certain = bool(answer.stands) and provision.certain
            found[pair] = found.get(pair, False) or certain
    return found


def resumed_between(statements: Statements, one: str, other: str) -> Span | None:
    """Return the day on which the last objection that precluded entry into force, or what it answers, was withdrawn.

    None where nothing had precluded it (VCLT 22(3)).
    """
    ends = (
        earlier_of(answer.over, provision.since if provision.state == ProvisionState.WITHDRAWN else None)
        for maker, provision, answer in _precluding(statements)
        if {maker, answer.objection.participant} == {one, other} and provision.made_good and not answer.late
    )
    known = [day for day in ends if day]
    return reduce(later_of, known) if known else None


def _precluding(statements: Statements) -> Iterator[tuple[str, StatedProvision, StatedObjection]]:
    """Yield the objections that say that they preclude entry into force, with what they answer and its maker."""
    return (
        (statement.fact.participant, provision, answer)
        for statement in statements.by_id.values()
        if statement.fact.kind == ActionKind.RESERVATION
        for provision in statement.provisions
        for answer in provision.answers
        if answer.objection.precludes
    )


def _effects_of(statement: Statement, reader: str, rule: ReservationRule | None) -> Iterator[Effect]:
    found: dict[tuple[EffectKind, bool, StatedObjection | None, tuple[str, ...]], list[str]] = {}
    for provision in statement.provisions:
        if not provision.may_have_effect:
            continue
        answer = _answer_of(provision, reader)
        kind = _kind(statement.fact, answer.objection if answer and answer.may_count else None)
        if kind != EffectKind.PRECLUDED and prohibited([provision.name], rule):
            continue
        certain = provision.certain and (answer is None or bool(answer.stands))
        parts = provision.parts
        if answer and answer.parts and kind == EffectKind.OBJECTED:
            found.setdefault((kind, certain, answer, ()), []).extend(answer.parts)
            kind, certain, parts = _kind(statement.fact, None), provision.certain, (*parts, *answer.parts)
            answer = None
        found.setdefault((kind, certain, answer, parts), []).append(provision.name)
    for (kind, certain, answer, parts), names in found.items():
        objection, late = (answer.objection, answer.late) if answer else (None, False)
        yield Effect(kind, statement, reader, tuple(names), certain, objection, parts, late)


def _answer_of(provision: StatedProvision, reader: str) -> StatedObjection | None:
    """Return the objection of a participant that decides: in time, standing for certain, going furthest."""
    own = [
        each
        for each in provision.answers
        if each.objection.participant == reader and each.stands is not False
    ]
    return min(
        own, key=lambda each: (each.late, each.stands is None, not each.objection.precludes), default=None
    )


def _kind(reservation: Fact, objection: Fact | None) -> EffectKind:
    if objection is not None:
        return EffectKind.PRECLUDED if objection.precludes else EffectKind.OBJECTED
    if reservation.excludes is None:
        return EffectKind.RESERVED
    return EffectKind.EXCLUDED if reservation.excludes else EffectKind.MODIFIED


def effect_sentence(effect: Effect, maker: str, other: str, permitting: Collection[str] = ()) -> str:
    """Return an effect as a sentence.

    Args:
        effect: the effect.
        maker: the name of the participant that made the reservation.
        other: the name of the other participant.
        permitting: provisions that themselves permit a reservation, and are not what it excludes or modifies: 63(3).

    """
    names = words_of(effect.provisions)
    if effect.parts:
        names = message("%(provisions)s (but for %(parts)s)", provisions=names, parts=words_of(effect.parts))
    sentence = _between_the_two(effect, permitting, {"maker": maker, "other": other, "provisions": names})
    uncertain = "" if effect.certain else message("This is uncertain: a date is open.")
    return in_a_row([sentence, _of_lateness(effect, other), uncertain])


def _of_lateness(effect: Effect, other: str) -> str:
    """Return why an objection has no effect, as a sentence."""
    if not effect.late:
        return ""
    return message(
        "%(other)s objected when the time for it had passed, so that the reservation counts as accepted (VCLT 20(5)).",
        other=other,
    )


def _between_the_two(effect: Effect, permitting: Collection[str], values: Mapping[str, object]) -> str:
    """Return what applies between the two participants of an effect, as a sentence."""
    count = max(1, len(effect.provisions))
    if effect.kind == EffectKind.PRECLUDED:
        return message(
            "Between %(maker)s and %(other)s the treaty is not in force: %(other)s objects to the reservation of "
            "%(maker)s on %(provisions)s, and its objection precludes that (VCLT 20(4)(b)).",
            **values,
        )
    if effect.kind == EffectKind.OBJECTED:
        return plural_message(
            "Between %(maker)s and %(other)s, %(provisions)s does not apply as far as the reservation of %(maker)s "
            "goes, to which %(other)s objects (VCLT 21(3)).",
            "Between %(maker)s and %(other)s, %(provisions)s do not apply as far as the reservation of %(maker)s "
            "goes, to which %(other)s objects (VCLT 21(3)).",
            count,
            **values,
        )
    if all(any(covers(each, name) for each in permitting) for name in effect.provisions):
        return message(
            "Between %(maker)s and %(other)s, what %(maker)s reserved under %(provisions)s has effect (VCLT 21(1)).",
            **values,
        )
    if effect.kind == EffectKind.EXCLUDED:
        return plural_message(
            "Between %(maker)s and %(other)s, %(provisions)s does not apply (VCLT 21(1)).",
            "Between %(maker)s and %(other)s, %(provisions)s do not apply (VCLT 21(1)).",
            count,
            **values,
        )
    if effect.kind == EffectKind.MODIFIED:
        return plural_message(
            "Between %(maker)s and %(other)s, %(provisions)s applies as the reservation of %(maker)s modifies it "
            "(VCLT 21(1)).",
            "Between %(maker)s and %(other)s, %(provisions)s apply as the reservation of %(maker)s modifies them "
            "(VCLT 21(1)).",
            count,
            **values,
        )
    return plural_message(
        "Between %(maker)s and %(other)s, %(provisions)s does not apply as far as the reservation of %(maker)s "
        "goes (VCLT 21(1)).",
        "Between %(maker)s and %(other)s, %(provisions)s do not apply as far as the reservation of %(maker)s "
        "goes (VCLT 21(1)).",
        count,
        **values,
    )
