"""What costs much is done for a few at a time; the others are told when to ask again."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.test import Client

from common.budget import Budget, BusyError
from config.middleware.budgets import COMPUTATIONS
from dashboard.charts import DRAWINGS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hanoi")]


@pytest.fixture
def taken() -> Iterator[ExitStack]:
    """Places that a test takes."""
    with ExitStack() as stack:
        yield stack


def test_one_visitor_holds_some_of_the_places_and_gives_them_back() -> None:
    budget = Budget(3, of_one=2)
    for _ in range(2):
        with budget.place("a"), budget.place("a"), budget.place("b"):
            for whose in "abc":
                with pytest.raises(BusyError), budget.place(whose):
                    pass
        with budget.place("b"), budget.place("b"), pytest.raises(BusyError), budget.place("b"):
            pass


def refused(client: Client, path: str, **parameters: str) -> bool:
    response = client.get(path, parameters)
    assert response.status_code in {200, 503}
    if response.status_code == 503:
        assert response.headers["Retry-After"] == "2"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Much is being computed" in response.content.decode()
    return response.status_code == 503


def test_one_chart_at_a_time_is_drawn(client: Client, taken: ExitStack) -> None:
    """What was drawn before is shown all the while, and so are the pages."""
    assert not refused(client, "/charts/over-time.svg", as_of="2026-02-05")
    taken.enter_context(DRAWINGS.place())
    assert not refused(client, "/charts/over-time.svg", as_of="2026-02-05")
    assert refused(client, "/charts/over-time.svg", as_of="2026-02-06")
    assert refused(client, "/charts/over-time/", as_of="2026-02-06")
    assert not refused(client, "/charts/", as_of="2026-02-06")


@pytest.mark.parametrize(
    "path", ["/participants/", "/api/v1/treaties/hanoi/status/", "/embed/hanoi/progress/"]
)
def test_days_without_number_are_computed_for_a_few_at_a_time(
    client: Client, taken: ExitStack, path: str
) -> None:
    for _ in range(2):
        taken.enter_context(COMPUTATIONS.place("127.0.0.1"))
    assert refused(client, path, as_of="2026-02-05")
    assert refused(client, path, revision="3")
    assert not refused(client, path)
    assert not refused(Client(REMOTE_ADDR="192.0.2.7"), path, as_of="2026-02-05")
    taken.enter_context(COMPUTATIONS.place("192.0.2.7"))
    assert refused(Client(REMOTE_ADDR="192.0.2.8"), path, as_of="2026-02-05"), "a thread is left for the rest"
