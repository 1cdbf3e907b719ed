"""Many people at once on the same entries: each is published once, and nobody sees more than a sentence."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, TreatyStatus
from ratification.operations import audit
from ratification.record.entries import latest_revision
from ratification.status import recompute as status
from treaty.models import Treaty

ATTEMPTS = 50


def at_once(count: int, attempt: Callable[[int], None]) -> list[str]:
    """Let so many threads, each with its own connection, make an attempt; gives what became of each."""
    outcomes: list[str] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            attempt(number)
            outcomes.append("done")
        except LedgerError:
            outcomes.append("refused")
        except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db")
def test_fifty_at_once(
    hanoi: Treaty,
    say: Callable[..., ActionContent],
    published: Callable[[ActionContent], Action],
    clerk: User,
    reviewer: User,
    now: datetime,
) -> None:
    """Ten entries wait for review, five published ones wait to be corrected; fifty threads act on them."""
    codes = ["FRA", "CHN", "BRA", "EGY", "CHL", "CUB", "AGO", "AUS", "BEL", "KHM"]
    waiting = [
        ledger.submit(
            ledger.draft(hanoi, say(f"{iso3} ratification 2026-04-15"), author=clerk, now=now), by=clerk
        )
        for iso3 in codes
    ]
    wrong = [
        published(say(f"{iso3} ratification 2026-04-15")) for iso3 in ("VNM", "AUT", "CZE", "GHA", "GRC")
    ]
    before = latest_revision(hanoi)

    def correct(entry: Action, number: int) -> None:
        statement = replace(ledger.content_of(entry), note=f"As attempt {number} has it.")
        draft = ledger.correct(entry, statement, author=clerk, reason="The day was wrong.", now=now)
        ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)

    def attempt(number: int) -> None:
        if number % 5 < 2:
            ledger.publish(waiting[number % 10], reviewer=reviewer, now=now)
        elif number % 5 == 2:
            ledger.reject(waiting[(number // 5) % 10], reviewer=reviewer, reason="The day is wrong.")
        else:
            correct(wrong[(number // 10) % 5], number)

    outcomes = at_once(ATTEMPTS, attempt)

    assert set(outcomes) == {"done", "refused"}, Counter(outcomes)
    assert len(outcomes) == ATTEMPTS
    for entry in wrong:
        assert Action.objects.filter(supersedes=entry, state="published").count() == 1
    states = Counter(
        Action.objects.filter(pk__in=[entry.pk for entry in waiting]).values_list("state", flat=True)
    )
    assert states["published"] + states["draft"] + states["in_review"] == len(waiting)
    assert latest_revision(hanoi) == before + len(wrong) + states["published"]
    # A worker that an earlier test started may have stored the real day meanwhile; no earlier one replaces it.
    stored = TreatyStatus.objects.filter(treaty=hanoi).values_list("as_of", flat=True).first()
    today = max(stored or now.date(), now.date())
    status.recompute(hanoi.pk, today=today, now=now)
    assert list(audit.breaches(today=today, now=now)) == []
