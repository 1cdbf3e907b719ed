"""Forecasts that are kept: written by the job, read by pages and API, and held against what happened since."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.db.models import Max, QuerySet

from common.lazy import lazy_module
from common.prepared import Prepared
from ratification.forecast.score import MODEL_VERSION
from ratification.models import Forecast, TreatyStatus
from ratification.record import selectors
from treaty.models import Treaty

if TYPE_CHECKING:
    from ratification.forecast import job
else:
    job = lazy_module("ratification.forecast.job")

COMPARED_AFTER = timedelta(days=28)
"""A forecast says what has moved since the last one that is at least so old."""
NONE_KEPT = "No forecast had been made by this day from this state of the record."
_SHARES = {"10": 0.1, "25": 0.25, "50": 0.5, "75": 0.75, "90": 0.9}


def store(treaty: Treaty, *, today: date, now: datetime, as_of: date | None = None) -> Forecast | None:
    """Return the forecast of a treaty, made and kept if it was not yet; None where the treaty is not kept up to date.

    Idempotent: a forecast of a day, a revision and a version of the model is made once. `computed_at` is `now` in one
    that is new. From a revision that says the same the last one is not made again: it still holds.
    """
    if why_never(treaty):
        return None
    view = selectors.view_of(treaty, today=today, as_of=as_of)
    if kept := _of_revision(treaty, view.as_of, view.revision):
        return kept
    document = json.dumps(
        job.forecast_document(view, earlier_document(treaty, view.as_of)), separators=(",", ":")
    )
    last = _last(treaty, view.as_of, view.revision)
    if last and json.loads(last.document) | {"revision": view.revision} == json.loads(document):
        caches["drawings"].set(_mark(treaty.pk, view.as_of, view.revision), 1)
        return last
    made, _ = Forecast.objects.get_or_create(
        treaty=treaty,
        as_of=view.as_of,
        revision=view.revision,
        model_version=MODEL_VERSION,
        defaults={"document": document, "computed_at": now},
    )
    return made


def _last(treaty: Treaty, as_of: date, revision: int) -> Forecast | None:
    """Return the last forecast of a day from the record up to a revision, by the model of now."""
    return Forecast.objects.filter(
        treaty=treaty, as_of=as_of, revision__lte=revision, model_version=MODEL_VERSION
    ).first()


def _of_revision(treaty: Treaty, as_of: date, revision: int) -> Forecast | None:
    """Return the forecast of a day from a revision, or the last one if that is known to say the same."""
    last = _last(treaty, as_of, revision)
    if last and last.revision != revision and _mark(treaty.pk, as_of, revision) not in caches["drawings"]:
        return None
    return last


def _mark(treaty_id: int, as_of: date, revision: int) -> str:
    """Return the key under which the cache notes that a revision says what an earlier one's forecast says."""
    return f"forecast:{treaty_id}:{as_of}:{revision}:{MODEL_VERSION}"


def why_never(treaty: Treaty) -> str:
    """Return why no forecast is ever made for a treaty, as a sentence; empty where one is."""
    if treaty.record_as_of is not None:
        return f"Its list of acts is not kept up to date: it was taken over as of {treaty.record_as_of}."
    return "" if treaty.definition else "The clause on its entry into force is not recorded."


def keep_drawing(made: Forecast, *, wide: str, narrow: str, text: str) -> None:
    """Keep the drawing of a forecast, and drop those of the earlier ones."""
    Forecast.objects.filter(treaty=made.treaty).exclude(pk=made.pk).exclude(wide="").update(
        wide="", narrow="", text=""
    )
    made.wide, made.narrow, made.text = wide, narrow, text
    made.save(update_fields=["wide", "narrow", "text"])


def earlier_document(treaty: Treaty, as_of: date) -> dict[str, Any] | None:
    """Return the document of the last forecast that is old enough to be compared with one of a day."""
    rows = Forecast.objects.filter(
        treaty=treaty, as_of__lte=as_of - COMPARED_AFTER, model_version=MODEL_VERSION
    )
    text = rows.order_by("-as_of", "-revision").values_list("document", flat=True).first()
    return json.loads(text) if text else None


