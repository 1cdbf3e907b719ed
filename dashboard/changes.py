"""Changes in sentences: as a page, and as Atom and JSON feeds."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby, starmap
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from dashboard.asked_language import in_asked_language
from dashboard.follow import choices_of, question_from, with_question
from dashboard.page import Page, page_of
from ratification.following.asked_changes import changes_for, crossed_thresholds, sentence_for
from ratification.following.question import ChangeQuestion
from ratification.ledger.corrections import corrections_of
from ratification.ledger.reference import reference_changes_of
from ratification.models import Change
from ratification.record import selectors
from ratification.record.selectors import Extract
from ratification.rules.dates import Span
from ratification.rules.outcome import WindowKind
from ratification.status import feeds
from ratification.status.changes import changes_of, days_of, sentence_of
from ratification.status.day_text import readable
from ratification.status.kept_changes import read_changes
from states.naming import name_of

PER_PAGE = 60
"""Months are added to a page until so many changes stand on it."""
_PARTICIPANT = "\ue000"
"""Placeholder for the participant in a sentence until its name is put in: a character that no text has."""
FEW = 3
"""So many like changes of one day stand line by line; more are gathered into one line that opens."""


@dataclass(frozen=True, slots=True)
class ChangeSentence:
    """A change in a sentence, and the revision since which the record says otherwise.

    `of_each` is the sentence of whatever participant: equal where changes differ in the participant alone.
    """

    change: Change
    sentence: str
    of_each: str
    otherwise_since: int | None = None

    @classmethod
    def of(cls, change: Change, question: ChangeQuestion) -> "ChangeSentence":
        """Write a change once, with a place for its participant, unless it is a threshold that was reached."""
        of_each = readable(sentence_of(change, _PARTICIPANT))
        if change.participant is None or crossed_thresholds(change, question.thresholds):
            return cls(change, sentence_for(change, question), of_each)
        return cls(change, of_each.replace(_PARTICIPANT, name_of(change.participant)), of_each)

    @property
    def when(self) -> Span | None:
        """The day from which it holds, or the interval in which that day lies; None where it has none."""
        return days_of(self.change)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of the page: one change, or many of one day that differ in the participant alone."""

    sentences: list[ChangeSentence]

    @property
    def sentence(self) -> str:
        """Say it of all of them at once."""
        number = len(self.sentences)
        each = ngettext("each of %(number)s participant", "each of %(number)s participants", number)
        return self.sentences[0].of_each.replace(_PARTICIPANT, each % {"number": number})

    @property
    def when(self) -> Span | None:
        """The day from which they hold."""
        return self.sentences[0].when


@dataclass(frozen=True, slots=True)
class ChangeMonth:
    """A month of the history, the latest day first; `first` is its first day."""

    first: date
    lines: list[ChangeLine]


def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed in the status, month by month, the latest first."""
    page = page_of(request, slug, selectors.extract_of)
    sentences, older = change_sentences(page, before=_before(page))
    question = question_from(page)
    context = {
        "page": page,
        "months": list(_months(sentences)),
        **choices_of(page.treaty, question),
        "chosen_groups": [question.group],
        "follow": with_question(page.address("follow"), question),
        "feed": with_question(page.address("changes_atom"), question),
        "json_feed": with_question(page.address("changes_json"), question),
        "older": with_question(page.address("changes", before=f"{older:%Y-%m}"), question) if older else "",
        "before": older,
        "recording_began": changes_of(page.treaty).values_list("recorded_at", flat=True).first(),
    }
    return render(request, "dashboard/changes.html", {"current": "changes", **context})


def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a correction: the wrong value, the right one, since when, and why."""
    page = page_of(request, slug, selectors.extract_of)
    found = corrections_of(page.treaty, as_of=page.view.as_of, revision=page.view.revision)
    reference = reference_changes_of(page.treaty, revision=page.view.revision)
    context = {"page": page, "corrections": found, "reference": reference}
    return render(request, "dashboard/corrections.html", {"current": "corrections", **context})


@in_asked_language
def changes_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the latest changes as an Atom feed (RFC 4287)."""
    return _feed(request, slug, "changes_atom", feeds.atom, "application/atom+xml; charset=utf-8")


@in_asked_language
def changes_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the latest changes as a JSON Feed (version 1.1)."""
    return _feed(request, slug, "changes_json", feeds.json_feed, "application/feed+json")


def _feed(
    request: HttpRequest,
    slug: str,
    name: str,
    build: Callable[[feeds.ChangeFeed], bytes],
    content_type: str,
) -> HttpResponse:
    page = page_of(request, slug, selectors.extract_of)
    question = question_from(page)
    feed = feeds.ChangeFeed(
        page.treaty,
        _newest(page, question),
        with_question(page.address(name), question),
        request.build_absolute_uri,
        page.head,
        partial(sentence_for, question=question),
        question.whole if question.query else "",
        with_question(page.address("changes"), question) if question.query else "",
    )
    return HttpResponse(build(feed), content_type=content_type)


