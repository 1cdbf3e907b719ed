"""What an operator wants to know of the record and of those who work on it, read at one moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, OuterRef, Subquery

from ratification.models import Change, ImportRun, Subscription
from ratification.operations import heartbeat
from ratification.partners import dataset
from ratification.status import recompute as status
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class TreatyState:
    """How far the status of one treaty is behind; ages are in seconds, None where the thing never happened."""

    slug: str
    revision: int
    revision_age: float | None
    status_revision: int | None
    status_age: float | None
    behind: bool
    compared_age: float | None


@dataclass(frozen=True, slots=True)
class State:
    """The state of the whole site.

    `heartbeats` are ages in seconds, None where a process was never seen. `deliveries_waiting` counts what partners
    have not confirmed yet, over all of them; `failing` is for how many seconds the worst of them has failed, 0 where
    none does. `packages_behind` counts the treaties whose data package is of an older state.
    """

    treaties: tuple[TreatyState, ...]
    heartbeats: dict[str, float | None]
    deliveries_waiting: int
    failing: float
    packages_behind: int


def read(now: datetime) -> State:
    """Read the state. Seven queries, whatever the size of the record; raises DatabaseError as they do."""
    behind = set(status.stale_treaties(now.date()))
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
    return State(
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
            treaty__subscriptions__active=True, pk__gt=F("treaty__subscriptions__position")
        ).count(),
        failing=_age(
            Subscription.objects.filter(active=True).aggregate(since=Min("failing_since"))["since"], now
        )
        or 0,
        packages_behind=len(dataset.stale(now.date())),
    )


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
