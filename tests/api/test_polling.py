"""Following the changes: walks in one state, the address to ask next, and places beyond the record's end."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.models import Change, TreatyStatus
from ratification.models.triggers import lifted
from ratification.record.clocks import read_day
from ratification.rules.dates import Span
from ratification.status import recompute as status
from states.models import Participant
from tests.ratification.status.test_changes import Mirror
from treaty.clauses import ActionKind
from treaty.models import Treaty

Get = Callable[..., Any]
CHANGES = "/api/v1/treaties/hanoi/changes/"


@pytest.fixture
def later(record: Treaty, now: datetime) -> int:
    """A deposit published after the record of the other tests, and the number of the last change before it."""
    last = Change.objects.filter(treaty=record).latest("number").number
    content = ledger.ActionContent(
        participant=Participant.objects.get(iso3="VNM"),
        kind=ActionKind.RATIFICATION,
        taken=Span.day(read_day("2026-11-20")),
        source=record.sources.first(),
    )
    ledger.record(
        record,
        [content],
        author=system_user("invented", "a test"),
        reviewer=system_user("checked", "a test"),
        now=now,
    )
    status.recompute(record.pk, today=now.date(), now=now)
    return last


def walked(get: Get, address: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Follow `next` to the end; return all changes and the last page."""
    changes: list[dict[str, Any]] = []
    while True:
        page = get(address).json()
        changes += page["results"]
        if page["next"] is None:
            return changes, page
        address = page["next"]


def test_a_walk_pinned_to_a_revision_is_polled_from_its_own_end(get: Get, later: int) -> None:
    changes, page = walked(get, f"{CHANGES}?since=0&revision=87")
    assert changes[-1]["id"] == later
    assert page["poll"] == f"http://testserver{CHANGES}?after={later}"
    polled = get(page["poll"]).json()["results"]
    assert polled[0]["id"] == later + 1
    assert "VNM" in {change["participant"] for change in polled}


def test_a_past_day_leads_nowhere(get: Get, later: int) -> None:  # noqa: ARG001 - the changes that would be missed
    page = get(f"{CHANGES}?since=0&as_of=2026-01-01").json()
    assert page["poll"] is None
    assert page["status_digest"] is None


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_permalink_keeps_its_bytes(
    get: Get, record: Treaty, now: datetime, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the next publication, after midnight, and after a year."""
    (last,) = Change.objects.filter(treaty=record).order_by("-number").values_list("number", flat=True)[:1]
    pinned = [
        f"{CHANGES}?as_of=2026-11-21&revision=87",
        f"{CHANGES}?as_of=2026-11-21&revision=87&until={last}&after={last - 3}",
        f"{CHANGES}?as_of=2026-11-21&revision=80&limit=250",
        f"{CHANGES}?as_of=2026-03-01&revision=87&limit=250",
    ]
    before = [get(address).content for address in pinned]
    assert json.loads(before[1])["status_digest"] == TreatyStatus.objects.get(treaty=record).digest
    assert json.loads(before[1])["poll"] == f"http://testserver{CHANGES}?after={last}"
    request.getfixturevalue("later")
    assert [get(address).content for address in pinned] == before
    for moment in (now + timedelta(days=1), now + timedelta(days=365)):
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        status.recompute(record.pk, today=record.legal_day(moment), now=moment)
        assert [get(address).content for address in pinned] == before


def test_the_last_page_carries_the_digest_of_the_status(get: Get, record: Treaty, later: int) -> None:
    _, page = walked(get, f"{CHANGES}?since=0")
    assert page["status_digest"] == TreatyStatus.objects.get(treaty=record).digest
    assert page["status_digest"]
    assert get(f"{CHANGES}?since=0").json()["status_digest"] is None, "more follow"
    past = get(f"{CHANGES}?until={later}&after={later - 1}").json()["status_digest"]
    mirror = Mirror()
    mirror.take(walked(get, f"{CHANGES}?since=0&until={later}")[0])
    assert past == mirror.digest() != page["status_digest"]


@pytest.mark.parametrize("query", ["after=9999999", "since=9999", "until=9999999", "revision=9999"])
def test_a_place_beyond_the_record_says_start_again(get: Get, query: str) -> None:
    refusal = get(f"{CHANGES}?{query}")
    assert refusal.status_code == 409
    document = refusal.json()
    assert document["type"] == "/api/v1/problems/#ahead-of-record"
    assert document["parameter"] == query.partition("=")[0]
    assert "start again" in document["detail"]


def test_a_cursor_of_a_later_state_says_start_again(get: Get, record: Treaty, now: datetime) -> None:
    cursor = get(f"{CHANGES}?ordering=-id&limit=1").json()["next"]
    with lifted(connection):
        Change.objects.filter(treaty=record, number__gt=50).delete()  # what a restored backup does not have
    status.recompute(record.pk, today=now.date(), now=now)
    refusal = get(cursor.replace("until=", "limit=1&until=") if "limit" not in cursor else cursor)
    assert (refusal.status_code, refusal.json()["type"]) == (409, "/api/v1/problems/#ahead-of-record")
