"""Every public address of the site, from the URL configuration itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


def public_routes() -> list[str]:
    """Return each route of the site but the panel's and the assets', with its converters."""
    hidden = (f"/{settings.ADMIN_PATH}", "/static")
    return [route for route in _routes(get_resolver(), "/") if not route.startswith(hidden)]


def _routes(resolver: URLResolver, start: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern, route)


def names_in(route: str) -> list[str]:
    """Return the names of a route's parts."""
    return re.findall(r"<(?:[^>:]+:)?(\w+)>", route)


def filled(route: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the addresses of a route: with each combination of the values of its parts."""
    empty = re.sub(r"<[^>]*>", "{}", route)
    for chosen in product(*(values[name] for name in names_in(route))):
        yield empty.format(*chosen)
