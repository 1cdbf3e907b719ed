"""Calls of functions, the interpreter's own included: what an answer costs, the same on a busy machine."""

import sys
from collections.abc import Mapping
from types import FrameType

from django.test import Client


def calls_of(client: Client, address: str, status: int, headers: Mapping[str, str] | None = None) -> int:
    """Return the calls that an answer takes, once what it rests on is kept."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    for _ in ("loads the middleware", "fills what is kept"):
        assert client.get(address, headers=headers).status_code == status
    sys.setprofile(count)
    try:
        response = client.get(address, headers=headers)
    finally:
        sys.setprofile(None)
    assert response.status_code == status
    return calls
