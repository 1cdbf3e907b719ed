"""What costs much is done for a few at a time; the others are told when to ask again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from common.budget import TURNS, Budget, BusyError, Shares, Turns
from config.middleware.budgets import COMPUTATIONS, network
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
    """What was drawn before is shown all the while, and so are the pages; that of one chart asks for the drawing."""
    assert not refused(client, "/charts/over-time.svg", as_of="2026-02-05")
    taken.enter_context(DRAWINGS.place())
    assert not refused(client, "/charts/over-time.svg", as_of="2026-02-05")
    assert refused(client, "/charts/over-time.svg", as_of="2026-02-06")
    assert not refused(client, "/charts/over-time/", as_of="2026-02-06")
    assert not refused(client, "/charts/", as_of="2026-02-06")


@pytest.mark.parametrize(
    "path", ["/participants/", "/api/v1/treaties/hanoi/status/", "/embed/hanoi/progress/"]
)
def test_days_without_number_are_computed_for_a_few_at_a_time(
    client: Client, taken: ExitStack, settings: Settings, path: str
) -> None:
    for _ in range(settings.COMPUTATIONS - 1):
        taken.enter_context(COMPUTATIONS.place("127.0.0.1"))
    assert refused(client, path, as_of="2026-02-05")
    assert refused(client, path, revision="3")
    assert not refused(client, path)
    assert not refused(Client(REMOTE_ADDR="192.0.2.7"), path, as_of="2026-02-05")
    taken.enter_context(COMPUTATIONS.place("192.0.2.7"))
    assert refused(Client(REMOTE_ADDR="192.0.2.8"), path, as_of="2026-02-05"), "a thread is left for the rest"


def test_two_compute_at_a_time_and_what_is_kept_waits_for_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("config.middleware.budgets.TURN_SECONDS", 0.01)
    settings.ANSWERS_SECONDS = 600
    client = Client()
    assert not refused(client, "/about/")
    with TURNS.turn(1):
        assert not refused(client, "/calendar/")
        with TURNS.turn(1):
            assert not refused(client, "/about/"), "it is kept"
            assert refused(client, "/claims/"), "no turn has come"
    assert not refused(client, "/claims/")


def test_who_waits_for_another_process_gives_the_turn_to_others() -> None:
    """A drawing at low priority takes seconds on a busy machine; two of them must not keep all others waiting."""
    turns = Turns(1)
    with ThreadPoolExecutor(1) as other, turns.turn(1):

        def comes(seconds: float) -> bool:
            try:
                with turns.turn(seconds):
                    return True
            except BusyError:
                return False

        assert not other.submit(comes, 0.01).result()
        with turns.given_up():
            assert other.submit(comes, 60).result()
        assert not other.submit(comes, 0.01).result(), "it has come back"
    with turns.given_up(), turns.turn(0.01):
        pass


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def fail(self) -> None:
        """Work for a second in vain."""
        self.now += 1
        raise ZeroDivisionError


def test_visitor_who_has_taken_a_share_waits_and_others_do_not() -> None:
    clock, work = Clock(), Clock()
    shares = Shares(clock, work)

    def takes(seconds: float, whose: str = "a") -> bool:
        try:
            with shares.spend(whose, at_once=1, part=0.1):
                work.now += seconds
        except BusyError:
            return False
        return True

    assert takes(0.9)
    assert takes(5), "what is begun is done"
    assert not takes(0)
    assert takes(0.1, "b")
    clock.now += 48
    assert not takes(0)
    clock.now += 2
    assert takes(0)
    clock.now += 1_000_000
    assert takes(1)
    assert not takes(0), "nothing is saved up"


def test_work_that_fails_is_charged_too() -> None:
    work = Clock()
    shares = Shares(Clock(), work)
    with pytest.raises(ZeroDivisionError), shares.spend("a", at_once=1, part=0.1):
        work.fail()
    with pytest.raises(BusyError), shares.spend("a", at_once=1, part=0.1):
        pass


def test_a_flood_of_addresses_fills_no_memory() -> None:
    work = Clock()
    shares = Shares(Clock(), work, visitors=10)
    for number in range(100):
        with shares.spend(str(number), at_once=1, part=0.1):
            work.now += 1
    assert len(shares) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_visitor_has_a_whole_network_of_ipv6(one: str, other: str, *, same: bool) -> None:
    assert (network(one) == network(other)) is same


@pytest.mark.parametrize(
    "path", ["/participants/", "/api/v1/treaties/hanoi/participants/", "/participants/FRA/", "/nothing/"]
)
def test_visitor_who_asked_too_much_is_shown_what_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """With a made-up session, with a day, with an address that is not there: what is computed is charged."""
    settings.ANSWERS_SECONDS = 600
    settings.VISITOR_SECONDS, settings.VISITOR_SHARE = 0.001, 0.000001
    address = "192.0.2.77"
    shares = Shares()
    monkeypatch.setattr("config.middleware.budgets.SHARES", shares)
    with shares.spend(address, at_once=1, part=1):
        sum(range(1_000_000))  # more than a thousandth of a second
    one = Client(REMOTE_ADDR=address)
    refusal = one.get(path)
    assert refusal.status_code == 503
    assert refusal.headers["Retry-After"] == "2"
    assert "Much has been computed for your address" in refusal.content.decode()
    assert Client().get(path).status_code in {200, 404}
    if path != "/nothing/":
        assert one.get(path).status_code == 200, "it was computed for somebody else and kept"
    one.cookies["sessionid"] = "made-up"
    assert one.get(path).status_code == 503
    assert one.get("/admin/login/").status_code == 200
