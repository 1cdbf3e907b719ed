"""The page of the forecast: no part of the record, and marked so wherever it stands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext_lazy

from common.languages import ENGLISH, current
from dashboard.forecast_reasons import reason_words
from dashboard.page import page_of
from ratification.charts.forecast_fan import words_of
from ratification.forecast.score import MODEL_VERSION, score, score_at
from ratification.forecast.stored import PastForecast, history, kept_at, why_never
from ratification.models import Forecast
from ratification.record import selectors
from ratification.record.evaluation import awaited_by, clause_of
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.force import general_entry_into_force
from treaty.models import Treaty

FIRST_LATER = gettext_lazy("The first one was made later, or is being made just now.")

_NAMES = re.compile(r"<title>.*?</title>\s*<desc>.*?</desc>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of a forecast: the ends of the intervals of 50 and 80 per cent, and the median; None beyond the calendar."""

    first_80: date | None
    first_50: date | None
    median: date | None
    last_50: date | None
    last_80: date | None

    @classmethod
    def of(cls, quantiles: Mapping[str, str | None]) -> "DayRange":
        """Read the quantiles of a document."""
        return cls(*(_day(quantiles[name]) for name in ("10", "25", "50", "75", "90")))


@dataclass(frozen=True, slots=True)
class ShownForecast:
    """A kept forecast for a page; `reason` says why there is none."""

    treaty: Treaty
    kept: Forecast | None
    document: Mapping[str, Any]

    @property
    def reason(self) -> str:
        """Why there is no forecast; empty where there is one."""
        reason = str(self.document["reason"]) if self.kept else why_never(self.treaty)
        return reason_words(reason) if self.kept or reason else str(FIRST_LATER)

    @property
    def wide(self) -> str:
        """The drawing for wide screens. Empty where there is none."""
        return self._named(self.kept.wide if self.kept else "")

    @property
    def narrow(self) -> str:
        """The drawing for telephones, as `wide`."""
        return self._named(self.kept.narrow if self.kept else "")

    def _named(self, drawing: str) -> str:
        """Return a drawing, which is kept in English, with title and description in the language of the page."""
        if not drawing or current().code == ENGLISH:
            return drawing
        title, text = map(escape, words_of(self.document))
        return _NAMES.sub(lambda _: f"<title>{title}</title><desc>{text}</desc>", drawing, count=1)

    @property
    def reached(self) -> DayRange:
        """When the threshold is reached."""
        return DayRange.of(self.document["reached"]["quantiles"])

    @property
    def in_force(self) -> DayRange | None:
        """When the treaty enters into force, by its own clause."""
        found = self.document["entry_into_force"]
        return DayRange.of(found["quantiles"]) if found else None

    @property
    def years(self) -> list[tuple[str, float, float]]:
        """Probabilities in per cent by the end of each year: of the threshold, and of entry into force."""
        in_force = (self.document["entry_into_force"] or {}).get("by_end_of_year", {})
        reached = self.document["reached"]["by_end_of_year"]
        return [(year, 100 * share, 100 * in_force.get(year, 0)) for year, share in reached.items()]

    def day(self, *path: str) -> date | None:
        """Return a day of the document."""
        value: Any = self.document
        for name in path:
            value = value and value.get(name)
        return _day(value)

    @property
    def not_before(self) -> date | None:
        """First day on which the treaty could be in force, if all that is missing came at once."""
        return self.day("not_before")

    @property
    def known_until(self) -> date | None:
        """Last day of the list of acts."""
        return self.day("known_until")

    @property
    def if_complete(self) -> date | None:
        """Median if nothing has come since the list's last day; None where the list is kept up to date."""
        return self.day("list_end", "median_if_complete")

    @property
    def moved(self) -> Mapping[str, Any] | None:
        """What has moved the median since an earlier forecast, with its days."""
        found = self.document.get("moved")
        names = ("since", "median_then", "median_if_nothing_had_come", "median_now")
        return found and {**found, **{name: _day(found[name]) for name in names}}


@dataclass(frozen=True, slots=True)
class PassedDay:
    """Last day on which reaching the threshold still led to entry into force in a year, where that day has passed."""

    year: str
    day: date


def passed_day(view: View, found: ShownForecast) -> PassedDay | None:
    """Return the day that has passed and on which all of this year's probability of entry into force rests.

    None where there is no such probability, or where a deposit that is still to come could lead to it. The days since
    the list's last are part of what is forecast, because what was deposited on them is not known.
    """
    clause = clause_of(view.treaty)
    if found.reason or clause is None or found.known_until is None or not found.document["entry_into_force"]:
        return None
    made = date.fromisoformat(found.document["as_of"])
    ends = made.replace(month=12, day=31)
    awaited = awaited_by(clause, made, view.directory)

    def in_time(day: date) -> bool:
        follows = general_entry_into_force(clause, Span.day(day), awaited)
        return follows is not None and follows.latest <= ends

    if not found.document["entry_into_force"]["by_end_of_year"].get(str(made.year)) or in_time(made):
        return None
    days = (made - timedelta(days=number) for number in range(1, (made - found.known_until).days + 1))
    last = next(filter(in_time, days), None)
    return PassedDay(str(made.year), last) if last else None


def shown(view: View) -> ShownForecast:
    """Return the forecast that had been made by the day and from the revision of a view."""
    kept = kept_at(view.treaty, view.as_of, view.revision)
    return ShownForecast(view.treaty, kept, json.loads(kept.document) if kept else {})


AGES = {
    "less than 1 year": gettext_lazy("less than 1 year"),
    "1 year": gettext_lazy("1 year"),
    "2 and 3 years": gettext_lazy("2 and 3 years"),
    "4 years and more": gettext_lazy("4 years and more"),
}
"""Names of the ages of treaties by which scores are given, in the language of the page."""


def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the forecast with its score, what moved it, and the history of earlier ones."""
    page = page_of(request, slug, selectors.view_of)
    view = page.view
    found = shown(view)
    version = found.kept.model_version if found.kept else MODEL_VERSION
    deposits = [
        entry.deposited.latest for entry in view.outcome.threshold.entries if entry.counted or entry.may_count
    ]
    scored = score_at(found.document["age"], version) if not found.reason else None
    context = {
        "current": "forecast",
        "page": page,
        "forecast": found,
        "passed": passed_day(view, found),
        "score": scored,
        "age": AGES.get(scored["name"], scored["name"]) if scored else "",
        "scores": score(version),
        "history": [_line(each) for each in history(page.treaty, view.as_of, view.revision, deposits)],
    }
    return render(request, "dashboard/forecast.html", context)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An earlier forecast as a line of the history."""

    past: PastForecast
    days: DayRange | None

    @property
    def reason(self) -> str:
        """Why there was no forecast; empty where there was one."""
        return reason_words(str(self.past.document.get("reason", "")))


def _line(past: PastForecast) -> HistoryLine:
    reached = past.document.get("reached")
    return HistoryLine(past, DayRange.of(reached["quantiles"]) if reached else None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
