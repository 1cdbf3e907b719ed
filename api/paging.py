"""Pagination of lists: whole, or by cursor, so that a walk forth or back never skips or repeats a row."""

import inspect
import json
from collections.abc import Mapping, Sized
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from api.problems import Problem, invalid_value

PAGE = 100
LINK = {"type": "string", "format": "uri-reference"}
ABSOLUTE = {"type": ["string", "null"], "format": "uri"}
CLOCKS = {"as_of": {"type": "string", "format": "date"}, "revision": {"type": "integer", "minimum": 0}}


class WholeList(BasePagination):
    """A whole list with the number of its rows."""

    ends: ClassVar[dict[str, Any]] = {"count": {"type": "integer"}}
    """Schemas of the members before the rows."""
    view: Any = None
    """The resource, of a class that imports this module."""
    beside: Mapping[str, Any] = MappingProxyType({})
    """Schemas of the members beside the rows, where the list is described."""

    def paginate_queryset(self, queryset: Any, request: Any = None, view: Any = None) -> list[Any]:  # noqa: ANN401, ARG002 - REST framework's signature
        """Return all rows."""
        self.view = view
        return list(queryset)

    def members(self, data: Sized) -> dict[str, Any]:
        """Return the members before the rows."""
        return {"count": len(data)}

    def get_paginated_response(self, data: Any) -> Response:  # noqa: ANN401 - REST framework's signature
        """Return the rows after the clocks of the response."""
        return Response({**self.view.clock_members(), **self.members(data), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of the list."""
        clocks = {name: CLOCKS[name] for name in self.view.clocks}
        permalink = {"permalink": LINK} if clocks else {}
        members = {**clocks, **permalink, **self.ends, "results": schema, **self.beside}
        words = " ".join(inspect.cleandoc(type(self.view).__doc__ or "").split())
        return {"type": "object", "description": words, "properties": members, "required": list(members)}


class CursorPages(WholeList):
    """A list page by page, with the addresses of the `next` and the `previous` page.

    REST framework's own cursor knows one field and an offset; this one compares every field of the ordering, the last
    of which is unique.
    """

    ends: ClassVar[dict[str, Any]] = dict.fromkeys(("next", "previous"), ABSOLUTE)
    next: str | None = None
    previous: str | None = None

    def paginate_queryset(self, queryset: Any, request: Any = None, view: Any = None) -> list[Any]:  # noqa: ANN401, ARG002 - REST framework's signature
        """Return the rows of the requested page; all rows of a table, unless a page is requested.

        Raises:
            Problem: 400, for a cursor that this list did not give.
        """
        self.view = view
        if view.request.accepted_renderer.whole and not view.asked.keys() & {"limit", "cursor"}:
            return list(queryset)
        limit, cursor = view.asked.get("limit", PAGE), view.asked.get("cursor", "")
        ordering = queryset.query.order_by
        names = [name.removeprefix("-") for name in ordering]
        backwards, place = decode_cursor(cursor) if cursor else (False, None)
        order = [_reversed(name) for name in ordering] if backwards else list(ordering)
        try:
            rows = list(
                queryset.filter(Q() if place is None else _beyond(order, place)).order_by(*order)[: limit + 1]
            )
        except (TypeError, ValueError, OverflowError, ValidationError) as error:
            raise _unknown_cursor() from error
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        ahead, behind = (True, more) if backwards else (more, place is not None)
        if ahead and rows:
            self.next = _link(view, "n", rows[-1], names)
        if behind and rows:
            self.previous = _link(view, "p", rows[0], names)
        return rows

    def members(self, data: Sized) -> dict[str, Any]:  # noqa: ARG002 - the number of all rows is not known
        """Return the addresses of the next and the previous page."""
        return {"next": self.next, "previous": self.previous}


def _link(view: Any, direction: str, row: Model, names: list[str]) -> str:  # noqa: ANN401 - a Resource
    place = [str(getattr(row, name)) for name in names]
    cursor = urlsafe_base64_encode(json.dumps([direction, *place]).encode())
    head, _, tail = view.permalink.partition("?")
    kept = [part for part in tail.split("&") if part and not part.startswith("cursor=")]
    address: str = view.request.build_absolute_uri(f"{head}?{'&'.join([*kept, f'cursor={quote(cursor)}'])}")
    return address


def decode_cursor(cursor: str) -> tuple[bool, list[str]]:
    """Return the direction of a cursor (whether backwards) and the place where it begins."""
    try:
        direction, *place = json.loads(urlsafe_base64_decode(cursor))
        backwards = {"n": False, "p": True}[direction]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unknown_cursor() from error
    if not all(isinstance(value, str) for value in place):
        raise _unknown_cursor()
    return backwards, place


def _unknown_cursor() -> Problem:
    return invalid_value("cursor", "This cursor is none that this list gave: begin without one.")


def _beyond(order: list[str], place: list[str]) -> Q:
    """Select the rows after a place: greater in one field and equal in those before it."""
    if len(order) != len(place):
        raise ValueError("A cursor of another ordering")
    beyond, equal = Q(), Q()
    for field, value in zip(order, place, strict=True):
        name = field.removeprefix("-")
        beyond |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return beyond


def _reversed(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
