import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from common.http_client import OutboundError
from config.celery import app
from ratification.depositary import fetch
from ratification.models import ImportRun
from ratification.record.entries import latest_revision
from ratification.tasks import fetch_depositary
from tests.ratification.depositary.conftest import Rows, document_of
from tests.web_host import Host, running_host
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Refresh = Callable[[datetime], ImportRun | None]


@pytest.fixture
def host(first_signatories: Rows) -> Iterator[Host]:
    with running_host() as host, override_settings(DEPOSITARY_URLS={"hanoi": host.url()}):
        host.pieces = [document_of(first_signatories | {"Chad": ("1 Mar 2026", "")})]
        yield host


@pytest.fixture
def refresh(host: Host) -> Refresh:
    return lambda now: fetch.refresh("hanoi", now=now, client=host.client())


def test_a_fetched_document_is_compared_and_nothing_published(
    hanoi: Treaty, refresh: Refresh, now: datetime
) -> None:
    revision = latest_revision(hanoi)
    run = refresh(now)
    assert run is not None
    assert (run.state, run.agrees, run.differences.filter(outcome="new").count()) == ("compared", 72, 1)
    assert latest_revision(hanoi) == revision


def test_the_same_list_on_the_same_day_is_one_comparison(
    hanoi: Treaty, refresh: Refresh, now: datetime
) -> None:
    first = refresh(now)
    assert refresh(now + timedelta(hours=2)) == first
    assert refresh(now + timedelta(days=1)) != first
    assert hanoi.import_runs.count() == 2
    assert hanoi.import_runs.values("document").distinct().count() == 1


@pytest.mark.usefixtures("hanoi")
def test_a_refused_document_leaves_the_last_good_one(
    host: Host, refresh: Refresh, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    good = refresh(now)
    host.pieces = [b"<!DOCTYPE html><html></html>"]
    with caplog.at_level(logging.ERROR):
        assert refresh(now + timedelta(days=1)) is None
    assert "The depositary's document for hanoi is refused: it is an HTML page" in caplog.text
    assert ImportRun.objects.get() == good


@pytest.mark.usefixtures("hanoi")
def test_a_host_in_trouble_is_asked_again_later(host: Host, refresh: Refresh, now: datetime) -> None:
    host.status = 503
    with pytest.raises(OutboundError, match="answered with status 503"):
        refresh(now)
    assert app.tasks["ratification.tasks.fetch_depositary"].max_retries == 5


@pytest.mark.usefixtures("hanoi")
def test_it_is_off_unless_an_address_is_configured(caplog: pytest.LogCaptureFixture) -> None:
    assert not [name for name in app.conf.beat_schedule if "depositary" in name]
    with override_settings(DEPOSITARY_URLS={}):
        fetch_depositary("hanoi")
    assert "Nothing to fetch for hanoi" in caplog.text
    assert not ImportRun.objects.exists()
