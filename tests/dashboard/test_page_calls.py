"""Calls of functions that a page takes that no cache holds: a bound that does not depend on the clock."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from ratification.status.editions import note_edition
from tests.calls import calls_of
from treaty.models import Treaty

MOST = {
    "/": 36_200,
    "/treaties/untoc/": 50_000,
    "/fr/treaties/untoc/": 53_500,
    "/participants/": 43_000,
    "/treaties/untoc/participants/": 51_400,
}
"""By address, once facts, participants and outcome are kept: a tenth more than it was when it was measured."""


@pytest.mark.parametrize("address", MOST)
def test_a_cold_page_takes_no_more_calls_than_it_did(
    address: str,
    hanoi: Treaty,  # noqa: ARG001 - all bundled treaties stand in the database
    now: datetime,
    settings: Settings,
) -> None:
    note_edition(now)
    settings.ANSWERS_SECONDS = 0
    calls = calls_of(Client(), address, 200)
    assert 10_000 < calls <= MOST[address], f"{calls:,} calls"
