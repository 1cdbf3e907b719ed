"""Both shapes really run: the database, the queue and the worker that the environment names."""

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_the_shapes_own() -> None:
    expected = "postgresql" if settings.REDIS_URL else "sqlite"
    assert connection.vendor == expected
    with connection.cursor() as cursor:
        if expected == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
