"""What changed, in sentences: as a page, and as Atom and JSON feeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed

from ratification import selectors
from ratification.corrections import corrections_of
from ratification.dashboard.days import text_of
from ratification.dashboard.page import Page, page_of
from ratification.models import Change
from ratification.rules.dates import parse_edtf
from ratification.selectors import Extract
from treaty.clauses import ActionKind

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A change in a sentence."""

    change: Change
    sentence: str


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed in the status, the latest first."""
    page = page_of(request, slug, selectors.extract_of)
    told = told_of(page, before=_before(page))
    older = told[PER_PAGE - 1].change.pk if len(told) > PER_PAGE else None
    context = {"page": page, "told": told[:PER_PAGE], "older": older}
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
        Change.objects.filter(
            treaty=page.treaty, revision__lte=page.said.revision, as_of__lte=page.said.as_of
        )
        .exclude(Q(subject="window") & (Q(after__reported=True) | Q(after=None, before__reported=True)))
        .select_related("participant")
        .order_by("-pk")
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [Told(change, sentence_of(change)) for change in rows[: PER_PAGE + 1]]


def sentence_of(change: Change) -> str:
    """Say a change in a sentence."""
    before, after = change.before or {}, change.after or {}
    who = change.participant.name if change.participant else ""
    match change.subject:
        case "standing":
            now = after.get("standing", "none")
            was = before.get("standing")
            moved = f"{was}, now {now}" if was and was != now else now
            return f"{who}: {moved.replace('none', 'no action')}{_dates(after)}."
        case "count":
            return f"{'; '.join(_counts(before, after))}."
        case "threshold":
            return f"Threshold: {_day(after, 'not reached')}."
        case "entry_into_force":
            return f"Entry into force: {_day(after, 'no day follows yet')}."
        case _:
            window = after or before
            name = str(window.get("kind", "")).replace("_", " ")
            state = str(after.get("state", "no longer there")).replace("_", " ")
            return f"Window “{name}”{f' of {who}' if who else ''}: {state}."


def _dates(after: dict[str, Any]) -> str:
    parts = []
    if after.get("signed"):
        parts.append(f"signed {text_of(parse_edtf(after['signed']))}")
    if consent := after.get("consent"):
        parts.append(f"{ActionKind(consent['kind']).label} {text_of(parse_edtf(consent['date']))}")
    return f" ({', '.join(parts)})" if parts else ""


def _counts(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for name, words in (
        ("signatories", "Signatories"),
        ("contracting", "contracting"),
        ("parties", "parties"),
        ("counted", "counting toward the threshold"),
    ):
        now, was = after.get(name), before.get(name)
        yield f"{words} {now}" if was in {None, now} else f"{words} {was}, now {now}"


def _day(after: dict[str, Any], none: str) -> str:
    if after.get("on"):
        return text_of(parse_edtf(after["on"]))
    if after.get("earliest"):
        latest = after.get("latest")
        span = f"{after['earliest']}/{latest}" if latest else ""
        return text_of(parse_edtf(span)) if span else f"not before {text_of(parse_edtf(after['earliest']))}"
    return none


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
