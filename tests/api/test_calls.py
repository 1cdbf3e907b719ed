"""Calls of functions that a cold answer of the API takes: a bound that does not depend on the clock."""

import sys
from types import FrameType

import pytest
from django.test import Client
from pytest_django import Settings

from treaty.models import Treaty

MOST = {
    "treaties/hanoi/participants/": 2_450,
    "treaties/hanoi/participants/?as_of=2026-03-01": 2_600,
    "treaties/hanoi/status/?as_of=2026-03-01&revision=60": 5_300,
}
"""By address, once facts, participants and outcome are kept: a tenth more than it was when it was measured."""


@pytest.mark.parametrize("address", MOST)
def test_a_cold_answer_takes_no_more_calls_than_it_did(
    address: str,
    record: Treaty,  # noqa: ARG001 - it stands in the database
    settings: Settings,
) -> None:
    settings.ANSWERS_SECONDS = 0
    client = Client()
    for _ in ("loads the middleware", "fills what is kept"):
        assert client.get(f"/api/v1/{address}").status_code == 200
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        response = client.get(f"/api/v1/{address}")
    finally:
        sys.setprofile(None)
    assert response.status_code == 200
    assert 1_000 < calls <= MOST[address], f"{calls:,} calls"
