"""Reservations that a treaty prohibits (VCLT 19(a), (b)).

The depositary may still circulate one, and its maker may mean it as a declaration: hence a doubt, no refusal. It is not
shown to have an effect, because only a reservation that the treaty permits modifies relations (VCLT 21(1)).
"""

from collections.abc import Iterable

from common.messages import message
from ratification.rules.statements.provisions import WHOLE, covers, words_of
from treaty.clauses import ReservationRule


def prohibited(reserved: Iterable[str], rule: ReservationRule | None) -> tuple[str, ...]:
    """Return the provisions to which the treaty permits no reservation."""
    if rule is None:
        return ()
    if rule.permitted == "none":
        return tuple(reserved)
    if rule.permitted == "only":
        return tuple(name for name in reserved if name == WHOLE or not _touches(name, rule))
    return tuple(name for name in reserved if _touches(name, rule))


def why_prohibited(reserved: Iterable[str], rule: ReservationRule | None) -> str:
    """Return in a sentence what the treaty permits, where it does not permit a reservation; else nothing."""
    if rule is None or not prohibited(reserved, rule):
        return ""
    if rule.permitted == "none":
        return message(
            "The treaty permits no reservation (article %(article)s; VCLT 19(a)).", article=rule.article
        )
    values: dict[str, object] = {"provisions": words_of(rule.provisions), "article": rule.article}
    if rule.permitted == "only":
        return message(
            "The treaty permits reservations on %(provisions)s only (article %(article)s; VCLT 19(b)).",
            **values,
        )
    return message(
        "The treaty permits no reservation on %(provisions)s (article %(article)s; VCLT 19(a)).", **values
    )


def _touches(name: str, rule: ReservationRule) -> bool:
    return any(covers(name, other) or covers(other, name) for other in rule.provisions)
