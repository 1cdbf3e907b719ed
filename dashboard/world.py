"""Data of the overview's map and slider: each participant's standing, and the days on which it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from common.messages import Text
from dashboard.act_words import kind_words
from dashboard.forms import OptionField, PageForm
from dashboard.map import CONSENTED, REGIONS, Mark
from dashboard.page import Page
from dashboard.rows import addresses
from dashboard.table import ParticipantRow
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.outcome import StandingKind
from ratification.status.day_text import or_earlier, text_of
from states.naming import namer
from treaty.clauses import ActionKind


class MapForm(PageForm):
    """The part of the world that the address asks for."""

    region = OptionField(
        gettext_lazy("Map"), gettext_lazy("World"), [(name, label) for name, (label, _box) in REGIONS.items()]
    )


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region of the United Nations' statistics: its States, and how many of them have signed and consented."""

    name: str
    states: int
    signed: int
    consented: int


def region_counts(rows: list[ParticipantRow]) -> list[RegionCount]:
    """Count the States of each region, by name; organizations belong to none."""
    regions = sorted({row.participant.region for row in rows} - {""})
    return [
        RegionCount(
            name,
            states=len(inside := [row for row in rows if row.participant.region == name]),
            signed=sum(row.signatory for row in inside),
            consented=sum(row.kind in CONSENTED for row in inside),
        )
        for name in regions
    ]


UNDATED: Mapping[StandingKind, Text] = {
    StandingKind.WITHDRAWN: pgettext_lazy("key of the map", "withdrawn"),
    StandingKind.UNKNOWN: pgettext_lazy("key of the map", "no signature known"),
    StandingKind.NONE: pgettext_lazy("key of the map", "has not signed"),
}
"""The standings without a day, which most of the world has, in words."""


def marks_of(rows: list[ParticipantRow], page: Page[View]) -> dict[str, Mark]:
    """Give what the map says of each participant, by its code."""
    name, address, language = namer(), addresses(page, "participant"), get_language()
    listed = page.view.outcome.known_until is not None
    return {
        iso3: Mark(row.kind, name(row.participant), detail_of(row, language, listed=listed), address(iso3))
        for row in rows
        if (iso3 := row.participant.iso3)
    }


class _Said(NamedTuple):
    """Values that make the words on a standing."""

    kind: StandingKind
    consent: ActionKind | None
    signed: Span | None
    consented: Span | None
    in_force: Span | None
    signatory: bool
    uncertain: bool
    may_be_earlier: bool


def detail_of(row: ParticipantRow, language: str | None, *, listed: bool = True) -> str:
    """Say a standing in few words, with the day behind it, in the active language, which was asked for once.

    Where no list of acts is known to be complete, `listed` is false: then nobody is said not to have signed.
    """
    if row.kind is StandingKind.NONE and not row.uncertain and not listed:
        return str(UNDATED[StandingKind.UNKNOWN])
    days = (row.signed, row.consented, row.in_force)
    return _detail(
        _Said(row.kind, row.consent, *days, row.signatory, row.uncertain, row.may_be_earlier), language
    )


@lru_cache(maxsize=2048)  # one standing is that of many, and of the same page again
def _detail(row: _Said, _language: str | None) -> str:
    if row.kind in UNDATED and (row.kind is StandingKind.WITHDRAWN or not row.uncertain):
        return str(UNDATED[row.kind])
    values = {"day": text_of(row.signed)}
    if row.kind is StandingKind.PARTY:
        is_open = row.may_be_earlier or (row.in_force is not None and row.in_force.on is None)
        words = gettext("party; entry into force: %(day)s") if is_open else gettext("party since %(day)s")
        day = text_of(row.in_force)
        values = {"day": or_earlier(day) if row.may_be_earlier else day}
    elif row.kind is StandingKind.CONTRACTING and row.consent:
        words = gettext("contracting, %(act)s %(day)s")
        values = {"act": kind_words(row.consent), "day": text_of(row.consented)}
    elif row.uncertain and row.signatory:
        words = gettext("signatory, perhaps bound: %(day)s")
        values = {"day": text_of(row.consented or row.in_force)}
    elif row.uncertain:
        words = gettext("uncertain, signed or not: %(day)s")
    elif row.kind is StandingKind.SIGNATORY:
        words = gettext("signatory, signed %(day)s")
    else:
        words = str(UNDATED[StandingKind.NONE])
    return words % values


def days_of_change(view: View, first: date, last: date) -> list[date]:
    """Give the days from `first` to `last` on which something may have changed, for the slider to stop at.

    The record's days are all there, whatever day is asked about; days that follow from it are those known by then.
    """
    taken = [entry.taken for entry in view.recorded_facts]
    standings = [each.in_force.earliest for each in view.outcome.standings if each.in_force]
    days = {first, last, *(span.earliest for span in taken), *(span.latest for span in taken), *standings}
    for window in view.outcome.windows:
        if not window.reported:
            days.add(window.opens.earliest)
            if window.closes and window.closes.certain:
                days.add(window.closes.latest + timedelta(days=1))
    return sorted(day for day in days if first <= day <= last)


def first_day(view: View) -> date:
    """Give the day on which the slider begins: that of adoption, or of the first entry where it is not known."""
    return view.treaty.adopted_on or min(
        (entry.taken_earliest for entry in view.recorded), default=view.as_of
    )
