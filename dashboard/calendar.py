"""The calendar: every day that a clause or the record fixes, past and to come, as a page and as an iCalendar feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from common.languages import current
from common.lazy import lazy_module
from common.messages import in_a_row
from dashboard.asked_language import in_asked_language
from dashboard.follow import question_from
from dashboard.page import Page, page_of
from ratification.following.asked_changes import is_about
from ratification.following.question import ChangeQuestion
from ratification.record import selectors
from ratification.record.evaluation import clause_of
from ratification.record.selectors import View
from ratification.rules.caveats import caveat_on_force
from ratification.rules.dates import Span
from ratification.rules.outcome import LegalWindow, WindowKind
from ratification.status.day_text import translated
from states.naming import name_of
from treaty.clauses import Delay

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = lazy_module("icalendar")


COUNTED_BACK = 730
"""Number of days up to which a past date has the days since then beside it."""
PAST_SHOWN = 20
"""Number of past dates that the page shows before the reader opens the others."""


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """A day, or the days in which it lies: what happens then, by which provision, and for whom if not for all.

    `closes` says that it is the last day on which something can be done, `of_force` that it is the day of the treaty's
    entry into force or follows from it.
    """

    key: str
    when: Span
    what: str
    basis: str
    iso3: str = ""
    closes: bool = False
    of_force: bool = False

    def days_from(self, view: View) -> int | None:
        """Return the days from the day asked about; None where the day is open."""
        return (self.when.on - view.as_of).days if self.when.on else None


def dated_events(view: View, since: date = date.min) -> list[DatedEvent]:
    """Give the days of the windows that the text opens, in order. What was only reported is not among them.

    With `since`, those days alone that are, or may be, that day or a later one.
    """
    found = [
        dated
        for window in view.outcome.windows
        # The day after the last one for signature is one of its days.
        if not window.reported and (window.closes or window.opens).latest.toordinal() + 1 >= since.toordinal()
        for dated in _of(window, view)
        if dated.when.latest >= since
    ]
    return sorted(found, key=lambda dated: (dated.when, dated.key))


def _of(window: LegalWindow, view: View) -> Iterator[DatedEvent]:
    iso3 = window.participant or ""
    whose = {"participant": name_of(view.directory.participants[iso3]) if iso3 else ""}
    opens, closes, basis = window.opens, window.closes, translated(window.basis)
    key = f"{window.kind}-{iso3}-{opens.earliest}" if iso3 else window.kind.value
    if window.kind is WindowKind.SIGNATURE:
        yield DatedEvent(f"{key}-opens", opens, gettext("Opens for signature"), basis)
        if closes:
            yield DatedEvent(f"{key}-closes", closes, gettext("Last day for signature"), basis, closes=True)
        if closes and _can_be_acceded_to(view, closes):
            after = Span(*(day + timedelta(days=1) for day in (closes.earliest, closes.latest)))
            yield DatedEvent(
                f"{key}-after", after, gettext("States that have not signed can only accede"), basis
            )
    elif window.kind is WindowKind.AMENDMENT:
        yield DatedEvent(key, opens, gettext("Amendments can be proposed"), basis, of_force=True)
    elif closes and window.kind is WindowKind.ENTRY_INTO_FORCE:
        yield DatedEvent(f"{key}-reached", opens, gettext("The last instrument needed is deposited"), basis)
        yield DatedEvent(key, closes, gettext("Entry into force"), basis, of_force=True)
    elif closes and window.kind is WindowKind.LATER_PARTY:
        words = gettext("Entry into force for %(participant)s") % whose
        general = closes == view.outcome.general
        yield DatedEvent(key, closes, words, basis, iso3, of_force=general)
    elif closes and window.kind is WindowKind.OBJECTION:
        words = gettext("Last day for objections to the late reservation of %(participant)s") % whose
        yield DatedEvent(key, closes, words, basis, iso3, closes=True)
    elif closes:
        words = gettext("Denunciation by %(participant)s takes effect") % whose
        yield DatedEvent(key, closes, words, basis, iso3)


def _can_be_acceded_to(view: View, closes: Span) -> bool:
    """Whether the clause admits accession once signature has closed, and the treaty has not ended by then."""
    clause = clause_of(view.treaty)
    ended = view.outcome.entry_into_force.ended
    return (
        clause is not None
        and clause.admits_accession
        and not (ended and ended.earliest <= closes.latest + timedelta(1))
    )


@dataclass(frozen=True, slots=True)
class ReportedClosing:
    """A day on which reported periods end, which no article sets."""

    when: Span
    names: list[tuple[str, str]]


def reported_closings(view: View) -> list[ReportedClosing]:
    """Group the reported periods for domestic approval by their last day."""
    found: dict[Span, list[tuple[str, str]]] = {}
    for window in view.outcome.windows:
        if window.reported and window.closes and window.participant:
            name = name_of(view.directory.participants[window.participant])
            found.setdefault(window.closes, []).append((window.participant, name))
    return [
        ReportedClosing(when, sorted(names, key=lambda pair: pair[1]))
        for when, names in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class Approvals:
    """Reported periods for domestic approval, which no article sets, counted by state."""

    delay: Delay
    open: int
    closed: int
    uncertain: int

    @classmethod
    def of(cls, view: View) -> "Approvals | None":
        """Count them; None where no such limit was reported, or no window has opened yet."""
        clause = clause_of(view.treaty)
        windows = [window for window in view.outcome.windows if window.kind is WindowKind.DOMESTIC_APPROVAL]
        if not windows or not clause or not clause.domestic_approval:
            return None
        states = [window.state for window in windows]
        delay = clause.domestic_approval.delay
        return cls(delay, states.count("open"), states.count("closed"), states.count("uncertain"))


def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the calendar."""
    page = page_of(request, slug, selectors.view_of)
    view = page.view
    counted = [(dated, dated.days_from(view)) for dated in dated_events(view)]
    past = [
        (dated, days if days and days >= -COUNTED_BACK else None)
        for dated, days in reversed(counted)
        if dated.when.latest < view.as_of
    ]
    context = {
        "page": page,
        "caveat": translated(caveat_on_force(view.outcome)),
        "ahead": [pair for pair in counted if pair[0].when.latest >= view.as_of],
        "past": past[:PAST_SHOWN],
        "earlier": past[PAST_SHOWN:],
        "remaining": view.outcome.threshold.remaining if view.outcome.threshold.reached is None else None,
    }
    return render(request, "dashboard/calendar.html", {"current": "calendar", **context})


