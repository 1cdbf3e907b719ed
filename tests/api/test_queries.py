"""Queries of each operation are a committed table: none above six, and none that grows with the rows."""

import csv
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse

from tests.api.addresses import ONE_OF_EACH

Get = Callable[..., Any]
Queries = Callable[[Callable[[], HttpResponse]], tuple[Any, int]]

TABLE = Path(settings.BASE_DIR) / "docs" / "api-queries.csv"
MOST = 8
TIMED = {
    "get_status",
    "get_standing",
    "list_standings",
    "list_actions",
    "list_statements",
    "list_facts",
    "list_territories",
    "list_windows",
    "list_changes",
    "get_forecast",
    "get_scenario",
    "list_measures",
    "list_reports",
    "list_stages",
    "list_corrections",
}


def test_queries_are_those_of_the_table(get: Get, queries: Queries) -> None:
    """Write it anew with QUERIES=write, and say in the commit why a number grew."""
    rows = []
    for operation, address in ONE_OF_EACH.items():
        path = address.partition("?")[0]
        answer, plain = queries(partial(get, path))
        asked, filtered = queries(partial(get, address))
        past = ""
        if operation in TIMED:
            glue = "&" if "?" in address else "?"
            question = f"{address}{glue}as_of=2026-03-01&revision=80"
            past = str(queries(partial(get, question))[1])
        tag = {"If-None-Match": answer["ETag"]}
        unchanged, conditional = queries(partial(get, path, headers=tag))
        assert (answer.status_code, asked.status_code, unchanged.status_code) == (200, 200, 304)
        rows.append([operation, str(plain), str(filtered), past, str(conditional)])
    if os.environ.get("QUERIES") == "write":
        with TABLE.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([["operation", "plain", "filtered", "past", "conditional"], *rows])
    with TABLE.open(newline="") as file:
        assert list(csv.reader(file))[1:] == rows
    assert max(int(count) for row in rows for count in row[1:] if count) <= MOST


@pytest.mark.production  # other tests send SQLite the same statements
def test_queries_do_not_grow_with_the_rows(get: Get, queries: Queries) -> None:
    """The Convention has 86 entries, the two older conventions more than 300 each."""
    for operation, address in ONE_OF_EACH.items():
        if operation not in TIMED:
            continue
        bare = address.partition("?")[0].replace("QAT", "FRA")
        counts = {
            queries(partial(get, bare.replace("hanoi", slug), as_of="2020-01-01"))[1]
            for slug in ("budapest", "untoc", "uncac")
        }
        assert len(counts) == 1, operation
        assert max(counts) <= MOST
