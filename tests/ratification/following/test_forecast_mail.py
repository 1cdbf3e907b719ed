"""Mail about the forecast: told once it has moved by a quarter of a year."""

import json
from collections.abc import Callable
from datetime import date, datetime

import pytest

from ratification.following.question import ChangeQuestion
from ratification.models import Forecast, MailSubscription
from ratification.record.entries import latest_revision
from tests.ratification.following.conftest import START, Received, words_of
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


def keep(treaty: Treaty, as_of: date, median: str, version: str, *, behind: int = 0) -> None:
    Forecast.objects.create(
        treaty=treaty,
        as_of=as_of,
        revision=latest_revision(treaty) - behind,
        model_version=version,
        document=json.dumps({"reached": {"quantiles": {"50": median}}}),
        computed_at=START,
    )


def test_a_forecast_is_told_when_it_has_moved_by_a_quarter_and_with_its_method(
    hanoi: Treaty,
    subscribed: Callable[..., MailSubscription],
    received: Received,
    deliver: Callable[[datetime], int],
) -> None:
    subscribed("reader@example.org", ChangeQuestion(forecast=True))
    keep(hanoi, date(2026, 11, 19), "2029-01-01", "1")
    assert deliver(START) == 0, "the first one is where counting begins"
    keep(hanoi, date(2026, 11, 20), "2029-06-01", "1")
    keep(hanoi, date(2026, 11, 21), "2029-07-01", "1")
    assert deliver(START) == 1
    keep(hanoi, date(2026, 11, 21), "2029-12-24", "2")  # of the same day and revision, by a later version
    assert deliver(START) == 1
    assert deliver(START) == 0
    first, second = (" ".join(words_of(mail)[0]) for mail in received.to("reader@example.org"))
    assert "has moved from 1 Jan 2029 to 1 Jul 2029." in first
    assert "method" not in first
    assert "has moved from 1 Jul 2029 to 24 Dec 2029. The method has changed since" in second


def test_a_forecast_made_before_the_latest_publication_is_not_told(
    hanoi: Treaty, subscribed: Callable[..., MailSubscription], deliver: Callable[[datetime], int]
) -> None:
    """The publication may have been that of the last instrument that was needed."""
    subscribed("reader@example.org", ChangeQuestion(forecast=True))
    keep(hanoi, date(2026, 11, 19), "2029-01-01", "1")
    assert deliver(START) == 0
    keep(hanoi, date(2026, 11, 20), "2027-01-01", "1", behind=1)
    assert deliver(START) == 0
    keep(hanoi, date(2026, 11, 21), "2027-01-01", "1")
    assert deliver(START) == 1
