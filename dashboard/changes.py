"""What changed, in sentences: as a page, and as Atom and JSON feeds."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.page import Page, page_of
from ratification.ledger.corrections import corrections_of
from ratification.ledger.reference import reference_changes_of
from ratification.models import Change
from ratification.record import selectors
from ratification.record.selectors import Extract
from ratification.rules.dates import Span
from ratification.status import feeds
from ratification.status.changes import days_of, sentence_of
from ratification.status.day_text import readable

PER_PAGE = 100
FEW = 3
"""So many like changes of one revision stand line by line; more are gathered into one line that opens."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change in a sentence."""

    change: Change
    sentence: str

    @property
    def when(self) -> Span | None:
        """The day from which it holds, or the interval in which that day lies; None where it has none."""
        return days_of(self.change)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of the page: one change, or many that were recorded together and differ in the participant alone."""

    told: list[Told]

    @property
    def sentence(self) -> str:
        """Say it of all of them at once."""
        return readable(sentence_of(self.told[0].change, f"each of {len(self.told)} participants"))

    @property
    def when(self) -> list[Span]:
        """Give the days from which they hold, each as exact as its record: that of all, or the first and the last."""
        days = [each.when for each in self.told if each.when]
        first, last = (
            min(days, default=None),
            max(days, key=lambda day: (day.latest, day.earliest), default=None),
        )
        return [] if first is None or last is None else [first] if first == last else [first, last]


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed in the status, the latest first."""
    page = page_of(request, slug, selectors.extract_of)
    told = told_of(page, before=_before(page))
    older = told[PER_PAGE - 1].change.number if len(told) > PER_PAGE else None
    context = {"page": page, "revisions": list(_revisions(told[:PER_PAGE])), "older": older}
    return render(request, "dashboard/changes.html", {"current": "changes", **context})


def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a correction: the wrong value, the right one, since when, and why."""
    page = page_of(request, slug, selectors.extract_of)
    found = corrections_of(page.treaty, as_of=page.view.as_of, revision=page.view.revision)
    reference = reference_changes_of(page.treaty, revision=page.view.revision)
    context = {"page": page, "corrections": found, "reference": reference}
    return render(request, "dashboard/corrections.html", {"current": "corrections", **context})


def changes_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the latest changes as an Atom feed (RFC 4287)."""
    return _feed(request, slug, "changes_atom", feeds.atom, "application/atom+xml; charset=utf-8")


def changes_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the latest changes as a JSON Feed (version 1.1)."""
    return _feed(request, slug, "changes_json", feeds.json_feed, "application/feed+json")


def _feed(
    request: HttpRequest, slug: str, name: str, build: Callable[..., bytes], content_type: str
) -> HttpResponse:
    page = page_of(request, slug, selectors.extract_of)
    news = feeds.news_of(page.treaty, as_of=page.view.as_of, revision=page.view.revision)[: feeds.NEWEST]
    body = build(
        page.treaty, news, feed=page.address(name), absolute=request.build_absolute_uri, head=page.head
    )
    return HttpResponse(body, content_type=content_type)


def told_of(page: Page[Extract], before: int | None = None) -> list[Told]:
    """Tell the changes known at the page's revision and date, the latest first; one more than fit on a page."""
    rows = feeds.news_of(page.treaty, as_of=page.view.as_of, revision=page.view.revision)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return [Told(change, readable(sentence_of(change))) for change in rows[: PER_PAGE + 1]]


def _revisions(told: Iterable[Told]) -> Iterator[tuple[Change, list[ChangeLine]]]:
    """Give for each moment at which changes were recorded the first of them, and their lines."""
    for _moment, group in groupby(told, lambda each: each.change.recorded_at):
        together = list(group)
        alike = Counter(_without_name(each) for each in together)
        lines: dict[object, list[Told]] = {}
        for each in together:
            words = _without_name(each)
            lines.setdefault(words if alike[words] > FEW else each.change.number, []).append(each)
        yield together[0].change, [ChangeLine(each) for each in lines.values()]


def _without_name(told: Told) -> tuple[str, str]:
    return sentence_of(told.change, "each"), told.change.cause


def _before(page: Page[Extract]) -> int | None:
    text = page.first("before")
    if not text:
        return None
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(2**31)):
        raise BadRequest(f"before is “{text}”, which is no number of a change.")
    return int(text)
