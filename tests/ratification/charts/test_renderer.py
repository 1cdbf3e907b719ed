"""The process that draws: of low priority, without the site's secrets, and another in its place when it ends."""

import contextlib
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from common.budget import BusyError, Turns
from ratification.charts.convert import NICE
from ratification.charts.drawing import VEGA_LITE
from ratification.charts.renderer import ChartRenderer, RendererError

LINE: dict[str, Any] = {"data": {"values": [{"x": 1, "y": 2}]}, "mark": "point", "encoding": {}}


@pytest.fixture
def renderer() -> Iterator[ChartRenderer]:
    found = ChartRenderer()
    yield found
    found.close()


def test_drawings_give_way_to_everything_else(renderer: ChartRenderer) -> None:
    assert renderer.svg(LINE, VEGA_LITE).startswith("<svg")
    assert renderer.pid is not None
    assert renderer.pid != os.getpid()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, renderer.pid) == min(own + NICE, 19)


def test_who_waits_for_a_drawing_leaves_the_turn_to_others(
    renderer: ChartRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = renderer._sent  # noqa: SLF001 - what follows the wait for the process
    turns, free = Turns(1), list[bool]()
    monkeypatch.setattr("ratification.charts.renderer.TURNS", turns)

    def comes() -> bool:
        with turns.turn(60):
            return True

    def send(line: bytes) -> dict[str, str] | None:
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(comes).result())
        return sent(line)

    monkeypatch.setattr(renderer, "_sent", send)
    with turns.turn(1):
        assert renderer.svg(LINE, VEGA_LITE).startswith("<svg")
    assert free == [True]


def test_what_draws_knows_no_secret(renderer: ChartRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "kept from it")
    renderer.svg(LINE, VEGA_LITE)
    assert Path(f"/proc/{renderer.pid}/environ").read_bytes() == b"TZ=UTC\0"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_another_takes_the_place_of_one_that_ended(renderer: ChartRenderer, how: signal.Signals) -> None:
    first = renderer.svg(LINE, VEGA_LITE)
    before = renderer.pid
    assert before is not None
    os.kill(before, how)
    assert renderer.svg(LINE, VEGA_LITE) == first
    assert renderer.pid != before


def test_what_cannot_be_drawn_is_an_error_and_the_next_is_drawn(renderer: ChartRenderer) -> None:
    with pytest.raises(RendererError):
        renderer.svg({"mark": 5}, VEGA_LITE)
    with pytest.raises(RendererError):
        renderer.png("no drawing", 2)
    assert renderer.png(renderer.svg(LINE, VEGA_LITE), 2).startswith(b"\x89PNG")


def test_files_and_other_hosts_are_out_of_reach(renderer: ChartRenderer) -> None:
    secret = Path(__file__).resolve()
    for address in (f"file://{secret}", "http://127.0.0.1:9/x.json"):
        drawn: dict[str, Any] = {
            "data": {"url": address, "format": {"type": "dsv", "delimiter": "\n"}},
            "mark": "text",
        }
        drawn |= {"encoding": {"text": {"field": '"""The process that draws'}}}
        with contextlib.suppress(RendererError):
            assert "secrets" not in renderer.svg(drawn, VEGA_LITE)


def test_process_that_never_answers_is_given_up(
    renderer: ChartRenderer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    silent = tmp_path / "silent.py"
    silent.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr("ratification.charts.renderer.SCRIPT", silent)
    monkeypatch.setattr("ratification.charts.renderer.LONGEST", 0.2)
    with pytest.raises(BusyError, match="ended twice, or takes too long"):
        renderer.svg(LINE, VEGA_LITE)


def test_it_is_started_before_the_first_drawing_and_once(renderer: ChartRenderer) -> None:
    renderer.start()
    started = renderer.pid
    assert started is not None
    renderer.start()
    assert renderer.svg(LINE, VEGA_LITE).startswith("<svg")
    assert renderer.pid == started


def test_one_drawing_at_a_time_however_many_are_asked_for(
    renderer: ChartRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, under_way, most = renderer._sent, list[bytes](), list[int]()  # noqa: SLF001 - what asks the process

    def send(line: bytes) -> dict[str, str] | None:
        under_way.append(line)
        most.append(len(under_way))
        try:
            return sent(line)
        finally:
            under_way.remove(line)

    monkeypatch.setattr(renderer, "_sent", send)
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: renderer.svg(LINE, VEGA_LITE), range(16)))
    assert len(set(drawn)) == 1
    assert set(most) == {1}
    assert len(most) == 16