def change_sentences(
    page: Page[Extract], before: date | None = None
) -> tuple[list[ChangeSentence], date | None]:
    """Return the sentences on the changes known at the page's revision and date, by their day, the latest first.

    Args:
        page: the page with its two clocks, and the question that selects changes.
        before: the first day of a month; later changes, and those of the month, are left out.

    Returns:
        The changes of as many whole months as fill a page, and the month before which there are more; None for none.
    """
    question = question_from(page)
    news = _news_of(page, question)
    if isinstance(news, list):
        news = [change for change in news if before is None or change.as_of < before]
        rows: Iterable[Change] = sorted(news, key=lambda change: (change.as_of, change.number), reverse=True)
    else:
        known = news if before is None else news.filter(as_of__lt=before)
        # The latest alone are made into objects: a page shows sixty or so of a history of hundreds.
        rows = read_changes(page.treaty, known.order_by("-as_of", "-number"), PER_PAGE)
    if "window" not in question.kinds:
        rows = (change for change in rows if not _is_said_by_acts(change))
    sentences: list[ChangeSentence] = []
    for month, group in groupby(rows, lambda change: change.as_of.replace(day=1)):
        if len(sentences) >= PER_PAGE:
            return marked(sentences, page), month_after(month)
        sentences += [ChangeSentence.of(change, question) for change in group]
    return marked(sentences, page), None


class _Later(NamedTuple):
    """A change that may have taken away what an earlier one brought."""

    number: int
    revision: int
    as_of: date
    subject: str
    participant_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def marked(sentences: list[ChangeSentence], page: Page[Extract]) -> list[ChangeSentence]:
    """Mark what the record has said otherwise since: a day that was corrected, an effect that did not come. One query.

    That is so where a later revision took away what a change had brought, on the same day or an earlier one.
    """
    if not sentences:
        return []
    first = min(each.change.number for each in sentences)
    last = max(each.change.as_of for each in sentences)
    known = Change.objects.filter(treaty=page.treaty, revision__lte=page.view.revision, as_of__lte=last)
    others = known.filter(number__gt=first).exclude(before=None).exclude(subject="count").order_by("number")
    after: dict[tuple[str, int | None], list[_Later]] = {}
    for change in starmap(_Later, others.values_list(*_Later._fields)):
        after.setdefault((change.subject, change.participant_id), []).append(change)
    return [replace(each, otherwise_since=_otherwise_since(each.change, after)) for each in sentences]


def _otherwise_since(change: Change, after: Mapping[tuple[str, int | None], list[_Later]]) -> int | None:
    value = change.after
    for later in after.get((change.subject, change.participant_id), ()):
        if later.number < change.number or later.before != value:
            continue
        undone = later.revision > change.revision and later.as_of <= change.as_of
        if undone and not _still_holds(change, later.after):
            return later.revision
        value = later.after
    return None


def _still_holds(change: Change, now: dict[str, Any] | None) -> bool:
    """Return whether a later value has what a change brought: of a standing, the days of the acts and their effect."""
    if change.subject != "standing" or not now:
        return False
    before, brought = change.before or {}, change.after or {}
    return all(
        brought.get(name) in (before.get(name), now.get(name)) for name in ("signed", "consent", "in_force")
    )


def _news_of(page: Page[Extract], question: ChangeQuestion) -> list[Change] | QuerySet[Change]:
    """Return what a question asks for, the latest first; all news where it names nothing."""
    treaty, as_of, revision = page.treaty, page.view.as_of, page.view.revision
    if question.query:
        return changes_for(treaty, question, as_of=as_of, revision=revision)
    return feeds.news_of(treaty, as_of=as_of, revision=revision)


def _newest(page: Page[Extract], question: ChangeQuestion) -> list[Change]:
    """Return the changes of a feed, the latest first."""
    news = _news_of(page, question)[: feeds.NEWEST]
    return news if isinstance(news, list) else list(read_changes(page.treaty, news))


def _is_said_by_acts(change: Change) -> bool:
    """Whether a change is a period of which the sentences on acts and entry into force tell both ends."""
    if change.subject != "window":
        return False
    window = change.after or change.before or {}
    kinds = {WindowKind.ENTRY_INTO_FORCE, WindowKind.LATER_PARTY}
    return window["kind"] in kinds or (
        window["kind"] == WindowKind.DENUNCIATION and window["state"] == "closed"
    )


def month_after(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _months(sentences: Iterable[ChangeSentence]) -> Iterator[ChangeMonth]:
    """Gather changes by month; those of one day that differ in the participant alone share a line."""
    for first, group in groupby(sentences, lambda each: each.change.as_of.replace(day=1)):
        together = list(group)
        written = [_without_name(each) for each in together]
        alike = Counter(written)
        lines: dict[object, list[ChangeSentence]] = {}
        for each, words in zip(together, written, strict=True):
            lines.setdefault(words if alike[words] > FEW else each.change.number, []).append(each)
        yield ChangeMonth(first, [ChangeLine(each) for each in lines.values()])


def _without_name(one: ChangeSentence) -> tuple[str, str, Span | None]:
    return one.of_each, one.change.cause, one.when


def _before(page: Page[Extract]) -> date | None:
    text = page.first("before")
    if not text:
        return None
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) or text.startswith("0000"):
        raise BadRequest(gettext("before is “%(text)s”, which is no month such as 2026-03.") % {"text": text})
    return date.fromisoformat(f"{text}-01")
