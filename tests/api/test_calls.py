"""Calls of functions that an answer takes, cold and kept: a bound that does not depend on the clock."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.calls import calls_of
from treaty.models import Treaty

MOST = {
    "/api/v1/treaties/hanoi/participants/": 2_600,
    "/api/v1/treaties/hanoi/participants/?as_of=2026-03-01": 2_750,
    "/api/v1/treaties/hanoi/statements/": 6_500,
    "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60": 5_030,
    "/api/v1/treaties/hanoi/changes/": 19_800,
    "/changes/": 37_000,
    "/changes.atom": 36_000,
    "/statements/": 33_900,
    "/readiness/": 36_000,
}
"""By address, once facts, participants and outcome are kept: a tenth more than it was when it was measured."""
MOST_KEPT = {200: 1_390, 304: 1_340}
"""By status, of an answer that is kept in files; the client of Redis takes some 450 calls more."""


@pytest.mark.parametrize("address", MOST)
def test_a_cold_answer_takes_no_more_calls_than_it_did(
    address: str,
    record: Treaty,  # noqa: ARG001 - it stands in the database
    settings: Settings,
) -> None:
    settings.ANSWERS_SECONDS = 0
    calls = calls_of(Client(), address, 200)
    assert 1_000 < calls <= MOST[address], f"{calls:,} calls"


@pytest.mark.embedded  # the bound is that of files
@pytest.mark.parametrize("status", MOST_KEPT)
def test_a_kept_answer_takes_no_more_calls_than_it_did(
    status: int,
    record: Treaty,  # noqa: ARG001 - it stands in the database
    settings: Settings,
) -> None:
    settings.ANSWERS_SECONDS = 600
    own = {**settings.CACHES["answers"], "KEY_PREFIX": f"calls-{status}"}
    settings.CACHES = {**settings.CACHES, "answers": own}
    client, address = Client(), "/api/v1/treaties/hanoi/participants/"
    condition = {"If-None-Match": client.get(address)["ETag"]} if status == 304 else {}
    calls = calls_of(client, address, status, condition)
    assert 500 < calls <= MOST_KEPT[status], f"{calls:,} calls"
