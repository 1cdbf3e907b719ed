"""Prints the status of a page, and the connection that its treaty was read from, for a visitor and for staff."""

import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 - needs the settings
from django.test import Client  # noqa: E402


def watched(name: str, seen: set[str]) -> Callable[..., Any]:
    """Notes that a query for treaties went to the connection."""

    def run(execute: Callable[..., Any], sql: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the query returns
        if "treaty_treaty" in sql:
            seen.add(name)
        return execute(sql, *arguments)

    return run


def main() -> None:
    """Ask as either."""
    for name, cookies in (("visitor", {}), ("staff", {"sessionid": "somebody's"})):
        seen: set[str] = set()
        client = Client(raise_request_exception=False)
        client.cookies.load(cookies)
        with (
            connections["default"].execute_wrapper(watched("primary", seen)),
            connections["replica"].execute_wrapper(watched("replica", seen)),
        ):
            answer = client.get("/", headers={"Host": "localhost"})
        sys.stdout.write(f"{name} {answer.status_code} {' '.join(sorted(seen))}\n")


if __name__ == "__main__":
    main()
