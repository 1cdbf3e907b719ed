"""Addresses of the API's resources. They begin at this site's root, so that no byte depends on its name."""

from urllib.parse import urlencode

ROOT = "/api/v1/"


def address(*parts: object, **query: object) -> str:
    """Return the address of a resource, with a query where one is given."""
    path = f"{ROOT}{'/'.join(map(str, parts))}/"
    return f"{path}?{urlencode(query)}" if query else path
