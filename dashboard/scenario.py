"""The scenario page: who might deposit when, and what would follow. Its address holds the whole question."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from common.messages import in_sequence
from dashboard.map import CONSENTED, Mark, WorldMap, world_map
from dashboard.page import Page, page_of
from dashboard.table import rows_of
from dashboard.world import marks_of
from ratification.record import selectors
from ratification.record.selectors import CAN_JOIN, View
from ratification.rules.dates import Span
from ratification.rules.outcome import StandingKind
from ratification.scenario import (
    Assumed,
    Scenario,
    ScenarioError,
    ScenarioLine,
    Who,
    headline,
    parse_scenario,
    scenario_of,
    soonest_of,
    written,
)
from ratification.status.day_text import on_day, readable, translated
from states.known_names import known_name
from states.models import Participant
from states.naming import by_name, name_of

WAYS = ("who", "group", "more")
"""Choices of who deposits, in the form that adds a line; the address keeps it as text under `deposits`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the scenario in words, and the scenario without it."""

    line: ScenarioLine
    words: str
    without: str
    """The address of the scenario without it."""

    @property
    def when(self) -> str:
        """The day as in a sentence: `on 1 March 2027`, `in March 2027`."""
        return on_day(self.line.when)


@dataclass(frozen=True, slots=True)
class ScenarioChoices:
    """A heading of the list to choose participants from."""

    label: str
    participants: list[Participant]


def scenario(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what would follow from the deposits in the address, and the form to add to them."""
    page = page_of(request, slug, selectors.view_of)
    text, problem, result = page.first("deposits"), "", None
    other, versus = page.first("versus"), None
    others: tuple[ScenarioLine, ...] = ()
    try:
        if any(request.GET.get(name) for name in WAYS):
            text = "; ".join(filter(None, [text, *_added(request)]))
        lines = parse_scenario(text)
        result = scenario_of(page.view, lines) if lines else None
        others = parse_scenario(other)
        versus = scenario_of(page.view, others) if others and result else None
        asked = {"deposits": written(lines)} | ({"versus": written(others)} if versus else {})
        if result and page.query != {name: [value] for name, value in asked.items()}:
            return redirect(page.address("scenario", **asked))
    except ScenarioError as error:
        lines, problem = (), translated(error.args[0])
    shown = _shown(page, lines, other)
    context = {
        "page": page,
        "text": text,
        "problem": problem,
        "scenario": result,
        "headline": readable(headline(result)) if result else "",
        "alike": list(_alike(result)) if result else [],
        "decisive": _names(result, page.view) if result else [],
        "versus": versus,
        "compared": [result, versus] if versus else [],
        "other": other,
        "lines": shown,
        "both_lines": [shown, _shown(page, others, text)] if versus else [],
        "copied": page.address("scenario", deposits=written(lines), versus=written(lines)) if lines else "",
        "swapped": page.address("scenario", deposits=other, versus=text) if versus else "",
        "map": _map(page, lines, other),
        "day": _day(page, lines),
        "soonest": soonest_of(page.view),
        "choices": list(_choices(page.view)),
        "groups": page.view.directory.groups.values(),
        "examples": list(_examples(page)),
        "asked_for": request.GET,
        "chosen": request.GET.getlist("who"),
    }
    status = 400 if problem else 200
    return render(request, "dashboard/scenario.html", {"current": "scenario", **context}, status=status)


def _shown(page: Page[View], lines: tuple[ScenarioLine, ...], other: str) -> list[Shown]:
    """Return the lines in words, each with the address of the scenario without it, beside the other scenario."""
    return [
        Shown(line, _words(line, page.view), _address(page, (*lines[:number], *lines[number + 1 :]), other))
        for number, line in enumerate(lines)
    ]


def _alike(result: Scenario) -> Iterator[list[Assumed]]:
    """Gather the deposits from which the same follows, in the order of the scenario."""
    gathered: dict[object, list[Assumed]] = {}
    for each in result.assumed:
        same = (each.kind, each.deposited, each.entry.reason, each.in_force, each.window, each.remark)
        gathered.setdefault(same, []).append(each)
    yield from gathered.values()


_CODE = "~code~"
"""Placeholder for a State's code in an address: no scenario has it, and nothing in it is quoted."""
NAMED = 12
"""Number of decisive deposits up to which each is named."""


def _names(result: Scenario, view: View) -> list[str]:
    """Return the names of those whose deposit makes the threshold, the last of many as a number."""
    names = [name_of(view.directory.participants[iso3]) for iso3 in result.decisive]
    others = len(names) - NAMED
    if others <= 0:
        return names
    words = ngettext("%(number)s other", "%(number)s others", others)
    return [*names[:NAMED], words % {"number": others}]


