"""Forecast of a treaty as a document, computed by the job: this module needs numpy, and no web process loads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ratification.forecast.method.past import TreatyCourse, past_courses
from ratification.forecast.method.predict import (
    DayForecast,
    NoForecastError,
    Rule,
    ThresholdForecast,
    by_years,
    forecast_threshold,
    through_rule,
)
from ratification.forecast.score import MODEL_VERSION
from ratification.record.evaluation import awaited_by, clause_of
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.document import days
from ratification.rules.facts import ORGANIZATIONS, TERRITORY
from ratification.rules.force import general_entry_into_force
from ratification.rules.outcome import ParticipantStanding, StandingKind
from treaty.clauses import Clause

Document = dict[str, Any]
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def forecast_document(view: View, earlier: Mapping[str, Any] | None = None) -> Document:
    """Return the forecast of a treaty from what a view knows, or the reason why there is none.

    Args:
        view: the record at a revision, as of a day; nothing later is looked at.
        earlier: the document of an earlier forecast, to say what has moved it since.

    """
    known_until = view.outcome.known_until
    document: Document = {
        "kind": "forecast",
        "treaty": view.treaty.slug,
        "as_of": view.as_of.isoformat(),
        "revision": view.revision,
        "model_version": MODEL_VERSION,
        "known_until": known_until.isoformat() if known_until else None,
    }
    try:
        return document | _forecast(view, known_until, earlier)
    except NoForecastError as error:
        return document | {"reason": str(error)}


def _forecast(view: View, known_until: date | None, earlier: Mapping[str, Any] | None) -> Document:
    clause = clause_of(view.treaty)
    required = clause.entry_into_force.instruments if clause else None
    if clause is None or required is None or not clause.entry_into_force.by_number_alone:
        raise NoForecastError(
            "The clause asks for more than a number of instruments, or is not recorded; forecasts were tested for"
            " numbers alone."
        )
    course = course_of(view)
    found = forecast_threshold(past_courses(), course, view.as_of, required, known_until)
    rule = rule_of(clause, view)
    in_force = through_rule(found.reached, rule)
    # What is missing could have come from the day on that the list ends.
    soonest = rule(found.known_until)
    return {
        "reason": "",
        "threshold": required,
        "count": len(course.deposits),
        "opened": date.fromordinal(course.opened).isoformat(),
        "deposited": [days(span) for span in sorted(_counting(view).values(), key=_last_day)],
        "known_count": found.count,
        "signatories": found.signatories,
        "age": round(found.age, 2),
        "past_treaties": found.treaties,
        "independent": round(found.independent, 1),
        "reached": _day_document(found.reached, view.as_of),
        "entry_into_force": _day_document(in_force, view.as_of) if in_force else None,
        "not_before": soonest.isoformat() if soonest else None,
        "numbers": [
            {"number": number, "quantiles": _quantiles(day)} for number, day in sorted(found.days.items())
        ],
        "list_end": _list_end(course, view, required, known_until, found),
        "moved": _moved(course, view, required, found, earlier),
    }


def course_of(view: View) -> TreatyCourse:
    """Return the course of a treaty: the signatures of States that stand, and the instruments that its clause counts.

    An open day is taken at its last, but not later than the day asked about: what the record has has happened.
    """
    people = view.directory.participants
    states = {iso3 for iso3, one in people.items() if one.kind not in ORGANIZATIONS | {TERRITORY}}

    def day_of(taken: Span) -> int:
        return min(taken.latest, view.as_of).toordinal()

    signed = {
        standing.participant: day_of(standing.signed)
        for standing in view.outcome.standings
        if standing.signed and standing.participant in states and not _taken_back(standing)
    }
    deposited = {iso3: day_of(span) for iso3, span in _counting(view).items()}
    reference = view.treaty.depositary_reference or view.treaty.slug
    return TreatyCourse(reference, reference, view.as_of.toordinal(), signed, deposited)


def _counting(view: View) -> dict[str, Span]:
    """Return when the instruments that may count were deposited, as exactly as the record has it."""
    return {entry.participant: entry.deposited for entry in view.outcome.threshold.entries if entry.may_count}


def _last_day(span: Span) -> date:
    return span.latest


def _taken_back(standing: ParticipantStanding) -> bool:
    return standing.kind is StandingKind.WITHDRAWN and standing.consent is None


def rule_of(clause: Clause, view: View) -> Rule:
    """Return the day of entry into force that follows from each day of the threshold, by the treaty's own clause."""
    awaited = awaited_by(clause, view.as_of, view.directory)

    def rule(day: date) -> date | None:
        follows = general_entry_into_force(clause, Span.day(day), awaited)
        return follows.latest if follows else None

    return rule


def _list_end(
    course: TreatyCourse,
    view: View,
    required: int,
    known_until: date | None,
    found: ThresholdForecast,
) -> Document | None:
    """Return how much rests on the day on which the list ends: the forecast if nothing more had come since."""
    if known_until is None or known_until >= view.as_of:
        return None
    try:
        complete = forecast_threshold(past_courses(), course, view.as_of, required).reached.quantile(0.5)
    except NoForecastError:  # by today it is too old, for one
        complete = None
    return {
        "known_until": known_until.isoformat(),
        "median": _text(found.reached.quantile(0.5)),
        "median_if_complete": _text(complete),
    }


def _moved(
    course: TreatyCourse,
    view: View,
    required: int,
    found: ThresholdForecast,
    earlier: Mapping[str, Any] | None,
) -> Document | None:
    """Return what has moved the median since an earlier forecast: the days that passed, and the acts in them."""
    if earlier is None or earlier.get("reason") or earlier.get("threshold") != required:
        return None
    since = date.fromisoformat(earlier["as_of"])
    if since >= view.as_of:
        return None
    before = course.by(since.toordinal())
    try:
        still = forecast_threshold(past_courses(), before, view.as_of, required, view.outcome.known_until)
    except NoForecastError:
        return None
    return {
        "since": since.isoformat(),
        "median_then": earlier["reached"]["quantiles"]["50"],
        "median_if_nothing_had_come": _text(still.reached.quantile(0.5)),
        "median_now": _text(found.reached.quantile(0.5)),
        "deposits": len(course.deposits) - len(before.deposits),
        "signatures": len(course.signatures) - len(before.signatures),
    }


def _day_document(day: DayForecast, on: date) -> Document:
    years = {str(year): round(share, 3) for year, share in by_years(day, on).items()}
    return {"quantiles": _quantiles(day), "by_end_of_year": years}


def _quantiles(day: DayForecast) -> dict[str, str | None]:
    return {f"{level * 100:.0f}": _text(day.quantile(level)) for level in LEVELS}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
