"""The record against which an entry is checked: read once, however many entries there are, and without its rows."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_init

from ratification.ledger import writing as ledger
from ratification.ledger.checks import Scrutiny
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from treaty.models import Treaty

# The same whatever the database: all other tests of the ledger send these queries to both.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

Say = Callable[..., ActionContent]


def test_no_row_of_the_record_is_made(hanoi: Treaty, clerk: User, say: Say, now: datetime) -> None:
    ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    made: list[object] = []

    def note(sender: object, **_more: object) -> None:
        made.append(sender)

    post_init.connect(note)
    try:
        scrutiny = Scrutiny(hanoi, with_pending_of=clerk.pk)
    finally:
        post_init.disconnect(note)
    assert made == []
    assert len(scrutiny.known) == hanoi.actions.filter(revision__isnull=False).count()


def test_each_draft_is_checked_against_all_others_and_not_against_itself(
    hanoi: Treaty, clerk: User, say: Say, now: datetime, today: date
) -> None:
    """One reading serves every line of a notification."""
    drafts = [
        ledger.draft(hanoi, say(f"{iso3} ratification 2026-04-15"), author=clerk, now=now)
        for iso3 in ("VNM", "AUS")
    ]
    scrutiny = Scrutiny(hanoi, with_pending_of=clerk.pk)
    assert [scrutiny.doubts_about(draft, today) for draft in drafts] == [[], []]
    again = Action(treaty=hanoi, participant=drafts[0].participant, kind="ratification")
    again.taken_earliest = again.taken_latest = date(2026, 4, 16)
    assert {doubt.rule for doubt in scrutiny.doubts_about(again, today)} == {"repetition"}
