"""What a page of one treaty costs the database does not grow with the number of treaties."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from bench.thousand import KINDS
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("with_facts")

OF_ALL = {"all treaties", "API: all treaties", "site map", "a file of the site map", "search of all treaties"}
"""What lists the treaties themselves."""


def growing() -> set[str]:
    """The tables with rows for each treaty, apart from those with one row a treaty."""
    options = [model._meta for model in apps.get_models()]  # noqa: SLF001 - documented API
    return {
        each.db_table
        for each in options
        if any(field.many_to_one and field.related_model is Treaty for field in each.concrete_fields)
    }


def scanned(sql: str, plan: str) -> set[str]:
    """The tables of `growing` that a plan reads whole; names in a plan are those that the query gives them."""
    names = re.findall(r"(?:SCAN|Seq Scan on) (\w+)", plan)
    named = dict(re.findall(r'"?(\w+)"? (?:AS )?"?([A-Z]\d+)"?', sql))
    tables = {alias: table for table, alias in named.items()}
    return {tables.get(name, name) for name in names} & growing()


def read_whole(client: Client, address: str) -> dict[str, tuple[set[str], str]]:
    """The queries of a page that read a whole table of the record, with these tables and their plans."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:  # noqa: ANN401 - Django's hook
        if sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
            seen.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    assert answer.status_code == 200
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, params in seen:
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}", params)
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
            if tables := scanned(sql, plan):
                found[sql[:300]] = (tables, plan)
    return found


@pytest.mark.parametrize("what", [kind for kind in KINDS if kind not in OF_ALL])
def test_no_page_of_one_treaty_reads_a_whole_table_of_the_record(client: Client, what: str) -> None:
    assert not read_whole(client, KINDS[what])


def test_the_panel_s_start_page_counts_entries_by_their_indexes(client: Client) -> None:
    """The last publication is the first row of an index, which SQLite calls a scan; comparisons are counted apart."""
    client.force_login(
        User.objects.create_superuser("boss"), backend="django.contrib.auth.backends.ModelBackend"
    )
    read = {
        sql: plan
        for sql, (tables, plan) in read_whole(client, "/admin/").items()
        if "ratification_action" in tables and "USING INDEX ratification_action_last" not in plan
    }
    assert not read
