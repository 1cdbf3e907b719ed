"""A mirror that follows `changes/` as docs/api.md says, through random publications and a restored backup.

The permalinks of the last pages that it saw keep their bytes, with the digest.
"""

import os
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from ratification.ledger.refusal import LedgerError
from ratification.models import Change
from ratification.rules.dates import Span
from tests.ratification.status.test_changes import NAMES, Desk, Mirror
from treaty.models import Treaty

Get = Callable[..., Any]
STEPS = 300 if os.environ.get("CONTRACT") == "long" else 12
SINCE = "/api/v1/treaties/hanoi/changes/?since=0&limit=250"


class Follower:
    """A mirror with the address that it asks next."""

    def __init__(self, get: Get) -> None:
        self.get, self.mirror, self.address, self.begun = get, Mirror(), SINCE, 0

    def follow(self) -> str | None:
        """Take what is new; begin again where the site says so. Return the digest that the site gives."""
        while True:
            answer = self.get(self.address)
            if answer.status_code == 409:
                self.mirror, self.address = Mirror(), SINCE
                self.begun += 1
                continue
            page = answer.json()
            self.mirror.take(page["results"])
            self.address = page["next"] or page["poll"]
            if not page["next"]:
                digest: str | None = page["status_digest"]
                return digest


def step(desk: Desk, dice: random.Random) -> str:
    """Do one thing that the ledger may refuse; return what."""
    day = date(2025, 10, 25) + timedelta(days=dice.randrange(380))
    free = sorted(set(NAMES) - {entry.participant.iso3 for entry in desk.published})
    what = dice.choice(["deposit", "correct", "retract"])
    if what == "deposit" and free:
        desk.deposit(dice.choice(free), day=day)
    elif what == "correct" and desk.published:
        desk.correct(dice.choice(desk.published), Span(day, day + timedelta(days=dice.randrange(9))))
    elif desk.published:
        desk.retract(dice.choice(desk.published))
    return what


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_mirror_stays_equal_through_a_restore(
    get: Get, record: Treaty, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(25)  # noqa: S311 - the same examples each time
    desk = Desk(record, now + timedelta(minutes=1), eager=True)
    monkeypatch.setattr("django.utils.timezone.now", lambda: desk.now)
    follower = Follower(get)
    backup, published = transaction.savepoint(), list(desk.published)
    done, pages = 0, dict[str, bytes]()
    while done < STEPS:
        try:
            with transaction.atomic():
                step(desk, dice)
        except LedgerError:
            continue
        done += 1
        assert follower.follow() == follower.mirror.digest()
        number = Change.objects.filter(treaty=record).latest("number").number
        page = get(f"/api/v1/treaties/hanoi/changes/?after={number - 1}")
        pages[page.json()["permalink"]] = page.content
        if done == STEPS // 2:  # the first half is lost: a backup from before it is put back
            transaction.savepoint_rollback(backup)
            desk.published[:] = published
            pages.clear()
            assert follower.follow() == follower.mirror.digest()
            assert follower.begun == 1
    assert pages
    assert {address: get(address).content for address in pages} == pages
