import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from ratification.record import selectors
from ratification.record.selectors import View
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
    """Gets a page as text, white space taken together as a browser does it, and checks that it was found."""

    def text(address: str, **query: str | int | date) -> str:
        response = client.get(address, {name: str(value) for name, value in query.items()})
        assert response.status_code == 200, response.content.decode()
        return re.sub(r"\s+", " ", response.content.decode())

    return text


@pytest.fixture
def view(hanoi: Treaty, today: date) -> Callable[..., View]:  # noqa: ARG001 - it stands in the database
    """Asks the rules the same question as the page, so that no figure is written twice."""

    def ask(as_of: date | None = None, revision: int | None = None, slug: str = "hanoi") -> View:
        treaty = Treaty.objects.get(slug=slug)
        return selectors.view_of(treaty, today=today, as_of=as_of, revision=revision)

    return ask
