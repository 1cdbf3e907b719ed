"""A query of which the SQL is written once finds the same rows as the queryset that it was written from."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from api.records import with_state
from common.prepared import Prepared
from ratification.record.heads import WithHead, shown_revision, with_head
from treaty.models import Treaty


@pytest.mark.parametrize("revision", [None, 0, 40, 87])
def test_the_same_treaties_with_the_same_columns_in_one_query(hanoi: Treaty, revision: int | None) -> None:
    prepared = WithHead(with_state)
    for treaty in Treaty.objects.all():
        expected = with_state(revision).get(pk=treaty.pk)
        for _ in ("written", "written before"):
            with CaptureQueriesContext(connection) as queries:
                found = prepared.find(treaty.slug, revision)
            assert found is not None
            assert {**vars(found), "_state": None} == {**vars(expected), "_state": None}
            assert not found._state.adding  # noqa: SLF001 - what a save would do with it
            assert len(queries) == 1
    assert prepared.find("nothing", revision) is None
    found = prepared.find(hanoi.slug, None)
    assert found
    assert shown_revision(found) > 0


def test_no_sql_is_written_for_a_later_request(hanoi: Treaty) -> None:
    written = []

    def select(revision: int | None) -> QuerySet[Any]:
        written.append(revision)
        return with_state(revision)

    prepared = WithHead(select)
    for _ in range(3):
        assert prepared.find(hanoi.slug, None) == hanoi
        assert prepared.find(hanoi.slug, 3) == hanoi
    assert len(written) == 2


def test_all_rows_of_a_queryset_are_those_of_the_orm(hanoi: Treaty) -> None:
    rows = Prepared(Treaty, lambda: with_head(Treaty.objects.all(), None).order_by("-slug"))
    for _ in range(2):
        expected = with_head(Treaty.objects.all(), None).order_by("-slug")
        assert [vars(row) | {"_state": None} for row in rows.all()] == [
            vars(row) | {"_state": None} for row in expected
        ]
    assert hanoi in rows.all()


def test_a_row_that_comes_again_is_read_once_and_a_changed_one_anew(hanoi: Treaty) -> None:
    prepared = WithHead(with_state)

    def found() -> Any:  # noqa: ANN401 - a treaty with the columns of the query
        return prepared.find(hanoi.slug, None)

    first, again = found(), found()
    assert first is not again
    assert first.definition is again.definition
    Treaty.objects.filter(pk=hanoi.pk).update(
        definition={**first.definition, "note": "changed"}, about="Another."
    )
    changed = found()
    assert (changed.definition["note"], changed.about) == ("changed", "Another.")
    assert "note" not in first.definition