@in_asked_language
def calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the calendar as iCalendar (RFC 5545): a whole-day entry for each day or open interval."""
    page = page_of(request, slug, selectors.view_of)
    question = question_from(page)
    feed = icalendar.Calendar()
    feed.add("prodid", f"-//Treaty status tracker//{current().key.upper()}")
    feed.add("version", "2.0")
    feed.add("name", str(page.treaty))
    feed.add("x-wr-calname", str(page.treaty))
    for dated in dated_events(page.view):
        if dated.when.certain and _is_asked_for(dated, question, page.view):
            event = _event(dated, page, request)
            for days in question.days_before if dated.closes else ():
                event.add_component(_alarm(event, days))
            feed.add_component(event)
    return HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8")


def _is_asked_for(dated: DatedEvent, question: ChangeQuestion, view: View) -> bool:
    groups = view.directory.groups_of(dated.iso3, view.as_of) if question.group and dated.iso3 else []
    return is_about(dated.iso3, question, [group.slug for group in groups])


def _alarm(event: "icalendar.Event", days: int) -> "icalendar.Alarm":
    """Return an alarm so many days before an event."""
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", timedelta(days=-days))
    return alarm


def _event(dated: DatedEvent, page: Page[View], request: HttpRequest) -> "icalendar.Event":
    event = icalendar.Event()
    summary = (
        gettext("%(treaty)s: %(event)s")
        if dated.when.on
        else gettext("%(treaty)s: %(event)s (the day is not certain)")
    )
    event.add("uid", f"{page.treaty.slug}-{dated.key}@treaty-status-tracker")
    event.add("dtstamp", datetime.combine(page.view.as_of, time.min, UTC))
    event.add("dtstart", dated.when.earliest)
    event.add("dtend", dated.when.latest + timedelta(days=1))
    event.add("summary", summary % {"treaty": page.treaty, "event": dated.what})
    words = gettext("%(basis)s. Revision %(revision)s of the record.")
    said = words % {"basis": dated.basis, "revision": page.view.revision}
    caveat = caveat_on_force(page.view.outcome) if dated.of_force else ""
    event.add("description", translated(in_a_row([said, caveat])))
    event.add("url", request.build_absolute_uri(page.address("calendar")))
    event.add("transp", "TRANSPARENT")
    return event
