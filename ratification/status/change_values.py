"""Values of changes as they are published: with days as everywhere (`on`, `earliest`, `latest`)."""

from functools import lru_cache
from typing import Any

from ratification.rules.dates import Span
from ratification.rules.document import days

_DAYS = frozenset({"signed", "in_force", "opens", "closes", "taken"})
"""Members that hold a day, stored as EDTF."""


def published_value(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored value with its days in the vocabulary of the status document."""
    return value and {name: _published(name, member) for name, member in value.items()}


def _published(name: str, member: Any) -> Any:  # noqa: ANN401 - JSON
    if name in _DAYS:
        return _days(member)
    if name == "consent":
        return {"kind": member and member["kind"], **_days(member and member["date"])}
    return member


@lru_cache(maxsize=1024)
def _days(edtf: str | None) -> dict[str, Any]:
    """Return a day, which nobody changes: most stand in many values."""
    return days(Span.of_edtf(edtf) if edtf else None)
