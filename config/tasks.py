"""Jobs of the queue that need the pages: these live above `ratification`, whose jobs know none."""

from celery import shared_task

from config.prepared import PREPARATION


@shared_task(acks_late=True, time_limit=60, ignore_result=True)
def prepare_answers() -> None:
    """Make the answers that are most asked for. Idempotent: what is made already is found and left."""
    PREPARATION.run()
