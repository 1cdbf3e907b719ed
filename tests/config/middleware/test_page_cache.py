"""A publication makes anew the answers that it changes, at once, and leaves those of other treaties."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random
from uuid import uuid4

import pytest
from celery.signals import task_postrun, task_prerun
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from config.celery import app as celery_app
from config.middleware.page_cache import ANSWERS
from config.prepared import HALVES_IN, AskedCounts, Preparation, most_asked
from ratification import tasks
from ratification.ledger import writing as ledger
from ratification.models import Action
from ratification.record import kept
from ratification.record.reach import ADDED, STATUS
from ratification.status import editions, version
from ratification.status import recompute as status
from states.models import Participant
from tests.api.addresses import ONE_OF_EACH
from tests.dashboard.test_budget import PAGES
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("with_everything_computed")

TREATIES = ("hanoi", "untoc", "budapest")
OF_ONE = (
    "",
    "participants/",
    "convention/",
    "changes/",
    "changes.atom",
    "statements/",
    "readiness/",
    "calendar.ics",
)
SITE_MAP = ("/sitemap.xml", "/sitemap-treaties.xml")
OF_ALL = ("/treaties/", *SITE_MAP, "/robots.txt", "/api/v1/treaties/", "/fr/", "/ar/participants/QAT/")
EMBEDS = ("badge.svg", "map.svg", "progress/", "table/")
ADDRESSES = [
    *PAGES,
    *OF_ALL,
    *(f"/treaties/{slug}/{page}" for slug in TREATIES for page in OF_ONE),
    *(f"/embed/{slug}/{name}" for slug in TREATIES for name in EMBEDS),
    *(f"/api/v1/{path}" for path in ONE_OF_EACH.values()),
    *(f"/api/v1/{path.replace('hanoi', 'untoc')}" for path in ONE_OF_EACH.values() if "hanoi" in path),
    "/participants/AZE/?as_of=2026-03-01",
    "/participants/?under=untoc",
    "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60",
]
HAPPENS = ["entry", "reference", "forecast", STATUS, ADDED, "entry"]
if connection.vendor == "sqlite":
    HAPPENS = HAPPENS[:1]  # the harder case is a cache that others share
"""What changes answers, one after the other."""


@pytest.fixture
def clients(settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Client]:
    """Two clients on a frozen day: of a site that keeps answers, and of one that computes each."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    settings.CACHES = {
        **settings.CACHES,
        "answers": {**settings.CACHES["answers"], "KEY_PREFIX": uuid4().hex},
    }
    made = []
    for seconds in (600, 0):
        settings.ANSWERS_SECONDS = seconds
        made.append(Client())
        assert made[-1].get("/about/").status_code == 200  # which reads the setting
    return made[0], made[1]


@pytest.fixture
def publish(clerk: User, reviewer: User, now: datetime) -> Callable[[Treaty, int], None]:
    """Correct an entry of a treaty as two people do it, and let the job compute what follows."""

    def do(treaty: Treaty, which: int) -> None:
        entries = Action.objects.filter(treaty=treaty, revision__isnull=False, superseded_by=None)
        entry = entries.exclude(entry=Action.Entry.RETRACTION).order_by("pk")[which % entries.count()]
        said = ledger.content_of(entry)
        draft = ledger.correct(
            entry,
            replace(said, summary=f"{said.summary} Corrected {which}.", override="A test."),
            author=clerk,
            reason="The summary was incomplete.",
            now=now,
        )
        ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
        if which % 2:  # the answers are right before the job has run, too
            status.recompute(treaty.pk, today=treaty.legal_day(now), now=now)
        tasks.draw(treaty.pk)  # or a page would show a place that waits for its drawing, until it is there

    return do


def _made() -> float:
    return float(ANSWERS.labels("made")._value.get())  # noqa: SLF001 - as prometheus_client's own tests read it


def test_each_kept_answer_equals_a_computed_one_whatever_is_published(
    clients: tuple[Client, Client], publish: Callable[[Treaty, int], None], now: datetime
) -> None:
    keeping, computing = clients
    for treaty in Treaty.objects.filter(slug__in=TREATIES):
        tasks.draw(treaty.pk)
    random = Random(1)  # noqa: S311 - the same walk each time
    for step, what in enumerate(HAPPENS):
        treaty = Treaty.objects.get(slug=random.choice(TREATIES))
        if what == "entry":
            publish(treaty, random.randrange(1000))
        elif what == "forecast":
            tasks.forecast(treaty.pk)
        elif what in {STATUS, ADDED}:
            version.bump(treaty.pk, what)
        else:
            Participant.objects.filter(iso3="QAT").update(name=f"Qatar {step}")
            editions.note_edition(now)
        for drawn in Treaty.objects.filter(slug__in=TREATIES):
            tasks.draw(drawn.pk)  # charts compare treaties
        answers = {address: keeping.get(address) for address in ADDRESSES}
        kept.forget()  # what the process has kept of earlier revisions
        for address, answer in answers.items():
            computed = computing.get(address)
            assert answer.status_code == computed.status_code, address
            assert answer.content == computed.content, (step, what, treaty.slug, address)


