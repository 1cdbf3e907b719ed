from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from ratification import selectors
from ratification.loading import load_facts
from ratification.selectors import View
from tests.ratification.conftest import NOW
from treaty.models import Treaty

Get = Callable[..., str]


@pytest.fixture(scope="module")
def _bundled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001 - first
    """All bundled treaties, loaded once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_facts(now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def hanoi(_bundled: None, db: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record, beside the treaties for comparison."""
    return Treaty.objects.get(slug="hanoi")


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Freeze the one clock that pages read."""
    monkeypatch.setattr("ratification.dashboard.page.timezone.now", lambda: now)


@pytest.fixture
def get(client: Client, hanoi: Treaty) -> Get:  # noqa: ARG001 - it stands in the database
    """Gets a page as text and checks that it was found."""

    def text(address: str, **query: str | int | date) -> str:
        response = client.get(address, {name: str(value) for name, value in query.items()})
        assert response.status_code == 200, response.content.decode()
        return response.content.decode()

    return text


@pytest.fixture
def view(hanoi: Treaty, today: date) -> Callable[..., View]:  # noqa: ARG001 - it stands in the database
    """Asks the rules the same question as the page, so that no figure is written twice."""

    def ask(as_of: date | None = None, revision: int | None = None, slug: str = "hanoi") -> View:
        treaty = Treaty.objects.get(slug=slug)
        return selectors.view_of(treaty, today=today, as_of=as_of, revision=revision)

    return ask
