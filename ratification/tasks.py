"""Jobs of the queue: thin and idempotent, with an id as argument and no result. They read the clock and pass it on."""

import json

from celery import shared_task
from django.utils import timezone

from common.http_client import OutboundError
from ratification.charts import gallery
from ratification.charts.forecast_fan import draw_fan
from ratification.depositary import fetch
from ratification.following import outbox, sender, subscriptions
from ratification.forecast import stored as forecasts
from ratification.models import Forecast, Subscription
from ratification.operations import attempts, heartbeat
from ratification.partners import dataset, webhooks
from ratification.record.heads import with_head
from ratification.record.reach import ADDED
from ratification.status import editions, version
from ratification.status import recompute as status
from treaty.models import Treaty


@shared_task(acks_late=True, time_limit=120, ignore_result=True)
def recompute(treaty_id: int) -> None:
    """Compute the status of a treaty from its record as it stands now, and store the rows that differ.

    Idempotent: the job reads the record's head under the lock that writers take, and a second run finds no
    differences. An older message delivered late computes the newest state, never an older one.
    """
    now = timezone.now()
    today = Treaty.objects.get(pk=treaty_id).legal_day(now)
    if status.recompute(treaty_id, today=today, now=now):
        tell_subscribers()  # at once, not behind drawings that wait; the sweep tries again what failed
        draw.delay(treaty_id)
        forecast.delay(treaty_id)
        make_mail.delay()


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def recompute_all() -> None:
    """Compute every treaty, because a day has passed: windows open and close. Idempotent."""
    now = timezone.now()
    editions.note_edition(now)
    for treaty in Treaty.objects.order_by("pk"):
        status.recompute(treaty.pk, today=treaty.legal_day(now), now=now)
        draw.delay(treaty.pk)
        forecast.delay(treaty.pk)


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def forecast(treaty_id: int) -> None:
    """Make and keep the forecast of a treaty, for today and the latest revision, and have it drawn.

    Idempotent: a forecast of a day, a revision and a model version is made once, and drawn if it lost its drawing. It
    is no part of the record, and no web process computes one. The queue is its own, because the worker that takes from
    it needs numpy, which no other process has, and draws nothing.
    """
    now = timezone.now()
    treaty = _shown(treaty_id)
    made = forecasts.store(treaty, today=treaty.legal_day(now), now=now)
    if made is None:
        return
    if not made.wide and not json.loads(made.document)["reason"]:
        draw_forecast.delay(made.pk)
    if made.computed_at == now:
        version.bump(treaty_id, ADDED)


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def draw_forecast(forecast_id: int) -> None:
    """Draw a kept forecast. Idempotent: one with a drawing, or that a later one has replaced, is left as it is."""
    made = Forecast.objects.filter(pk=forecast_id, wide="").first()
    if made is None or made != Forecast.objects.filter(treaty=made.treaty_id).first():
        return
    wide, narrow, text = draw_fan(json.loads(made.document))
    forecasts.keep_drawing(made, wide=wide, narrow=narrow, text=text)
    version.bump(made.treaty_id, ADDED)


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def draw(treaty_id: int) -> None:
    """Draw the charts of a treaty that is kept up to date, for today and the latest revision.

    Idempotent: a drawing of a date and a revision is kept. A lost message loses nothing: a page draws what is missing.
    Lists taken over whole are drawn on request.
    """
    treaty = _shown(treaty_id)
    if treaty.record_as_of is None and gallery.draw_all(treaty, treaty.legal_day(timezone.now())):
        version.bump(treaty_id, ADDED)  # the pages have shown placeholders


def _shown(treaty_id: int) -> Treaty:
    """Return a treaty with its latest head, so that what one job has read of the record serves the next."""
    found: Treaty = with_head(Treaty.objects.filter(pk=treaty_id), None).get()
    return found


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def recompute_stale() -> None:
    """Compute the treaties whose status is behind their record or the day; draw and forecast what is missing.

    This makes up for lost messages, and draws the charts of the first start. Idempotent.
    """
    now = timezone.now()
    editions.note_edition(now)
    for treaty in Treaty.objects.filter(pk__in=status.stale_treaties(now)).order_by("pk"):
        status.recompute(treaty.pk, today=treaty.legal_day(now), now=now)
    for treaty_id in gallery.undrawn(now):
        draw.delay(treaty_id)
    for treaty_id in forecasts.stale(now):
        forecast.delay(treaty_id)


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def tell_subscribers() -> None:
    """Begin the deliveries that are due. It runs each minute; a subscription without unsent changes is skipped."""
    for subscription_id in webhooks.due(timezone.now()):
        tell.delay(subscription_id)


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def tell(subscription_id: int) -> None:
    """Send a subscription the changes that it has not confirmed yet.

    Idempotent: its position is the last confirmed change, and a lease keeps two workers apart.
    """
    if webhooks.deliver(subscription_id, clock=timezone.now):
        tell.delay(subscription_id)  # there may be more, and others wait for this worker too


@shared_task(acks_late=True, time_limit=60, ignore_result=True)
def send_test_event(subscription_id: int) -> None:
    """Send a subscription the test event; a second run sends another, which changes nothing at either end."""
    subscription = Subscription.objects.select_related("treaty").get(pk=subscription_id)
    webhooks.send_test(subscription, now=timezone.now())


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def make_mail() -> None:
    """Put into the outbox what followers are to be told, and have it sent. It runs each minute too. Idempotent."""
    now = timezone.now()
    subscriptions.expire(now)
    outbox.make(now)
    if outbox.waiting(now):
        send_mail.delay()


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def send_mail() -> None:
    """Send what waits in the outbox. Idempotent: each mail is marked once the server has taken it."""
    if sender.run() and outbox.waiting(timezone.now()):
        send_mail.delay()  # others wait for this worker too; a server that is away is asked again in a minute


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def build_datasets() -> None:
    """Build the data packages that are behind. Idempotent: a package of a state is built once."""
    now = timezone.now()
    for treaty in Treaty.objects.filter(pk__in=dataset.stale(now)).order_by("pk"):
        dataset.build(treaty.pk, today=treaty.legal_day(now), now=now)


@shared_task(
    acks_late=True,
    time_limit=300,
    ignore_result=True,
    autoretry_for=(OutboundError,),
    max_retries=5,
    retry_backoff=60,
    retry_backoff_max=3600,
)
def fetch_depositary(slug: str) -> None:
    """Fetch the depositary's document configured for a treaty, and compare it: proposals for review, nothing published.

    Idempotent: the same document on the same day against the same record is one comparison. A host that
    does not answer is asked again after one minute, two, four, ...; the last good document stays in place meanwhile.
    """
    fetch.refresh(slug, now=timezone.now())


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def expire_attempts() -> None:
    """Delete what log-ins have left behind. Idempotent."""
    attempts.expire(timezone.now())


@shared_task(acks_late=True, time_limit=60, ignore_result=True)
def beat() -> None:
    """Store a heartbeat: the timetable, the queue and a worker are running. Idempotent."""
    heartbeat.leave(heartbeat.WORKER, now=timezone.now())
