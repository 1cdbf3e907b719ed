"""Answers that name both clocks: the same bytes for ever, whatever is published, restarted, or passes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches

from common.languages import KEYS
from ratification.models import Action
from ratification.partners import dataset
from ratification.record import kept
from ratification.rules.dates import Span
from ratification.status import editions
from ratification.status import recompute as status
from tests.api.addresses import ONE_OF_EACH
from tests.ratification.status.test_changes import Desk
from treaty.models import Treaty

Get = Callable[..., Any]
CLOCKS = [
    ("2026-11-21", 87),
    ("2026-11-21", 80),
    ("2026-03-01", 87),
    ("2026-03-01", 40),
    ("2027-06-30", 87),
    ("2025-10-24", 1),
]
FORMATS = ["", "json", "csv", "xlsx", "jsonld", "metadata.json", "atom", "jsonl"]
FILES = (
    *(f"/embed/hanoi/{name}" for name in ("progress/", "table/", "badge.svg", "map.svg")),
    *("/participants/csv", "/participants/xlsx", "/changes.atom", "/changes.json", "/calendar.ics"),
)
"""Files and embeds of the site, which take a language."""
PEOPLE = ("QAT", "VNM", "EUE", "FRA")
PUBLICATIONS = 17
ENOUGH = 432
OF_FILES, LANGUAGES = CLOCKS[1:4], list(KEYS)


def paths() -> list[str]:
    """Return each resource of the Convention in each format, with its query and without."""
    found = {f"treaties/hanoi/participants/{iso3}/" for iso3 in PEOPLE}
    for path in ONE_OF_EACH.values():
        if path.startswith("treaties/hanoi/"):
            found |= {path.partition("?")[0], path}
    return sorted(found)


def addresses(get: Get) -> list[str]:
    """Return those that are there, at each pair of clocks; files and embeds in each language."""
    made = []
    for path in paths():
        address, _, query = path.partition("?")
        own = "&".join(each for each in query.split("&") if each and not each.startswith("revision="))
        for form in FORMATS:
            named = f"{address.rstrip('/')}.{form}" if form else address
            pinned = [
                f"/api/v1/{named}?{own}{'&' if own else ''}as_of={as_of}&revision={revision}"
                for as_of, revision in CLOCKS
            ]
            if get(pinned[0]).status_code == 200:
                made += pinned
    # Each pair of clocks in one language, and each language at one pair.
    asked = [(clocks, LANGUAGES[0]) for clocks in OF_FILES] + [(OF_FILES[0], each) for each in LANGUAGES[1:]]
    return made + [
        f"{path}?as_of={as_of}&revision={revision}&lang={language}"
        for path, ((as_of, revision), language) in product(FILES, asked)
    ]


def told(get: Get, address: str) -> tuple[int, bytes, str | None, str | None]:
    """Return what a client keeps of an answer."""
    answer = get(address)
    body = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, body, answer.get("ETag"), answer.get("Last-Modified")


def publish_seventeen(desk: Desk) -> None:
    """Publish acts, corrections and retractions, with the job after each."""
    signed = Action.objects.filter(treaty=desk.treaty, kind="signature", taken_latest__lt=date(2025, 11, 1))
    codes = signed.exclude(participant__iso3="QAT").order_by("pk").values_list("participant__iso3", flat=True)
    for number, code in enumerate(codes[:9]):
        desk.deposit(code, day=date(2026, 11, 2) + timedelta(days=number))
    for entry in desk.published[:4]:
        desk.correct(entry, Span(date(2026, 11, 1), date(2026, 11, 9)))
    for entry in desk.published[:4]:
        desk.retract(entry)


def start_again() -> None:
    """Forget what a process and its caches have kept."""
    kept.forget()
    for alias in settings.CACHES:
        caches[alias].clear()


@pytest.mark.production  # the harder case: rows in no fixed order, a cache that others share
def test_pinned_addresses_keep_their_bytes(
    get: Get, record: Treaty, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 17 publications, a restart, midnight and 35 days."""
    before = {address: told(get, address) for address in addresses(get)}
    before = {address: answer for address, answer in before.items() if answer[0] == 200}
    desk = Desk(record, now + timedelta(minutes=1), eager=True)

    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        editions.note_edition(moment)
        status.recompute(record.pk, today=record.legal_day(moment), now=moment)
        dataset.build(record.pk, today=record.legal_day(moment), now=moment)
        start_again()

    revision = get("treaties/hanoi/status/").json()["revision"]
    publish_seventeen(desk)
    changed: dict[str, list[str]] = {}
    midnight = desk.now.replace(hour=23, minute=59) + timedelta(hours=6)
    for name, moments in {
        "17 publications and a restart": [desk.now],
        "midnight and 35 days": [midnight, now + timedelta(days=35)],
    }.items():
        for moment in moments:
            at(moment)
        assert get("treaties/hanoi/status/").json()["revision"] == revision + PUBLICATIONS
        changed[name] = [address for address, answer in before.items() if told(get, address) != answer]
        print(f"{name}: {len(before) - len(changed[name])} of {len(before)} pinned addresses as before.")  # noqa: T201 - the figure
    assert not any(changed.values()), {name: found[:10] for name, found in changed.items()}
    assert len(before) >= ENOUGH