@pytest.mark.parametrize("address", ["/", "/treaties/hanoi/changes.atom", "/api/v1/treaties/hanoi/status/"])
def test_the_first_head_request_has_the_headers_of_get(clients: tuple[Client, Client], address: str) -> None:
    keeping, _ = clients
    first, body = keeping.head(address), keeping.get(address)
    assert first.content == b""
    for name in ("ETag", "Vary", "Content-Length", "Content-Type", "Last-Modified"):
        assert first.get(name) == body.get(name), name
    assert first["ETag"]
    assert keeping.head(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_publication_leaves_the_answers_of_other_treaties(
    clients: tuple[Client, Client], publish: Callable[[Treaty, int], None]
) -> None:
    keeping, _ = clients
    # The table of participants says who is bound by the treaties kept for comparison.
    own = [f"/treaties/hanoi/{page}" for page in OF_ONE if page != "participants/"]
    own += [f"/api/v1/{path}" for path in ONE_OF_EACH.values() if "hanoi" in path]
    others = [f"/treaties/untoc/{page}" for page in OF_ONE]
    for address in (*own, *others):
        keeping.get(address)
    before = _made()
    publish(Treaty.objects.get(slug="untoc"), 5)
    computed_again = []
    for address in own:
        count = _made()
        keeping.get(address)
        if _made() > count:
            computed_again.append(address)
    assert computed_again == []
    for address in others:
        keeping.get(address)
    assert _made() == before + len(others)


def test_a_publication_that_changes_no_status_leaves_the_site_map(
    clients: tuple[Client, Client], publish: Callable[[Treaty, int], None]
) -> None:
    """It says when a status last changed, and nothing that is published."""
    keeping, _ = clients
    treaty = Treaty.objects.get(slug="untoc")
    for address in SITE_MAP:
        keeping.get(address)
    before = _made()
    publish(treaty, 5)
    for address in SITE_MAP:
        keeping.get(address)
    assert _made() == before
    version.bump(treaty.pk, STATUS)
    for address in SITE_MAP:
        keeping.get(address)
    assert _made() == before + len(SITE_MAP)


def test_what_the_job_adds_leaves_the_answers_that_show_only_what_is_published(
    clients: tuple[Client, Client],
) -> None:
    keeping, _ = clients
    record = Treaty.objects.get(slug="hanoi")
    tasks.draw(record.pk)
    rests_on: dict[str, set[str]] = {
        "/": {ADDED},  # it shows the forecast
        "/participants/": set(),
        "/convention/": set(),
        "/readiness/": set(),
        "/calendar/": set(),
        "/charts/": set(),  # its drawings are there
        "/changes/": {STATUS},
        "/changes.atom": {STATUS},
        "/about/depositary/": {ADDED},
        "/api/v1/treaties/hanoi/status/": {STATUS},
        "/api/v1/treaties/hanoi/participants/": set(),
        "/api/v1/treaties/hanoi/actions.csv": set(),
    }
    for part in (STATUS, ADDED):
        for address in rests_on:
            keeping.get(address)
        version.bump(record.pk, part)
        made_anew = set()
        for address in rests_on:
            before = _made()
            keeping.get(address)
            if _made() > before:
                made_anew.add(address)
        assert made_anew == {address for address, parts in rests_on.items() if part in parts}, part


def test_what_is_asked_for_most_is_prepared_after_a_publication(
    clients: tuple[Client, Client],
    publish: Callable[[Treaty, int], None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeping, computing = clients
    settings.ANSWERS_SECONDS = 600
    monkeypatch.setattr("config.prepared.SHARE_SECONDS", -1)  # each count is shared at once
    monkeypatch.setattr("config.prepared.ANSWERS", 5)
    asked = {
        "/": 6,
        "/participants/": 5,
        "/fr/changes/": 8,
        "/api/v1/treaties/hanoi/status/": 4,
        "/changes/?group=eu": 7,
        "/articles/63/": 1,
    }
    accept = {"accept": "application/json"}
    for turn in range(max(asked.values())):
        for address, times in asked.items():
            if turn >= max(asked.values()) - times:
                assert keeping.get(address, headers=accept).status_code == 200
    prepared = [address for address, times in asked.items() if times > 1]
    assert {each.path for each in most_asked()} == {each.partition("?")[0] for each in prepared}
    publish(Treaty.objects.get(slug="hanoi"), 7)
    preparation = Preparation()
    before = _made()
    assert preparation.run() == 5
    assert _made() == before + 5
    assert preparation.run() == 5
    for address in prepared:
        kept = keeping.get(address, headers=accept)
        assert kept.content == computing.get(address, headers=accept).content
    assert _made() == before + 5
    keeping.get("/articles/63/", headers=accept)
    assert _made() == before + 6


def test_a_worker_asks_once_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(celery_app, "send_task", lambda name, **_: asked.append(name))
    pk = Treaty.objects.get(slug="hanoi").pk

    def job(*, bumps: bool) -> int:
        before = len(asked)
        task_prerun.send(sender=tasks.draw, task=tasks.draw)
        if bumps:
            version.bump(pk, ADDED)
        task_postrun.send(sender=tasks.draw, task=tasks.draw)
        return len(asked) - before

    version.bump(pk, STATUS)  # as a publication does
    assert [job(bumps=False), job(bumps=True), job(bumps=False)] == [1, 1, 0]
    assert {*asked} == {"config.tasks.prepare_answers"}


def test_counts_of_several_processes_grow_old_by_the_clock(
    settings: Settings, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many processes share their counts meanwhile, half of a count is left after each period."""
    settings.ANSWERS_SECONDS = 600
    now = 1_000_000.0
    monkeypatch.setattr("config.prepared.time.time", lambda: now)
    before, *others = (AskedCounts() for _ in range(4))
    for _ in range(10):
        before.note(rf.get("/before/"), "Accept")
    before.share()
    for part in range(1, 4):
        now = 1_000_000.0 + part * HALVES_IN / 3
        for counts in others:
            counts.share()
    for _ in range(4):
        others[0].note(rf.get("/after/"), "Accept")
    others[0].share()
    assert [each.path for each in most_asked()] == ["/before/", "/after/"]  # 5 and 4
    now += HALVES_IN
    others[1].note(rf.get("/after/"), "Accept")
    others[1].share()
    assert [each.path for each in most_asked()] == ["/after/", "/before/"]  # 3 and 2.5
