"""Addresses of the API's resources. They begin at this site's root, so that no byte depends on its name."""

from functools import lru_cache
from urllib.parse import urlencode

ROOT = "/api/v1/"


@lru_cache(maxsize=512, typed=True)
def address(*parts: object, **query: object) -> str:
    """Return the address of a resource, with a query where one is given."""
    path = f"{ROOT}{'/'.join(map(str, parts))}/"
    return f"{path}?{urlencode(query)}" if query else path
