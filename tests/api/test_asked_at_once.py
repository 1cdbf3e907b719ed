"""Who asks for the same response at once: one computes it, in whichever process, and the others wait."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from common.budget import PREPARES, Turns
from config.middleware import budgets, page_cache
from ratification.status import version as inputs

pytestmark = pytest.mark.usefixtures("db")


def test_many_who_ask_at_once_are_answered_by_one_call(calls: Callable[..., Any]) -> None:
    everybody = threading.Barrier(8)
    others_wait = threading.Event()

    def slow(_request: HttpRequest) -> HttpResponse:
        others_wait.wait(0.2)
        return HttpResponse("the answer")

    handler, asked = calls(slow)

    def ask(_number: int) -> bytes:
        everybody.wait()
        content: bytes = handler(RequestFactory().get("/x")).content
        return content

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {b"the answer"}
    assert len(asked) == 1


def test_what_waits_for_its_turn_is_computed_by_another_process(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()

    class Watched(Turns):
        def turn(self, seconds: float) -> AbstractContextManager[None]:  # type: ignore[override]  # a supertype of it
            waits.set()
            return super().turn(seconds)

    turns = Watched(1)
    for module in (budgets, page_cache):
        monkeypatch.setattr(module, "TURNS", turns)
    (visited, computed_here), (prepared, computed_there) = (
        calls(lambda _: HttpResponse("the answer")) for _ in range(2)
    )
    with ThreadPoolExecutor(1) as threads, turns.turn(1):
        waits.clear()
        visitor = threads.submit(visited, RequestFactory().get("/x"))
        assert waits.wait(30)
        assert prepared(RequestFactory().get("/x", **{PREPARES: True})).status_code == 200  # type: ignore[arg-type]  # as above
    assert visitor.result().content == b"the answer"
    assert (len(computed_here), len(computed_there)) == (0, 1)


def test_who_waits_for_another_process_leaves_the_turn_to_others(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(1)
    for module in (budgets, page_cache):
        monkeypatch.setattr(module, "TURNS", turns)
    begun, goes_on = threading.Event(), threading.Event()

    def slow(_request: HttpRequest) -> HttpResponse:
        begun.set()
        assert goes_on.wait(30)
        return HttpResponse("the answer")

    prepared, _ = calls(slow)
    visited, computed_here = calls(lambda request: HttpResponse(request.path))
    with ThreadPoolExecutor(2) as threads:
        threads.submit(prepared, RequestFactory().get("/x", **{PREPARES: True}))  # type: ignore[arg-type]  # as above
        assert begun.wait(30)
        visitor = threads.submit(visited, RequestFactory().get("/x"))
        assert visited(RequestFactory().get("/y")).content == b"/y"
        goes_on.set()
        assert visitor.result().content == b"the answer"
    assert [request.path for request in computed_here] == ["/y"]


def test_what_another_process_has_computed_waits_for_no_turn(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, waits, goes_on = threading.Event(), threading.Event(), threading.Event()

    class Watched(Turns):
        def give_up(self) -> None:
            super().give_up()
            waits.set()

    turns = Watched(1)
    for module in (budgets, page_cache):
        monkeypatch.setattr(module, "TURNS", turns)

    def slow(_request: HttpRequest) -> HttpResponse:
        begun.set()
        assert goes_on.wait(30)
        return HttpResponse("the answer")

    prepared, _ = calls(slow)
    visited, computed_here = calls(lambda _: HttpResponse("computed here"))
    with ThreadPoolExecutor(2) as threads:
        threads.submit(prepared, RequestFactory().get("/x", **{PREPARES: True}))  # type: ignore[arg-type]  # as above
        assert begun.wait(30)
        visitor = threads.submit(visited, RequestFactory().get("/x"))
        assert waits.wait(30)
        with turns.turn(30):
            goes_on.set()
            assert visitor.result(30).content == b"the answer"
    with turns.turn(0.01):
        pass
    assert not computed_here


def test_who_waits_while_more_is_published_gets_what_was_asked_for(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = ["first"]
    computes, waits, goes_on = threading.Event(), threading.Event(), threading.Event()

    def site_version() -> str:
        read = state[0]
        if threading.current_thread().name == "waits":
            waits.set()
        return read

    def view(_request: HttpRequest) -> HttpResponse:
        shown = state[0]
        if shown == "second":
            computes.set()
            assert goes_on.wait(30)
        return HttpResponse(shown)

    monkeypatch.setattr(inputs, "site_version", site_version)
    handler, asked = calls(view)
    shown = {}

    def ask() -> None:
        shown[threading.current_thread().name] = handler(RequestFactory().get("/x")).content

    ask()
    state[0] = "second"
    threads = [threading.Thread(target=ask, name=name) for name in ("computes", "waits")]
    for thread, has_begun in zip(threads, (computes, waits), strict=True):
        thread.start()
        assert has_begun.wait(30)
    state[0] = "third"
    goes_on.set()
    for thread in threads:
        thread.join()
    assert (shown["computes"], shown["waits"], len(asked)) == (b"second", b"second", 2)
    assert handler(RequestFactory().get("/x")).content == b"third"


def test_nobody_waits_for_what_failed(calls: Callable[..., Any]) -> None:
    failing = iter([True])

    def view(_request: HttpRequest) -> HttpResponse:
        if next(failing, False):
            raise ZeroDivisionError
        return HttpResponse("the answer")

    handler, asked = calls(view)
    with pytest.raises(ZeroDivisionError):
        handler(RequestFactory().get("/x"))
    assert handler(RequestFactory().get("/x")).content == b"the answer"
    assert len(asked) == 2
