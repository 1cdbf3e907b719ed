import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from dashboard.charts import CURVE
from ratification.charts import gallery
from ratification.record import selectors
from ratification.record.selectors import View
from ratification.status import recompute as status
from tests.browser import quiet_page
from tests.bundles import NOW, Shelf
from tests.record_fixtures import TODAY
from treaty.models import Treaty

Get = Callable[..., str]


@pytest.fixture
def hanoi(with_facts: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record, beside the treaties for comparison."""
    return Treaty.objects.get(slug="hanoi")


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Freeze the one clock that pages read."""
    monkeypatch.setattr("dashboard.page.timezone.now", lambda: now)


@pytest.fixture
def get(client: Client, hanoi: Treaty) -> Get:  # noqa: ARG001 - it stands in the database
    """Gets a page as text without its joiners, white space taken together as by a browser; it must be found."""

    def text(address: str, **query: str | int | date) -> str:
        response = client.get(address, {name: str(value) for name, value in query.items()})
        assert response.status_code == 200, response.content.decode()
        return re.sub(r"\s+", " ", response.content.decode().replace("\u2060", ""))

    return text


@pytest.fixture
def view(hanoi: Treaty, today: date) -> Callable[..., View]:  # noqa: ARG001 - it stands in the database
    """Asks the rules the same question as the page, so that no figure is written twice."""

    def ask(as_of: date | None = None, revision: int | None = None, slug: str = "hanoi") -> View:
        treaty = Treaty.objects.get(slug=slug)
        return selectors.view_of(treaty, today=today, as_of=as_of, revision=revision)

    return ask


@pytest.fixture(scope="module")
def site(shelf: Shelf, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server with all bundled treaties, the status and the charts; emptied after the module."""
    with django_db_blocker.unblock():
        shelf.hold(None)
        shelf.is_filled_otherwise = True
        shelf.fill("with_facts")
        hanoi, budapest = (Treaty.objects.get(slug=slug) for slug in ("hanoi", "budapest"))
        status.recompute(hanoi.pk, today=TODAY, now=NOW)
        gallery.draw_all(hanoi, TODAY)
        for view in (
            selectors.view_of(hanoi, today=TODAY, as_of=date(2026, 2, 5)),
            selectors.view_of(budapest, today=TODAY),
        ):
            gallery.drawn(view, CURVE)
        # Its pages are shown again and again, and nothing changes.
        with override_settings(ANSWERS_SECONDS=3600):
            server = LiveServer("localhost")
            yield server.url
        server.stop()
        caches["answers"].clear()
        call_command("flush", interactive=False, verbosity=0)
        shelf.is_filled_otherwise = False


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page of the site, as `page` elsewhere is one of a server that is filled for each test."""
    with quiet_page(chromium, site) as page:
        yield page
