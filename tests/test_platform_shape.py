"""Both shapes really run: the database, the queue and the worker that the environment names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page

from config.celery import app


@pytest.mark.django_db
def test_the_database_is_the_shapes_own() -> None:
    expected = "postgresql" if settings.REDIS_URL else "sqlite"
    assert connection.vendor == expected
    with connection.cursor() as cursor:
        if expected == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
