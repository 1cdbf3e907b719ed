"""The bundled record behind the API, on a frozen day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from config.middleware import page_cache
from config.middleware.budgets import Budgets
from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.models import Action
from ratification.record import kept
from ratification.status import version
from treaty.models import Treaty

Get = Callable[..., Any]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def record(with_everything_computed: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its status computed and the edition noted, on a frozen day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    return Treaty.objects.get(slug="hanoi")


@pytest.fixture
def get(record: Treaty, client: Client) -> Get:  # noqa: ARG001 - it stands in the database
    """Asks the API: `get("treaties/", q="x")`; other headers as `headers`."""

    def ask(path: str, headers: dict[str, str] | None = None, **query: str | int) -> Any:  # noqa: ANN401 - Django's test response
        address = path if path.startswith(("/", "http://testserver/")) else f"/api/v1/{path}"
        return client.get(address, query or None, headers=headers)

    return ask


@pytest.fixture
def queries() -> Callable[[Callable[[], HttpResponse]], tuple[Any, int]]:
    """Gives a function's answer, and how many queries it took in a process that has kept nothing."""

    def counted(ask: Callable[[], HttpResponse]) -> tuple[Any, int]:
        kept.forget()
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        return answer, len(captured)

    return counted


@pytest.fixture
def correct(record: Treaty, now: datetime) -> Callable[[int], Action]:
    """Corrects the entry of a revision: the same with another summary, through the ledger, as two people do it."""
    author, reviewer = User.objects.create(username="author"), User.objects.create(username="reviewer")

    def do(revision: int) -> Action:
        entry = Action.objects.get(treaty=record, revision=revision)
        statement = ledger.content_of(entry)
        drafted = ledger.correct(
            entry,
            replace(statement, summary=f"{statement.summary} Corrected."),
            author=author,
            reason="The summary was incomplete.",
            now=now,
        )
        ledger.submit(drafted, by=author)
        return ledger.publish(drafted, reviewer=reviewer, now=now, shown=shown_of(drafted))

    return do


@pytest.fixture
def answers_kept(settings: Settings) -> None:
    """Keep answers, as shipped, apart from those of every other test."""
    settings.ANSWERS_SECONDS = 600
    own = {**settings.CACHES["answers"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "answers": own}


@pytest.fixture
def calls(
    answers_kept: None,  # noqa: ARG001 - they are kept apart
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Any]:
    """Asks the middleware over a view that counts its calls: `calls(view, ...)` gives the handler, and the count."""
    monkeypatch.setattr(version, "site_version", lambda: "one state")
    monkeypatch.setattr(page_cache, "timezones", lambda: ["America/New_York"])

    def over(view: Callable[[HttpRequest], Any]) -> tuple[Callable[[HttpRequest], Any], list[HttpRequest]]:
        asked: list[HttpRequest] = []

        def counted(request: HttpRequest) -> Any:  # noqa: ANN401 - any response
            asked.append(request)
            return view(request)

        return page_cache.cached_responses(Budgets(page_cache.computed_once(counted))), asked

    return over
