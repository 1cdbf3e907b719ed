"""The jobs of the queue: thin, idempotent, an id in and nothing out. The clock is read here and passed on."""

from celery import shared_task
from django.utils import timezone

from common.http_client import OutboundError
from ratification.charts import gallery
from ratification.depositary import fetch
from ratification.operations import heartbeat
from ratification.partners import dataset, webhooks
from ratification.status import editions as reference
from ratification.status import recompute as status
from ratification.status import version as inputs
from treaty.models import Treaty


@shared_task(acks_late=True, time_limit=120, ignore_result=True)
def recompute(treaty_id: int) -> None:
    """Compute the status of a treaty from its record as it stands now, and store what differs.

    Twice is the same as once: the job reads the record anew under the lock that writers take, and a second run finds
    nothing that differs. An older message delivered late computes the newest state, never an older one.
    """
    now = timezone.now()
    if status.recompute(treaty_id, today=now.date(), now=now):
        draw.delay(treaty_id)


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def recompute_all() -> None:
    """Compute every treaty, because a day has passed: windows open and close. Twice is the same as once."""
    now = timezone.now()
    reference.note_edition(now)
    for treaty_id in status.treaties():
        status.recompute(treaty_id, today=now.date(), now=now)
        draw.delay(treaty_id)


@shared_task(acks_late=True, time_limit=300, ignore_result=True)
def draw(treaty_id: int) -> None:
    """Draw the charts of a treaty that is kept up to date, for today and the latest revision.

    Twice is the same as once: what was drawn for a date and a revision is kept and left alone. A lost message loses
    nothing: a page draws what it does not find. Lists taken over whole are drawn when somebody asks.
    """
    treaty = Treaty.objects.get(pk=treaty_id)
    if treaty.record_as_of is None and gallery.draw_all(treaty, timezone.now().date()):
        inputs.bump(treaty_id)  # pages had only room for them


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def recompute_stale() -> None:
    """Compute the treaties whose status is behind their record or the day, and draw what is not drawn of it.

    So whatever a lost message left behind is done, and the first start's drawings too. Twice is the same as once.
    """
    now = timezone.now()
    reference.note_edition(now)
    for treaty_id in status.stale_treaties(now.date()):
        status.recompute(treaty_id, today=now.date(), now=now)
    for treaty_id in gallery.undrawn(now.date()):
        draw.delay(treaty_id)


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def tell_subscribers() -> None:
    """Begin the deliveries that are due. It runs each minute; a subscription that is told already is left alone."""
    for subscription_id in webhooks.due(timezone.now()):
        tell.delay(subscription_id)


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def tell(subscription_id: int) -> None:
    """Tell one subscription of the changes that it has not confirmed yet.

    Twice is the same as once: its position says what it has confirmed, and a lease keeps two workers apart.
    """
    if webhooks.deliver(subscription_id, clock=timezone.now) == webhooks.AT_ONCE:
        tell.delay(subscription_id)  # there may be more, and others wait for this worker too


@shared_task(acks_late=True, time_limit=600, ignore_result=True)
def build_datasets() -> None:
    """Build the data packages that are behind. Twice is the same as once: a package of this state is built once."""
    now = timezone.now()
    for treaty_id in dataset.stale(now.date()):
        dataset.build(treaty_id, today=now.date(), now=now)


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

    Twice is the same as once: the same document on the same day against the same record is one comparison. A host that
    does not answer is asked again after one minute, two, four, ...; the last good document stays in place meanwhile.
    """
    fetch.refresh(slug, now=timezone.now())


@shared_task(acks_late=True, time_limit=60, ignore_result=True)
def beat() -> None:
    """Show that the timetable, the queue and a worker are at work. Twice is the same as once."""
    heartbeat.leave(heartbeat.WORKER, now=timezone.now())
