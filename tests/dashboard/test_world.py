from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.test import Client

from dashboard.table import rows_of
from dashboard.world import days_of_change, detail_of, first_day
from ratification.intake.bundles import load_treaty
from ratification.record.selectors import View
from treaty.models import Treaty

LONGEST = 60
"""What fits into the strip below the map at 360 pixels."""


@pytest.mark.parametrize("slug", ["hanoi", "untoc", "uncac", "budapest"])
def test_the_map_says_every_standing_briefly(view: Callable[..., View], slug: str) -> None:
    for row in rows_of(view(slug=slug)):
        assert detail_of(row, "en").startswith((row.kind, "has not signed", "no signature known"))
        assert len(detail_of(row, "en")) <= LONGEST


def test_an_open_date_is_said_on_the_map(view: Callable[..., View]) -> None:
    details = {row.participant.iso3: detail_of(row, "en") for row in rows_of(view(date(2025, 12, 1)))}
    assert details["FJI"] == "uncertain, signed or not: 20 Nov 2025 – 17 Jan 2026"
    details = {row.participant.iso3: detail_of(row, "en") for row in rows_of(view(date(2026, 2, 5)))}
    assert details["QAT"] == "signatory, perhaps bound: 1–13 Feb 2026"


def test_the_slider_stops_where_the_record_changes(view: Callable[..., View]) -> None:
    shown = view(date(2025, 10, 24))
    stops = days_of_change(shown, first_day(shown), date(2026, 11, 21))
    assert stops[0] == shown.treaty.adopted_on
    assert stops[-1] == date(2026, 11, 21)
    for entry in shown.recorded:
        assert {entry.taken_earliest, entry.taken_latest} <= set(stops)


def test_without_a_list_that_is_complete_nobody_is_said_not_to_have_signed(
    make_treaty: Callable[..., Path], now: datetime, get: Callable[..., str], client: Client
) -> None:
    folder = make_treaty(["FRA,signature,2025-10-25,,,,,x"])
    definition = folder / "treaty.toml"
    lines = definition.read_text().splitlines()
    definition.write_text("\n".join(line for line in lines if not line.startswith("known_until")))
    load_treaty(folder, now=now)
    slug = Treaty.objects.latest("pk").slug
    page = get(f"/treaties/{slug}/", as_of="2026-01-01")
    assert "no signature known" in page
    assert "has not signed" not in page
    picture = client.get(f"/embed/{slug}/map.svg?as_of=2026-01-01").content.decode()
    assert "no signature known" in picture
    assert "has not signed" not in picture
