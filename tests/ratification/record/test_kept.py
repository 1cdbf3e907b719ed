"""What a process keeps of a record: once, and for one period, however long it serves."""

from datetime import datetime

import pytest

from ratification.record import kept, selectors
from ratification.record.heads import shown_revision, with_head
from ratification.status import standings_list
from ratification.status.editions import note_edition
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(hanoi: Treaty, now: datetime) -> Treaty:
    note_edition(now)
    treaty: Treaty = with_head(Treaty.objects.filter(pk=hanoi.pk), None).get()
    return treaty


def test_the_next_period_begins_with_nothing(
    shown: Treaty, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an hour would keep the same entries sixteen times."""
    for minute in range(5):
        monkeypatch.setattr(kept, "monotonic", lambda minute=minute: minute * kept.SECONDS)
        selectors.view_of(shown, today=now.date(), latest=shown_revision(shown))
        standings_list.rows_at(shown, shown_revision(shown))
    caches = (kept._kept_entries, kept._kept_sources, kept._kept_outcome, standings_list._rows)  # noqa: SLF001 - no one else tells
    assert [cache.cache_info().currsize for cache in caches] == [1, 1, 1, 1]


def test_entries_of_one_participant_have_it_in_common(shown: Treaty) -> None:
    entries = kept.entries_of(shown, shown_revision(shown)).entries
    assert len({id(entry.participant) for entry in entries}) == len(
        {entry.participant_id for entry in entries}
    )
    assert len(entries) > len({entry.participant_id for entry in entries})
