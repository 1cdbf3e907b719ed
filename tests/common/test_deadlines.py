"""A query that takes too long ends with the error of a lost connection; one in time goes on undisturbed."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from common.deadlines import Deadlines


class Connection:
    """What a watch needs of a connection: whether it is closed, and its file."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self.closed = end, 0

    def fileno(self) -> int:
        return self.end.fileno()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        yield ours, theirs


def test_whoever_waits_for_a_server_that_hangs_is_told_that_the_connection_is_gone(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, _ = ends
    with Deadlines(0.1).within(Connection(ours)):
        assert ours.recv(1) == b"", "an end without an answer"


def test_an_answer_in_time_comes_through_and_the_connection_lives_on(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    deadlines = Deadlines(60.0)
    with deadlines.within(Connection(ours)):
        threading.Timer(0.05, theirs.sendall, [b"answer"]).start()
        assert ours.recv(6) == b"answer"
    theirs.sendall(b"again")
    assert ours.recv(5) == b"again"


def test_a_connection_that_is_idle_after_its_query_is_left_alone(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    deadlines = Deadlines(0.0)
    with deadlines.within(Connection(ours)):
        pass
    other, _kept = socket.socketpair()
    with closing(other), closing(_kept), deadlines.within(Connection(other)):
        while other.recv(1):  # the watch has passed once
            time.sleep(0.01)
    theirs.sendall(b"x")
    assert ours.recv(1) == b"x"


def test_no_connection_has_no_limit() -> None:
    with Deadlines(0.0).within(None):
        pass
