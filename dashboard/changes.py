"""What changed, in sentences: as a page, and as Atom and JSON feeds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed

from dashboard.days import readable, text_of
from dashboard.page import Page, page_of
from ratification.ledger.corrections import corrections_of
from ratification.models import Change
from ratification.record import selectors
from ratification.record.selectors import Extract
from ratification.rules.dates import Span
from ratification.status.changes import changes_of, sentence_of

PER_PAGE = 100
FEW = 3
"""So many like changes of one revision stand line by line; more are gathered into one line that opens."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change in a sentence."""

    change: Change
    sentence: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of the page: one change, or many that were recorded together and differ in the participant alone."""

    told: list[Told]

    @property
    def sentence(self) -> str:
        """Say it of all of them at once."""
        return readable(sentence_of(self.told[0].change, f"each of {len(self.told)} participants"))

    @property
    def when(self) -> Span:
        """From the first day to the last from which one of them holds."""
        days = [each.change.as_of for each in self.told]
        return Span(min(days), max(days))


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed in the status, the latest first."""
    page = page_of(request, slug, selectors.extract_of)
    told = told_of(page, before=_before(page))
    older = told[PER_PAGE - 1].change.pk if len(told) > PER_PAGE else None
    context = {"page": page, "revisions": list(_revisions(told[:PER_PAGE])), "older": older}
    return render(request, "dashboard/changes.html", {"current": "changes", **context})


def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was wrong in the record, what is right, since when, and why."""
    page = page_of(request, slug, selectors.extract_of)
    found = corrections_of(page.treaty, as_of=page.said.as_of, revision=page.said.revision)
    return render(
        request, "dashboard/corrections.html", {"current": "changes", "page": page, "corrections": found}
    )


def changes_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the latest changes as an Atom feed (RFC 4287)."""
    page = page_of(request, slug, selectors.extract_of)
    home = request.build_absolute_uri(page.address("changes"))
    feed = Atom1Feed(
        title=f"{page.treaty}: changes of status",
        link=home,
        description=page.treaty.short_title,
        feed_url=request.build_absolute_uri(page.address("changes_atom")),
        author_name="Treaty status tracker",
    )
    for told in told_of(page)[:PER_PAGE]:
        address = _address(request, page, told.change)
        feed.add_item(
            title=told.sentence,
            link=address,
            description=_why(told.change),
            unique_id=address,
            pubdate=told.change.recorded_at,
            updateddate=told.change.recorded_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def changes_json(request: HttpRequest, slug: str) -> JsonResponse:
    """Give the latest changes as a JSON Feed (version 1.1)."""
    page = page_of(request, slug, selectors.extract_of)
    items = [
        {
            "id": _address(request, page, told.change),
            "url": _address(request, page, told.change),
            "title": told.sentence,
            "content_text": _why(told.change),
            "date_published": told.change.recorded_at.isoformat(),
        }
        for told in told_of(page)[:PER_PAGE]
    ]
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{page.treaty}: changes of status",
        "home_page_url": request.build_absolute_uri(page.address("changes")),
        "feed_url": request.build_absolute_uri(page.address("changes_json")),
        "items": items,
    }
    return JsonResponse(feed, content_type="application/feed+json")


def told_of(page: Page[Extract], before: int | None = None) -> list[Told]:
    """Tell the changes known at the page's revision and date, the latest first; one more than fit on a page.

    Reported windows are left out: nothing follows from them.
    """
    rows = (
        changes_of(page.treaty)
        .filter(revision__lte=page.said.revision, as_of__lte=page.said.as_of)
        .exclude(Q(subject="window") & (Q(after__reported=True) | Q(after=None, before__reported=True)))
        .order_by("-pk")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [Told(change, readable(sentence_of(change))) for change in rows[: PER_PAGE + 1]]


def _revisions(told: Iterable[Told]) -> Iterator[tuple[Change, list[ChangeLine]]]:
    """Give for each revision one of its changes, and its lines."""
    for _revision, group in groupby(told, lambda each: each.change.revision):
        together = list(group)
        alike = Counter(_without_name(each) for each in together)
        lines: dict[object, list[Told]] = {}
        for each in together:
            words = _without_name(each)
            lines.setdefault(words if alike[words] > FEW else each.change.pk, []).append(each)
        yield together[0].change, [ChangeLine(each) for each in lines.values()]


def _without_name(told: Told) -> tuple[str, str]:
    return sentence_of(told.change, "each"), told.change.cause


def _why(change: Change) -> str:
    cause = "An entry was published" if change.cause == Change.Cause.ENTRY else "A day passed"
    return f"{cause}: revision {change.revision}, as of {text_of(change.as_of)}."


def _address(request: HttpRequest, page: Page[Extract], change: Change) -> str:
    """Give the permanent address of a change: the page in the state in which it first showed."""
    clocks = {"as_of": change.as_of.isoformat(), "revision": str(change.revision)}
    return request.build_absolute_uri(f"{page.address('changes', **clocks)}#change-{change.pk}")


def _before(page: Page[Extract]) -> int | None:
    text = page.first("before")
    if not text:
        return None
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(2**31)):
        raise BadRequest(f"before is “{text}”, which is no number of a change.")
    return int(text)
