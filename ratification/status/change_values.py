"""Values of changes as they are published: with days as everywhere (`on`, `earliest`, `latest`), in one order.

A database or an archive keeps the members of a stored value in an order of its own. A permalink's bytes are the same
from all of them.
"""

import re
from functools import lru_cache
from itertools import chain
from typing import Any

from ratification.rules.dates import Span
from ratification.rules.document import days

_DAYS = frozenset({"signed", "in_force", "opens", "closes", "taken"})
"""Members that hold a day, stored as EDTF."""
_NAMES = (
    ("measure", "name", "stage", "kind", "taken", "opens", "closes", "state", "reported"),
    ("provisions", "objections", "standing", "signed", "consent", "in_force"),
    ("signatories", "contracting", "parties", "possible", "counted"),
    ("on", "earliest", "latest", "decisive", "may_be_earlier"),
)
_PLACES = {name: place for place, name in enumerate(chain(*_NAMES))}
"""Places of the members of each value and of the numbers in it."""
_NUMBER = re.compile(r"(\d+)")


def published_value(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored value with its days in the vocabulary of the status document."""
    return value and {name: _published(name, value[name]) for name in sorted(value, key=_place)}


def states_of_provisions(value: dict[str, Any]) -> dict[str, str]:
    """Return the state of each provision of a stored statement, in the order of the text."""
    states: dict[str, str] = value["provisions"]
    return {name: states[name] for name in sorted(states, key=_in_text)}


def _place(name: str) -> tuple[int, str]:
    return _PLACES.get(name, len(_PLACES)), name


def _in_text(provision: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _NUMBER.split(provision)]


def _published(name: str, member: Any) -> Any:  # noqa: ANN401 - JSON
    if name in _DAYS:
        return _days(member)
    if name == "consent":
        return {"kind": member and member["kind"], **_days(member and member["date"])}
    if name == "possible":
        return {each: member[each] for each in sorted(member, key=_place)}
    if name == "provisions":
        return states_of_provisions({name: member})
    return member


@lru_cache(maxsize=1024)
def _days(edtf: str | None) -> dict[str, Any]:
    """Return a day, which nobody changes: most stand in many values."""
    return days(Span.of_edtf(edtf) if edtf else None)
