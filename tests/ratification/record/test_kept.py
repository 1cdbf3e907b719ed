"""What a process keeps of a record: once, and for one period, however long it serves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from ratification import tasks
from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.models import Action, Forecast
from ratification.record import kept, selectors
from ratification.record.entries import entries_at
from ratification.record.heads import shown_revision, with_head
from ratification.record.kept import kept_for_edition
from ratification.status import standings_list
from ratification.status.editions import note_edition
from treaty.clauses import ActionKind
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


@pytest.fixture
def publish(hanoi: Treaty, clerk: User, reviewer: User, now: datetime) -> Callable[[Action, bool], Treaty]:
    """Correct or retract an entry; the treaty with its head after that."""

    def do(entry: Action, is_gone: bool) -> Treaty:  # noqa: FBT001 - of this module alone
        if is_gone:
            draft = ledger.retract(entry, author=clerk, reason="A test.", now=now)
        else:
            said = replace(ledger.content_of(entry), summary="Corrected.", override="A test.")
            draft = ledger.correct(entry, said, author=clerk, reason="A test.", now=now)
        ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now, shown=shown_of(draft))
        after: Treaty = with_head(Treaty.objects.filter(pk=hanoi.pk), None).get()
        return after

    return do


def test_a_later_revision_reads_what_was_published_since(
    shown: Treaty, publish: Callable[[Action, bool], Treaty]
) -> None:
    before = kept.entries_of(shown, shown_revision(shown)).entries
    first, second, *_ = [entry for entry in before if entry.kind == ActionKind.SIGNATURE]
    publish(first, False)  # noqa: FBT003 - as above
    after = publish(second, True)  # noqa: FBT003
    with CaptureQueriesContext(connection) as queries:
        found = kept.entries_of(after, shown_revision(after))
    assert len(queries) == 3
    kept.forget()
    anew = kept.entries_of(after, shown_revision(after))
    assert found == anew
    assert [entry.summary for entry in found.entries] == [entry.summary for entry in anew.entries]
    assert {first, second}.isdisjoint(found.entries)
    assert {entry.pk: id(entry) for entry in before}.items() >= {
        entry.pk: id(entry) for entry in found.entries[:-1]
    }.items()


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_later_revision_has_none_of_the_entries_that_were_read(
    shown: Treaty,
    publish: Callable[[Action, bool], Treaty],
    is_gone: bool,  # noqa: FBT001 - one of two cases
) -> None:
    """Whoever asked for the first revision last may have read one entry alone, or none."""
    first: Treaty = with_head(Treaty.objects.filter(pk=shown.pk), 1).get()
    (entry,) = kept.entries_of(first, 1).entries
    after = publish(entry, is_gone)
    kept.forget()
    kept.entries_of(first, 1)
    found = kept.entries_of(after, shown_revision(after))
    kept.forget()
    assert found == kept.entries_of(after, shown_revision(after))


def test_a_record_in_the_place_of_another_is_read_whole(
    shown: Treaty, publish: Callable[[Action, bool], Treaty]
) -> None:
    first = kept.entries_of(shown, shown_revision(shown)).entries[0]
    other = with_head(Treaty.objects.filter(pk=shown.pk), None).get()
    kept.forget()
    other.head_hash = "0" * 64  # of a record that is there no more
    kept.entries_of(other, shown_revision(other))
    after = publish(first, False)  # noqa: FBT003
    found = kept.entries_of(after, shown_revision(after))
    assert all(entry is not first for entry in found.entries)
    assert found == kept.RecordedEntries(
        tuple(entries_at(after, shown_revision(after))), kept.facts_at(after, shown_revision(after))
    )


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


@pytest.mark.slow
def test_drawings_and_forecast_rest_on_one_reading_of_the_record(hanoi: Treaty, now: datetime) -> None:
    """The jobs follow one another after a publication: the second finds the entries read."""
    note_edition(now)
    tasks.draw(hanoi.pk)
    with CaptureQueriesContext(connection) as queries:
        tasks.forecast(hanoi.pk)
    assert Forecast.objects.filter(treaty=hanoi).exists()
    assert not [each["sql"] for each in queries if 'FROM "ratification_action"' in each["sql"]]