def stale(now: datetime) -> list[int]:
    """Return the ids of the treaties kept up to date without a drawn forecast of their day and latest status."""
    found = []
    for status in TreatyStatus.objects.filter(treaty__record_as_of=None).select_related("treaty"):
        kept = _of_revision(status.treaty, status.treaty.legal_day(now), status.revision)
        drawn = kept and (kept.wide or json.loads(kept.document)["reason"])
        if status.treaty.definition and not drawn:
            found.append(status.treaty_id)
    return found


def kept_at(treaty: Treaty, as_of: date, revision: int, version: str | None = None) -> Forecast | None:
    """Return the last forecast that had been made by a day, from the record up to a revision. One query."""
    if version:
        return _made_by(treaty.pk, as_of, revision).filter(model_version=version).first()
    given = {_TREATY: treaty.pk, _REVISION: revision, _DAY: as_of, str(_DAY): as_of.isoformat()}
    return _KEPT.first(given)


def _made_by(treaty_id: int, as_of: date, revision: int) -> QuerySet[Forecast]:
    rows = Forecast.objects.filter(treaty=treaty_id, as_of__lte=as_of, revision__lte=revision)
    return rows.order_by("-as_of", "-revision", "-pk")


_TREATY, _REVISION, _DAY = 2**30, 2**30 + 1, date(1, 2, 3)
_KEPT = Prepared(Forecast, lambda: _made_by(_TREATY, _DAY, _REVISION)[:1])
"""What the pages of a treaty ask for; SQLite is given days as text."""


@dataclass(frozen=True, slots=True)
class PastForecast:
    """A forecast of the history, with its score so far; None where nothing that it spoke of has come or is overdue."""

    as_of: date
    model_version: str
    document: Mapping[str, Any]
    score: "PastScore | None"


@dataclass(frozen=True, slots=True)
class PastScore:
    """Score of a forecast: of the numbers reached since, how many within its intervals; the mean pinball loss."""

    numbers: int
    within_50: int
    within_80: int
    pinball: float


def history(treaty: Treaty, as_of: date, revision: int, deposits: Sequence[date]) -> Iterator[PastForecast]:
    """Yield each version's last forecast of each month up to a day, newest first, scored by the deposits known then."""
    rows = Forecast.objects.filter(treaty=treaty, as_of__lte=as_of, revision__lte=revision)
    months = rows.values("as_of__year", "as_of__month", "model_version").annotate(last=Max("as_of"))
    last = {(month["last"], month["model_version"]) for month in months}
    for row in rows.filter(as_of__in=[day for day, _version in last]).order_by("-as_of", "-pk", "-revision"):
        if (row.as_of, row.model_version) in last:
            last.remove((row.as_of, row.model_version))
            document = json.loads(row.document)
            yield PastForecast(row.as_of, row.model_version, document, score_of(document, deposits))


def score_of(document: Mapping[str, Any], deposits: Sequence[date]) -> PastScore | None:
    """Score a forecast by the deposits that have come since it was made; None where none decides anything yet.

    The loss is the pinball loss in logarithms of days, the mean over the five quantiles and the numbers reached.
    """
    if document.get("reason"):
        return None
    made = date.fromisoformat(document["as_of"])
    ordered = sorted(deposits)
    losses: list[float] = []
    within = {50: 0, 80: 0}
    numbers = 0
    for each in document["numbers"]:
        if each["number"] > len(ordered):
            continue
        day = ordered[each["number"] - 1]
        if day <= made:
            continue
        numbers += 1
        outcome = math.log((day - made).days)
        ends = {name: _log_days(text, made) for name, text in each["quantiles"].items()}
        within[50] += ends["25"] <= outcome <= ends["75"]
        within[80] += ends["10"] <= outcome <= ends["90"]
        losses += [_pinball(_SHARES[name], at, outcome) for name, at in ends.items() if math.isfinite(at)]
    if not numbers:
        return None
    return PastScore(numbers, within[50], within[80], sum(losses) / max(len(losses), 1))


def _log_days(text: str | None, made: date) -> float:
    return math.log(max((date.fromisoformat(text) - made).days, 1)) if text else math.inf


def _pinball(share: float, at: float, outcome: float) -> float:
    return max(share * (outcome - at), (share - 1) * (outcome - at))
