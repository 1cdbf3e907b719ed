"""Both shapes really run: the database, the queue, the worker and the browser that the fixtures give."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from kombu import Connection, Exchange, Producer
from playwright.sync_api import Page, expect

from config.celery import app

Eventually = Callable[[Callable[[], object]], None]


@pytest.mark.django_db
def test_database_is_the_one_of_the_shape() -> None:
    if settings.REDIS_URL:
        assert connection.vendor == "postgresql"
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)


@pytest.mark.shape
def test_cache_keeps_a_value() -> None:
    cache.set("platform", [1, 2])
    assert cache.get("platform") == [1, 2]


def test_real_worker_runs_a_job_from_the_real_queue(
    celery_worker_process: Path, eventually: Eventually
) -> None:
    job = app.send_task("ratification.tasks.recompute_all")
    eventually(lambda: f"recompute_all[{job.id}] succeeded" in celery_worker_process.read_text())


def test_worker_survives_a_half_written_message(tmp_path: Path) -> None:
    options = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out")}
    (tmp_path / "1_torn.jobs.msg").write_text('{"body": "half')
    with Connection(transport="config.run.queue:Transport", transport_options=options) as broker:
        jobs = broker.SimpleQueue("jobs")
        jobs.put({"treaty": 1})
        assert jobs.get(block=False).payload == {"treaty": 1}


@pytest.mark.parametrize("torn", ["", "{}", "null", '{"properties'])
def test_no_file_but_a_message_is_taken_for_one(tmp_path: Path, torn: str) -> None:
    options = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out")}
    (tmp_path / "1_torn.jobs.msg").write_text(torn)
    with Connection(transport="config.run.queue:Transport", transport_options=options) as broker:
        jobs = broker.SimpleQueue("jobs")
        with pytest.raises(jobs.Empty):
            jobs.get(block=False)
    assert list(tmp_path.iterdir()) == []


def test_queue_has_no_state_that_could_be_lost(tmp_path: Path) -> None:
    """Its folder may be removed while processes run: bindings kept in files would lead each message nowhere."""
    messages = tmp_path / "messages"
    options = {name: str(messages) for name in ("data_folder_in", "data_folder_out")}
    with Connection(transport="config.run.queue:Transport", transport_options=options) as broker:
        jobs = broker.SimpleQueue("jobs")
        for _ in range(2):
            jobs.put({"treaty": 1})
            assert [path.parent for path in tmp_path.rglob("*") if path.is_file()] == [messages]
            jobs.get(block=False).ack()
            shutil.rmtree(messages)
        told = Exchange("celeryev", type="topic")
        Producer(broker, exchange=told).publish({}, routing_key="worker.heartbeat")
    assert not messages.exists(), "nobody would take it, and there is one every two seconds"


def test_a_message_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _text: str) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    options = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out")}
    with Connection(transport="config.run.queue:Transport", transport_options=options) as broker:
        jobs = broker.SimpleQueue("full-disk")
        jobs.put({"treaty": 1})  # which declares the queue
        assert list(tmp_path.glob("*.full-disk.msg"))
        monkeypatch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            jobs.put({"treaty": 1})
    assert list(tmp_path.glob("*.draft")) == []


def test_every_job_of_the_timetable_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_browser_shows_a_page_without_a_breach_of_the_policy(page: Page) -> None:
    page.goto("/admin/login/")
    assert page.title().startswith("Log in")
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_label("Username").fill("nobody")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
