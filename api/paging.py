"""Pages of a list that grows: by cursor, so that a walk forth or back never skips or repeats a row."""

import json
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from api.problems import not_found

PAGE = 100


class Pages:
    """One page: its `rows`, and the addresses of the `next` and the `previous` page, None where there is none.

    Args:
        queryset: all rows.
        ordering: fields, with a minus for descending order; the last one is unique.
        limit: rows of a page.
        cursor: where the page begins or ends, from a link; empty for the first page.
        permalink: the address of the page that was asked for.

    Raises:
        Problem: 404, for a cursor that is none of ours.
    """

    def __init__(
        self, queryset: QuerySet[Any], ordering: tuple[str, ...], limit: int, cursor: str, permalink: str
    ) -> None:
        self._names = [name.removeprefix("-") for name in ordering]
        self._address = permalink
        place: list[str] | None = None
        backwards = False
        if cursor:
            backwards, place = _decoded(cursor)
        order = [_reversed(name) for name in ordering] if backwards else list(ordering)
        try:
            rows = list(
                queryset.filter(Q() if place is None else _beyond(order, place)).order_by(*order)[: limit + 1]
            )
        except (TypeError, ValueError, ValidationError) as error:
            raise not_found("This cursor is none that the API gave.") from error
        more, self.rows = len(rows) > limit, rows[:limit]
        if backwards:
            self.rows.reverse()
        ahead, behind = (True, more) if backwards else (more, place is not None)
        self.next = self._link("n", self.rows[-1]) if ahead and self.rows else None
        self.previous = self._link("p", self.rows[0]) if behind and self.rows else None

    def _link(self, direction: str, row: Model) -> str:
        place = [str(getattr(row, name)) for name in self._names]
        cursor = urlsafe_base64_encode(json.dumps([direction, *place]).encode())
        head, _, tail = self._address.partition("?")
        kept = [part for part in tail.split("&") if part and not part.startswith("cursor=")]
        return f"{head}?{'&'.join([*kept, f'cursor={quote(cursor)}'])}"


def _decoded(cursor: str) -> tuple[bool, list[str]]:
    try:
        direction, *place = json.loads(urlsafe_base64_decode(cursor))
        backwards = {"n": False, "p": True}[direction]
    except (ValueError, TypeError, KeyError) as error:
        raise not_found("This cursor is none that the API gave.") from error
    return backwards, place


def _beyond(order: list[str], place: list[str]) -> Q:
    """Select what comes after a place: greater in a field while equal in those before it."""
    if len(order) != len(place) or not all(isinstance(value, str) for value in place):
        raise ValueError("A cursor of another ordering")
    beyond, equal = Q(), Q()
    for field, value in zip(order, place, strict=True):
        name = field.removeprefix("-")
        beyond |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return beyond


def _reversed(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
