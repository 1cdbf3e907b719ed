"""Prints for each address on the command line its status, and the connection that the page was read from."""

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
    """Ask for each address."""
    for path in sys.argv[1:]:
        seen: set[str] = set()
        with (
            connections["default"].execute_wrapper(watched("primary", seen)),
            connections["replica"].execute_wrapper(watched("replica", seen)),
        ):
            answer = Client().get(path, headers={"Host": "localhost"})
        sys.stdout.write(f"{path} {answer.status_code} {' '.join(sorted(seen))}\n")


if __name__ == "__main__":
    main()
