"""Which tests wait, which are slow, and which run in both shapes."""

from pathlib import Path

import pytest

LOOKS = {
    "dashboard",
    "charts",
    "embeds",
    "test_manners",
    "test_permissions",
    "test_public_days",
    "test_roles",
}
"""The folders and modules of tests that read pages, pictures and refusals."""

WAITING = {
    "faults_embedded",
    "run",
    "test_archive",
    "test_clients",
    "test_contract",
    "test_header_walk",
    "test_instructions",
    "test_restore_drill",
    "test_upgrades",
}
"""The folders and modules of tests that wait for other processes, for up to a minute."""

LONG = {
    "test_cases",
    "test_check_ledger",
    "test_method",
    "test_notification_kept",
    "test_notified_kinds",
    "test_page_cache",
    "test_permissions",
    "test_planted_addresses",
    "test_probes",
    "test_pseudo_language",
    "test_public_days",
    "test_renderer",
    "test_round_trip",
    "test_same_numbers",
    "test_sender",
    "test_services",
    "test_statement_histories",
    "test_stored",
    "test_treaty_facts",
    "test_two_clocks",
}
"""The modules of tests that compute for long: most of them for a second or more each."""


def waits(item: pytest.Item) -> bool:
    """Whether a test waits for other processes."""
    return bool(WAITING & _place(item.path))


def is_slow_place(path: Path) -> bool:
    """Whether every test of a folder or module is slow."""
    return bool((WAITING | LONG) & _place(path))


def is_slow(item: pytest.Item) -> bool:
    """Whether a test needs a browser, a process of its own or a long computation."""
    started = _fixtures(item) & {"chromium", "celery_worker_process", "started"}
    return is_slow_place(item.path) or bool(started)


def in_both_shapes(item: pytest.Item) -> bool:
    """Whether a test touches the database or the queue; the rest need not run once for each shape.

    What people see is the same whatever database is behind it.
    """
    if item.get_closest_marker("production"):
        return True
    if item.get_closest_marker("embedded") or "chromium" in _fixtures(item) or LOOKS & _place(item.path):
        return False
    return bool(item.get_closest_marker("django_db") or _fixtures(item) & {"db", "transactional_db"})


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def _place(path: Path) -> set[str]:
    """Return the names of a module and its folder."""
    return {path.parent.name, path.stem}
