from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from icalendar import Calendar

from dashboard.calendar import PAST_SHOWN, dated_events
from ratification.intake.bundles import load_treaty
from ratification.record import selectors
from ratification.record.selectors import View
from treaty.models import Treaty


def test_every_day_of_the_text_is_shown(get: Callable[..., str], view: Callable[..., View]) -> None:
    page = get("/calendar/")
    for event in dated_events(view()):
        assert event.what in page
    window = next(window for window in view().outcome.windows if window.kind == "signature")
    assert f"{window.days_left} days left" in page
    assert "392 days ago" in page


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)])
def test_the_days_since_a_day_are_those_of_all_that_may_be_later(
    view: Callable[..., View], day: date
) -> None:
    shown = view()
    later = [event for event in dated_events(shown) if event.when.latest >= day]
    assert dated_events(shown, since=day) == later
    assert any(event.key == "signature-after" for event in dated_events(shown, since=date(2027, 1, 1)))


def test_what_was_only_reported_is_no_date_of_the_text(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    reported = {window.participant for window in view().outcome.windows if window.reported}
    page = get("/claims/")
    assert "No article of the treaty sets it, and nothing follows when it passes." in page
    assert all(f'href="/participants/{iso3}/"' in page for iso3 in reported)
    assert not any("approval" in event.what for event in dated_events(view()))


def test_the_feed_has_the_same_days(client: Client, view: Callable[..., View]) -> None:
    response = client.get("/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [
        item.when.earliest for item in dated_events(view())
    ]
    assert len({event["uid"] for event in events}) == len(events)
    again = client.get("/calendar.ics")
    assert again.content == response.content


def test_a_treaty_in_force_has_its_days(
    client: Client, get: Callable[..., str], view: Callable[..., View]
) -> None:
    shown = view(slug="untoc")
    page = get("/treaties/untoc/calendar/")
    assert shown.outcome.entry_into_force.on
    assert "Entry into force" in page
    shown_at_once, _, earlier = page.partition('<details class="foot">')
    assert shown_at_once.count("Entry into force for") == PAST_SHOWN
    assert earlier.count("Entry into force for") > 100
    assert "7259 days ago" not in page
    events = Calendar.from_ical(client.get("/treaties/untoc/calendar.ics").content).walk("VEVENT")
    assert shown.outcome.entry_into_force.on.on in [event.decoded("dtstart") for event in events]


DEFINITION = """slug = "closing"
title = "Convention on Closing"
depositary = "Government of Peru"
adopted_on = 2000-01-01
[signature]
article = "7"
opens_on = 2000-02-01
closes_on = 2000-12-31
[entry_into_force]
article = "9"
counted_acts = ["ratification"]
instruments = 1
delay = { days = 90 }
"""
ACCESSION = '[acts]\narticle = "8"\nkinds = ["signature", "ratification", "accession"]\n'
ENDED = '[termination]\narticle = "12"\non = 2001-01-01\n'


@pytest.mark.parametrize(("more", "told"), [("", 0), (ACCESSION, 1), (ACCESSION + ENDED, 0)])
def test_who_has_not_signed_can_accede_only_where_the_clause_says_so(
    more: str,
    told: int,
    tmp_path: Path,
    hanoi: Treaty,  # noqa: ARG001 - its participants
) -> None:
    (tmp_path / "treaty.toml").write_text(DEFINITION + more)
    (tmp_path / "actions.csv").write_text(
        "participant,kind,taken_on,source\nFRA,ratification,2000-03-01,A paper\n"
    )
    treaty, _ = load_treaty(tmp_path, now=datetime(2026, 1, 1, tzinfo=UTC))
    events = dated_events(selectors.view_of(treaty, today=date(2026, 1, 1)))
    assert [event.what for event in events].count("Last day for signature") == 1
    assert [event.what for event in events].count("States that have not signed can only accede") == told
