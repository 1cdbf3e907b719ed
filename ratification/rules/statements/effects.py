"""Effects of reservations and objections between two parties (VCLT 20(4)(b), 21).

A reservation modifies the treaty between its maker and each other party, in both directions. An objection keeps the
provisions out of their relations as far as the reservation goes, or, where it says so, the treaty altogether.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from common.messages import in_a_row, message, plural_message
from ratification.rules.facts import Fact
from ratification.rules.statements.permission import prohibited
from ratification.rules.statements.provisions import covers, words_of
from ratification.rules.statements.states import Statement, Statements
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

    `parts` are the parts of the provisions from which the reservation has been withdrawn, so that they apply.
    `objection` is the other's objection, where there is one; `certain` is False where an open date leaves it open.
    """

    kind: EffectKind
    statement: Statement
    other: str
    provisions: tuple[str, ...]
    certain: bool
    objection: Fact | None = None
    parts: tuple[str, ...] = ()

    @property
    def maker(self) -> str:
        """The code of the participant that made the reservation."""
        return self.statement.fact.participant


def effects_between(
    statements: Statements, one: str, other: str, rule: ReservationRule | None = None
) -> tuple[Effect, ...]:
    """Return what the reservations of two parties do between them, those of `one` first.

    Where an objection precludes entry into force between the two, nothing else has an effect. Where the `rule` of the
    treaty prohibits a reservation, it has none.

    Whether the treaty is in force for both is for the caller to say: without that there is nothing to modify.
    """
    found = tuple(
        effect
        for maker, reader in ((one, other), (other, one))
        for statement in statements.of(maker)
        if statement.fact.kind == ActionKind.RESERVATION
        for effect in _effects_of(statement, reader, rule)
    )
    return tuple(effect for effect in found if effect.kind == EffectKind.PRECLUDED) or found


def precluded_pairs(statements: Statements) -> frozenset[frozenset[str]]:
    """Return the pairs of participants between which an objection precludes entry into force."""
    return frozenset(
        frozenset({statement.fact.participant, objection.participant})
        for statement in statements.by_id.values()
        if statement.fact.kind == ActionKind.RESERVATION
        for provision in statement.provisions
        if provision.state.has_effect
        for objection in provision.objections
        if objection.precludes
    )


def _effects_of(statement: Statement, reader: str, rule: ReservationRule | None) -> Iterator[Effect]:
    found: dict[tuple[EffectKind, bool, Fact | None, tuple[str, ...]], list[str]] = {}
    for provision in statement.provisions:
        if not provision.state.has_effect or prohibited([provision.name], rule):
            continue
        objection = next((each for each in provision.objections if each.participant == reader), None)
        kind = _kind(statement.fact, objection)
        key = (kind, provision.certain, objection, provision.parts)
        found.setdefault(key, []).append(provision.name)
    for (kind, certain, objection, parts), names in found.items():
        yield Effect(kind, statement, reader, tuple(names), certain, objection, parts)


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
    return in_a_row([sentence, uncertain])


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
