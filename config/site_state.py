"""State of the record and of the background processes at one moment, for probes and metrics."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, OuterRef, Subquery

from ratification.models import Change, ImportRun, Subscription
from ratification.operations import heartbeat
from ratification.partners import dataset
from ratification.status import recompute
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class TreatyState:
    """Lag of one treaty's status; ages are in seconds, None for events that never happened."""

    slug: str
    revision: int
    revision_age: float | None
    status_revision: int | None
    status_age: float | None
    behind: bool
    compared_age: float | None


@dataclass(frozen=True, slots=True)
class SiteState:
    """State of the whole site.

    `heartbeats` are ages in seconds, None for a process that was never seen. `deliveries_waiting` counts the deliveries
    that partners have not confirmed, `failing` is the age in seconds of the longest failure among them (0 without one),
    `packages_behind` counts the treaties whose data package is older than their record.
    """

    treaties: tuple[TreatyState, ...]
    heartbeats: dict[str, float | None]
    deliveries_waiting: int
    failing: float
    packages_behind: int


def read(now: datetime) -> SiteState:
    """Read the state. Seven queries for a record of any size; raises DatabaseError as they do."""
    behind = set(recompute.stale_treaties(now))
    compared = (
        ImportRun.objects.filter(treaty=OuterRef("pk")).order_by("-compared_at").values("compared_at")[:1]
    )
    rows = Treaty.objects.order_by("slug").values_list(
        "pk",
        "slug",
        "record__revision",
        "record__published_at",
        "status__revision",
        "status__computed_at",
        Subquery(compared),
    )
    seen = heartbeat.last_seen()
    return SiteState(
        treaties=tuple(
            TreatyState(
                slug=slug,
                revision=revision or 0,
                revision_age=_age(published_at, now),
                status_revision=status_revision,
                status_age=_age(computed_at, now),
                behind=pk in behind,
                compared_age=_age(compared_at, now),
            )
            for pk, slug, revision, published_at, status_revision, computed_at, compared_at in rows
        ),
        heartbeats={name: _age(seen.get(name), now) for name in (heartbeat.BEAT, heartbeat.WORKER)},
        deliveries_waiting=Change.objects.filter(
            treaty__subscriptions__active=True, number__gt=F("treaty__subscriptions__position")
        ).count(),
        failing=_age(
            Subscription.objects.filter(active=True).aggregate(since=Min("failing_since"))["since"], now
        )
        or 0,
        packages_behind=len(dataset.stale(now)),
    )


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
