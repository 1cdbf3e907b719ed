"""Probes, metrics, the 503 of a missing database, and the request id on its way to the job."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as route
from django.utils import timezone
from pytest_django import Settings

from config import site_state
from config.celery import app
from config.middleware import probes
from ratification.models import Change, Heartbeat, Record, Subscription, TreatyStatus
from ratification.operations import heartbeat
from ratification.status import recompute as status
from treaty.models import Treaty


def _count(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Treaty.objects.count()))


def _ask(_request: HttpRequest) -> HttpResponse:
    current_app.send_task("ratification.tasks.beat")
    return HttpResponse()


def _error(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    route("count/", _count),
    route("api/count/", _count),
    route("ask/", _ask),
    route("error/", _error),
]
handler500 = "config.middleware.errors.server_error"

REQUEST_ID = "0123456789abcdef" * 2
Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def at_work(hanoi: Treaty) -> datetime:
    """Everything is as it should be, at this moment."""
    now = timezone.now()
    status.recompute(hanoi.pk, today=hanoi.legal_day(now), now=now)
    heartbeat.leave(heartbeat.BEAT, now=now)
    heartbeat.leave(heartbeat.WORKER, now=now)
    return now


def test_healthz_asks_nobody(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["tracker.example"]
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz", headers={"Host": "172.18.0.5:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.usefixtures("at_work")
def test_readyz_is_ready_when_everything_is_at_work(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    disk = {"disk"} if connection.vendor == "sqlite" else set()
    assert set(answer.json()["checks"]) == {"broker", "database", "beat", "worker", "recompute", *disk}


@pytest.mark.parametrize(("name", "late"), [("beat", 181), ("worker", 181)])
def test_readyz_names_a_process_that_is_late(client: Client, at_work: datetime, name: str, late: int) -> None:
    heartbeat.leave(name, now=at_work - timedelta(seconds=late))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [part for part, found in answer.json()["checks"].items() if not found["ok"]] == [name]


@pytest.mark.usefixtures("at_work")
def test_readyz_names_a_process_never_seen_and_a_status_that_is_old(client: Client, hanoi: Treaty) -> None:
    Heartbeat.objects.all().delete()
    hanoi.status.computed_at -= timedelta(hours=26)
    hanoi.status.save()
    checks = client.get("/readyz").json()["checks"]
    assert [part for part, found in checks.items() if not found["ok"]] == ["beat", "worker", "recompute"]


def test_readyz_names_moments_that_are_still_to_come(
    client: Client, hanoi: Treaty, at_work: datetime
) -> None:
    """The clock was ahead once: neither a heartbeat nor a status of next year is good news."""
    later = at_work + timedelta(days=370)
    heartbeat.leave(heartbeat.BEAT, now=later)
    status.recompute(hanoi.pk, today=hanoi.legal_day(later), now=later)
    checks = client.get("/readyz").json()["checks"]
    assert [part for part, found in checks.items() if not found["ok"]] == ["beat", "recompute"]
    assert "still to come" in checks["recompute"]["problem"]


@pytest.mark.usefixtures("at_work")
def test_readyz_names_a_status_that_stays_behind_its_record(hanoi: Treaty) -> None:
    published = Record.objects.get(treaty=hanoi).published_at
    assert published is not None
    TreatyStatus.objects.filter(treaty=hanoi).update(revision=F("revision") - 1)
    ahead = timedelta(days=-370)  # a clock that was ahead published it
    for age, ready in ((timedelta(seconds=30), True), (ahead, False), (timedelta(seconds=61), False)):
        TreatyStatus.objects.update(computed_at=published + age)
        found = probes.check(published + age)["recompute"]
        assert (found["ok"], "hanoi" in found["behind"]) == (ready, True)


@pytest.mark.usefixtures("at_work")
def test_readyz_names_a_queue_that_does_not_answer(client: Client) -> None:
    with app.connection_for_write() as real, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            app,
            "connection_for_write",
            lambda: real.clone(hostname="redis://127.0.0.1:1/0", transport="redis"),
        )
        checks = client.get("/readyz").json()["checks"]
    assert [part for part, found in checks.items() if not found["ok"]] == ["broker"]


def test_the_inside_is_for_operators(client: Client, settings: Settings) -> None:
    settings.OPERATOR_NETWORKS = [ip_network("192.0.2.0/24")]
    for address in ("/readyz", "/metrics"):
        assert client.get(address, REMOTE_ADDR="198.51.100.1").status_code == 404


@pytest.mark.usefixtures("at_work")
def test_metrics_say_how_far_the_status_is(client: Client, hanoi: Treaty) -> None:
    revision = Record.objects.get(treaty=hanoi).revision
    text = client.get("/metrics").content.decode()
    assert f'tracker_revision{{treaty="hanoi"}} {revision}.0' in text
    assert f'tracker_status_revision{{treaty="hanoi"}} {revision}.0' in text
    assert 'tracker_status_behind{treaty="hanoi"} 0.0' in text
    assert 'tracker_heartbeat_age_seconds{process="beat"}' in text
    assert "tracker_deliveries_waiting 0.0" in text
    assert "tracker_packages_behind 1.0" in text


def test_metrics_of_a_new_day_show_what_is_behind(hanoi: Treaty, at_work: datetime) -> None:
    tomorrow = site_state.read(at_work + timedelta(days=1))
    assert [treaty.behind for treaty in tomorrow.treaties if treaty.slug == hanoi.slug] == [True]


def test_a_partner_who_does_not_confirm_shows_in_the_state(hanoi: Treaty, at_work: datetime) -> None:
    Subscription.objects.create(
        name="A university",
        treaty=hanoi,
        url="https://partner.example/",
        created_at=at_work,
        attempts=3,
        failing_since=at_work - timedelta(hours=2),
    )
    found = site_state.read(at_work)
    assert found.deliveries_waiting == Change.objects.filter(treaty=hanoi).count() > 0
    assert found.failing == 7200


@contextmanager
def database_away() -> Iterator[None]:
    """Nobody listens where the database should be."""
    here = connections["default"]
    connections["default"] = DatabaseWrapper(
        {**here.settings_dict, "NAME": "away", "HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}, "default"
    )
    try:
        yield
    finally:
        connections["default"] = here


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind"), [("/count/", "text/html"), ("/api/count/", "application/problem+json")]
)
def test_database_away_is_a_503_that_says_when_to_come_again(
    settings: Settings, path: str, kind: str
) -> None:
    settings.ROOT_URLCONF = sys.modules[__name__]
    client = Client(raise_request_exception=False)
    with database_away():
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Type"].startswith(kind)
        assert client.get("/readyz").json()["checks"]["database"]["ok"] is False
        assert b"tracker_database_up 0.0" in client.get("/metrics").content
    assert client.get(path).status_code == 200, "it recovers without a restart"
    assert client.get("/error/").status_code == 500, "what is wrong in the site itself is not called a pause"


def test_request_id_goes_with_the_job(
    celery_worker_process: Path, eventually: Eventually, settings: Settings
) -> None:
    settings.ROOT_URLCONF = sys.modules[__name__]
    answer = Client().get("/ask/", headers={"X-Request-ID": REQUEST_ID})
    assert answer["X-Request-ID"] == REQUEST_ID

    def lines() -> list[dict[str, str]]:
        text = celery_worker_process.read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    eventually(
        lambda: any(
            line["request_id"] == answer["X-Request-ID"] and "succeeded" in line["message"]
            for line in lines()
        )
    )


@pytest.mark.usefixtures("at_work")
def test_readyz_names_a_disk_that_is_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are served from a full disk, and publications refused."""
    free = client.get("/readyz").json()["checks"].get("disk", {}).get("free")
    if free is None:
        pytest.skip("The database has a disk of its own.")
    monkeypatch.setattr("config.middleware.probes.LEAST_FREE", free * 2)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["disk"]["ok"]) == (503, False)


@pytest.mark.django_db
def test_readyz_names_a_disk_that_takes_no_more_files(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes may be left all the same; each message of the queue is a file."""
    if "disk" not in client.get("/readyz").json()["checks"]:
        pytest.skip("The database has a disk of its own.")
    files = os.statvfs(settings.VAR_DIR).f_favail
    if not files:
        pytest.skip("This disk counts no files.")
    monkeypatch.setattr("config.middleware.probes.LEAST_FILES", files * 2)
    problem = client.get("/readyz").json()["checks"]["disk"]["problem"]
    assert problem == f"The disk of {settings.VAR_DIR} is full of files."
