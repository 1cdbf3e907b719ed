"""What a process keeps of a record: once, and for one period, however long it serves."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from ratification import tasks
from ratification.models import Forecast
from ratification.record import kept, selectors
from ratification.record.heads import shown_revision, with_head
from ratification.record.kept import kept_for_edition
from ratification.status import standings_list
from ratification.status.editions import note_edition
from treaty.models import Article, Treaty

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


def test_reference_data_are_read_once_for_an_edition(
    shown: Treaty, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """What pages of the text show moves with an edition, whatever is published meanwhile."""
    read = kept_for_edition(lambda treaty: list(treaty.articles.values_list("title", flat=True)))
    first = read(shown)
    with django_assert_num_queries(0):
        assert read(shown) == first
    Article.objects.filter(treaty=shown, number=1).update(title="Another title")
    assert "Another title" not in read(shown)
    note_edition(now)
    later: Treaty = with_head(Treaty.objects.filter(pk=shown.pk), None).get()
    assert "Another title" in read(later)
    assert "Another title" in read(Treaty.objects.get(pk=shown.pk))  # without an edition it is read anew


def test_drawings_and_forecast_rest_on_one_reading_of_the_record(hanoi: Treaty, now: datetime) -> None:
    """The jobs follow one another after a publication: the second finds the entries read."""
    note_edition(now)
    tasks.draw(hanoi.pk)
    with CaptureQueriesContext(connection) as queries:
        tasks.forecast(hanoi.pk)
    assert Forecast.objects.filter(treaty=hanoi).exists()
    assert not [each["sql"] for each in queries if 'FROM "ratification_action"' in each["sql"]]
