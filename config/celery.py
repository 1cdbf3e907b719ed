"""The Celery application: the job's queue and its timetable (in UTC)."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A passing day opens and closes windows, although nobody deposited anything.
    "a new day": {
        "task": "ratification.tasks.recompute_all",
        "schedule": crontab(minute=5, hour=0),
    },
    # The queue is never trusted with a fact: what a lost message left undone is found and done here.
    "left behind": {"task": "ratification.tasks.recompute_stale", "schedule": crontab()},
}
# The depositary's lists, once a day, where the operator has configured addresses.
app.conf.beat_schedule |= {
    f"the depositary's list for {slug}": {
        "task": "ratification.tasks.fetch_depositary",
        "schedule": crontab(minute=20, hour=4),
        "args": [slug],
    }
    for slug in settings.DEPOSITARY_URLS
}
