"""The API's list of participants as text is that of its rows, on whatever days it was asked for before."""

import random
from datetime import date, timedelta

import orjson
import pytest

from ratification.models import Action
from ratification.record.heads import with_head
from ratification.record.selectors import outcome_at
from ratification.status.standings_list import rows_at
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("with_facts")


@pytest.mark.parametrize("slug", ["hanoi", "untoc"])
def test_the_text_is_that_of_the_rows_in_whatever_order_days_are_asked_for(slug: str) -> None:
    treaty = with_head(Treaty.objects.all(), None).get(slug=slug)
    acts = Action.objects.filter(treaty=treaty).values_list("taken_earliest", flat=True)
    near = {day + timedelta(days=by) for day in acts for by in (-1, 0, 1)}
    days = [*sorted(near)[-16:], date(1990, 10, 3), date(2027, 1, 1), date(2026, 7, 16)] * 2
    random.Random(slug).shuffle(days)  # noqa: S311 - a fixed order, no secret
    for day in days:
        outcome = outcome_at(treaty, day, treaty.shown_revision)
        rows = rows_at(treaty, treaty.shown_revision)
        count, text = rows.text(outcome)
        listed = orjson.loads(b"[" + text + b"]")
        assert (count, listed) == (len(listed), rows.rows(outcome, None)), day


def test_days_between_two_changes_share_one_text() -> None:
    treaty = with_head(Treaty.objects.all(), None).get(slug="hanoi")
    rows = rows_at(treaty, treaty.shown_revision)
    texts = [
        rows.text(outcome_at(treaty, day, treaty.shown_revision))[1]
        for day in (date(2027, 9, 1), date(2027, 9, 2), date(2027, 9, 1))
    ]
    assert texts[0] is texts[1] is texts[2]
