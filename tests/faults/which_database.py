"""Prints the status of a page, and the connection that it was read from: for a visitor, and for who is logged in."""

import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 - needs the settings
from django.test import Client  # noqa: E402


def watched(name: str, seen: set[str]) -> Callable[..., Any]:
    """Notes that a query went to the connection."""

    def run(execute: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - whatever the query returns
        seen.add(name)
        return execute(*arguments)

    return run


def main() -> None:
    """Ask as either."""
    for name, cookies in (("visitor", {}), ("staff", {"sessionid": "somebody's"})):
        seen: set[str] = set()
        client = Client()
        client.cookies.load(cookies)
        with (
            connections["default"].execute_wrapper(watched("primary", seen)),
            connections["replica"].execute_wrapper(watched("replica", seen)),
        ):
            answer = client.get("/", headers={"Host": "localhost"})
        sys.stdout.write(f"{name} {answer.status_code} {' '.join(sorted(seen))}\n")


if __name__ == "__main__":
    main()
