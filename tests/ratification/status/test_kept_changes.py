"""Changes are read once in a process, and again where another record may have taken the place of theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratification.models import Change
from ratification.record.heads import with_head
from ratification.status import kept_changes
from ratification.status.changes import changes_of
from ratification.status.editions import note_edition
from ratification.status.kept_changes import read_changes
from treaty.models import Treaty


@pytest.fixture
def shown(with_convention_computed: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The treaty as a page selects it, so that what is read of it is kept."""
    note_edition(datetime(2026, 7, 20, tzinfo=UTC))
    treaty: Treaty = with_head(Treaty.objects.filter(slug="hanoi"), None).get()
    return treaty


def _read(treaty: Treaty, size: int = kept_changes.MOST) -> tuple[list[Change], int]:
    with CaptureQueriesContext(connection) as queries:
        read = list(read_changes(treaty, changes_of(treaty).order_by("-number")[:40], size))
    return read, len(queries)


def test_changes_that_are_kept_are_not_read_again(shown: Treaty) -> None:
    expected = list(changes_of(shown).order_by("-number")[:40])
    (first, cold), (again, warm) = _read(shown), _read(shown)
    assert (cold, warm) == (2, 1)
    assert first == again == expected
    assert all(one is other for one, other in zip(first, again, strict=True))
    assert [each.participant for each in again] == [each.participant for each in expected]


def test_a_change_of_another_record_is_not_the_one_that_is_kept(shown: Treaty) -> None:
    """A restored record may have the keys of one that it replaced; changes themselves are only added."""
    expected = _read(shown)[0]
    kept = kept_changes._kept(shown)  # noqa: SLF001 - as below
    kept.update({(pk, moment - timedelta(seconds=1)): kept.pop((pk, moment)) for pk, moment in [*kept]})
    assert _read(shown) == (expected, 2)


@pytest.mark.parametrize("size", [1, 7, 40])
def test_no_more_are_kept_than_a_bound(shown: Treaty, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(kept_changes, "MOST", 8)
    expected = list(changes_of(shown).order_by("-number")[:40])
    assert _read(shown, min(size, 8))[0] == _read(shown, min(size, 8))[0] == expected
    assert len(kept_changes._kept(shown)) <= 8  # noqa: SLF001 - no one else tells
