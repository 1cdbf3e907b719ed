"""The site's backend for SQLite sends what Django's own sends."""

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from config.sqlite3.base import LONGEST, RememberingCursor

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.embedded,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone"),
]

STATEMENTS = [
    "SELECT %s",
    "SELECT %s, '%%', '%%s', %s",
    "SELECT 1",
    "SELECT %s -- " + "x" * LONGEST,
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_is_rewritten_as_django_does(statement: str) -> None:
    connection.ensure_connection()
    plain, remembering = (
        connection.connection.cursor(factory=factory) for factory in (SQLiteCursorWrapper, RememberingCursor)
    )
    for _ in range(2):
        assert remembering.convert_query(statement) == plain.convert_query(statement)
        given = [f"value {place}" for place in range(statement.replace("%%", "").count("%s"))]
        assert remembering.execute(statement, given).fetchall() == plain.execute(statement, given).fetchall()


def test_named_parameters_are_passed_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %(first)s || %(second)s", {"first": "a", "second": "b"})
        assert cursor.fetchone() == ("ab",)


def test_the_site_uses_it() -> None:
    with connection.cursor() as cursor:
        assert isinstance(cursor.cursor, RememberingCursor)


def test_what_people_write_is_no_place_of_a_parameter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["100 %s of 50 %% ?"])
        assert cursor.fetchone() == ("100 %s of 50 %% ?",)