def _added(request: HttpRequest) -> Iterator[str]:
    """Write what the form adds as lines: each of its three ways to say who, with the one day."""
    day, how = request.GET.get("day", "").strip(), request.GET.get("how", "on")
    if not day:
        raise ScenarioError(
            gettext("Say on or by which day: a day, or for “on” also a month such as 2027-03.")
        )
    if codes := request.GET.getlist("who"):
        yield f"{', '.join(codes)} {how} {day}"
    if group := request.GET.get("group", "").strip():
        number = request.GET.get("number", "").strip()
        yield f"{number} {group} {how} {day}" if number else f"{group} {how} {day}"
    if more := request.GET.get("more", "").strip():
        yield f"{more} more {how} {day}"


def _address(page: Page[View], lines: tuple[ScenarioLine, ...], other: str) -> str:
    """Return the address of a scenario beside the other one."""
    asked = {"deposits": written(lines), "versus": other}
    return page.address("scenario", **{name: text for name, text in asked.items() if text})


def _day(page: Page[View], lines: tuple[ScenarioLine, ...]) -> Span:
    """Return the day of a deposit chosen on the map: that of the last line, or the first of March to come."""
    if lines:
        return lines[-1].when
    return Span.day(date(min(page.view.as_of.year + 1, MAXYEAR), 3, 1))


def _map(page: Page[View], lines: tuple[ScenarioLine, ...], other: str) -> WorldMap:
    """Return the map on which a State is chosen: a link adds its deposit to the scenario, or takes it out."""
    chosen = {code: number for number, line in enumerate(lines) for code in line.codes}
    added = ScenarioLine(Who.NAMED, lines[-1].how if lines else "on", _day(page, lines), codes=(_CODE,))
    before, _, after = _address(page, (*lines, added), other).partition(_CODE)
    marks = marks_of(rows_of(page.view), page)
    for iso3, mark in marks.items():
        if iso3 in chosen:
            number = chosen[iso3]
            fewer = tuple(code for code in lines[number].codes if code != iso3)
            kept = (replace(lines[number], codes=fewer),) if fewer else ()
            address = _address(page, (*lines[:number], *kept, *lines[number + 1 :]), other)
            marks[iso3] = Mark(
                StandingKind.CONTRACTING,
                mark.name,
                gettext("deposits in this scenario; choose to remove it"),
                f"{address}#map",
            )
        elif mark.standing not in CONSENTED:
            # The fragment opens the fold in which the map is, so that the next State can be chosen.
            marks[iso3] = Mark(mark.standing, mark.name, mark.detail, f"{before}{iso3}{after}#map")
    return world_map(marks, listed=page.view.outcome.known_until is not None)


def _words(line: ScenarioLine, view: View) -> str:
    if line.who is Who.NAMED:
        return translated(in_sequence(name_of(view.directory.participants[code]) for code in line.codes))
    number = line.number or 0
    values = {
        "group": known_name(view.directory.groups[line.group].name) if line.group else "",
        "number": number,
    }
    if line.who is Who.MORE:
        words = ngettext("%(number)s further State, unnamed", "%(number)s further States, unnamed", number)
    elif line.who is Who.MEMBERS:
        words = (
            ngettext("%(group)s: %(number)s member", "%(group)s: %(number)s members", number)
            if number
            else gettext("%(group)s: all members")
        )
    elif line.group:
        words = (
            ngettext("%(group)s: %(number)s signatory", "%(group)s: %(number)s signatories", number)
            if number
            else gettext("%(group)s: all signatories")
        )
    else:
        words = (
            ngettext("%(number)s signatory", "%(number)s signatories", number)
            if number
            else gettext("All signatories")
        )
    return words % values


def _choices(view: View) -> Iterator[ScenarioChoices]:
    """Give those who can still deposit: signatories first, then everybody else who can act today."""
    kinds = {standing.participant: standing.kind for standing in view.outcome.standings}
    bound = {standing.participant for standing in view.outcome.standings if standing.consent}
    free = [
        person
        for person in by_name(view.directory.participants.values())
        if person.kind in CAN_JOIN and person.iso3 not in bound
    ]
    signed = [person for person in free if kinds.get(person.iso3) is StandingKind.SIGNATORY]
    yield ScenarioChoices(gettext("Signed, not ratified"), signed)
    others = [person for person in free if kinds.get(person.iso3) is not StandingKind.SIGNATORY]
    yield ScenarioChoices(gettext("Not signed"), others)


def _examples(page: Page[View]) -> Iterator[tuple[str, str]]:
    """Give scenarios to start from, with their addresses."""
    year = page.view.as_of.year + 1
    if year > MAXYEAR:
        return
    remaining = page.view.outcome.threshold.remaining
    yield (
        gettext("All signatories deposit, %(year)s") % {"year": year},
        page.address("scenario", deposits=f"signatories on {year}-03-01"),
    )
    if remaining:
        words = ngettext(
            "%(number)s more by the end of June, %(year)s",
            "%(number)s more by the end of June, %(year)s",
            remaining,
        )
        yield (
            words % {"number": remaining, "year": year},
            page.address("scenario", deposits=f"{remaining} more by {year}-06-30"),
        )
