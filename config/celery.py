"""The Celery application: the job's queue and its timetable (in UTC)."""

import os
from collections import deque
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.app.task import Task
from celery.schedules import crontab
from celery.signals import (
    beat_embedded_init,
    beat_init,
    before_task_publish,
    celeryd_init,
    task_postrun,
    task_prerun,
)
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from common.accounts import AccountError, refuse_root
from common.call_stack import with_room
from common.cores import give_way_as_session

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page, and a worker has none; `make lint` and `manage.py migrate` make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

SHOWN_BY_PAGES = frozenset(
    f"ratification.tasks.{name}" for name in ("recompute", "forecast", "draw", "draw_forecast")
)
"""Jobs after which some of the answers are others."""
PREPARED_WITHIN = 20
"""Seconds after which a message that asks for a preparation is dropped: visitors have made what they asked for."""


class LargeStackTask(Task[Any, Any]):
    """A job whose calls have room on the stack, as a page's have (`common.call_stack`)."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Celery's signature
        """Do the job."""
        return with_room(self.run)(*args, **kwargs)


app: Celery[Task[Any, Any]] = Celery("tracker", task_cls=LargeStackTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A passing day opens and closes windows without any deposit.
    "a new day": {
        "task": "ratification.tasks.recompute_all",
        "schedule": crontab(minute=5, hour=0),
    },
    # The queue is never trusted with a fact: what a lost message left undone is found and done here.
    "left behind": {"task": "ratification.tasks.recompute_stale", "schedule": timedelta(seconds=20)},
    "signs of life": {"task": "ratification.tasks.beat", "schedule": crontab()},
    "partners": {"task": "ratification.tasks.tell_subscribers", "schedule": crontab()},
    "failed log-ins": {"task": "ratification.tasks.expire_attempts", "schedule": crontab(minute="*/15")},
    "mail to followers": {"task": "ratification.tasks.make_mail", "schedule": crontab()},
    "data packages": {"task": "ratification.tasks.build_datasets", "schedule": crontab()},
}


@app.on_after_configure.connect
def _fetch_configured_lists(sender: Celery, **_: object) -> None:
    """Add the depositary's lists, once a day, where the operator has configured addresses.

    The settings are read here and not when this module is imported, so that a wrong one is a sentence at the start.
    """
    sender.conf.beat_schedule |= {
        f"the depositary's list for {slug}": {
            "task": "ratification.tasks.fetch_depositary",
            "schedule": crontab(minute=20, hour=4),
            "args": [slug],
        }
        for slug in settings.DEPOSITARY_URLS
    }


@celeryd_init.connect
@beat_init.connect
def _refuse_root(**_: object) -> None:
    """End a worker or a beat of a public site that would run as root (after --uid, where that is given)."""
    if not settings.PRODUCTION:
        return
    try:
        refuse_root("Start it as an account of its own, or with --uid ACCOUNT.")
    except AccountError as error:
        raise SystemExit(str(error)) from error


@celeryd_init.connect
def _give_way(**_: object) -> None:
    """Let visitors come before the jobs of a worker that was started with `nice`."""
    give_way_as_session()


@before_task_publish.connect(sender="ratification.tasks.beat")
def _beat_is_alive(**_: object) -> None:
    """Record beat's own heartbeat before the job is sent, so that it does not depend on the queue."""
    from ratification.operations import heartbeat  # noqa: PLC0415  (the models are not loaded when this module is)

    close_old_connections()  # beat has no requests or tasks at whose ends Django would do it
    heartbeat.leave(heartbeat.BEAT, now=timezone.now())


_prepared = deque([""], maxlen=1)
"""The version of the records for which this worker asked last."""


@task_prerun.connect
@task_postrun.connect
def _prepare(task: Task[..., None], **_: object) -> None:
    """Have the answers most asked for prepared: while the job computes what follows from a publication, and after it.

    The worker asks for it and not who publishes: a publication does not wait for the queue a second time. Once for
    each version: a job that has changed nothing that pages show leaves all answers as they are.
    """
    from ratification.status.version import site_version  # noqa: PLC0415  (as above)

    if task.name in SHOWN_BY_PAGES and (now := site_version()) != _prepared[0]:
        app.send_task("config.tasks.prepare_answers", expires=PREPARED_WITHIN, retry=False)
        _prepared.append(now)


@beat_init.connect
@beat_embedded_init.connect
def _show_life(**_: object) -> None:
    """Send the first heartbeat at once instead of at the next full minute."""
    app.send_task("ratification.tasks.beat", retry=False)
