"""What the map and the slider of the overview show: each participant's standing, and the days on which it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.forms import OptionField, PageForm
from dashboard.map import CONSENTED, REGIONS, Mark
from dashboard.page import Page
from dashboard.table import ParticipantRow
from ratification.record.selectors import View
from ratification.rules.outcome import StandingKind
from ratification.status.day_text import text_of


class MapForm(PageForm):
    """The part of the world that the address asks for."""

    region = OptionField("Map", "World", [(name, label) for name, (label, _box) in REGIONS.items()])


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


def marks_of(rows: list[ParticipantRow], page: Page[View]) -> dict[str, Mark]:
    """Give what the map says of each participant, by its code."""
    return {
        row.participant.iso3: Mark(
            row.kind,
            row.participant.name,
            detail_of(row),
            page.address("participant", iso3=row.participant.iso3),
        )
        for row in rows
    }


def detail_of(row: ParticipantRow) -> str:
    """Say a standing in few words, with the day behind it."""
    if row.kind is StandingKind.PARTY:
        return f"party since {text_of(row.in_force)}"
    if row.kind is StandingKind.CONTRACTING and row.consent:
        return f"contracting, {row.consent.label} {text_of(row.consented)}"
    if row.kind is StandingKind.WITHDRAWN:
        return "withdrawn"
    if row.uncertain:
        return f"uncertain, signed or not: {text_of(row.signed)}" if not row.signatory else _maybe(row)
    if row.kind is StandingKind.SIGNATORY:
        return f"signatory, signed {text_of(row.signed)}"
    return "no signature known" if row.kind is StandingKind.UNKNOWN else "has not signed"


def _maybe(row: ParticipantRow) -> str:
    return f"signatory, perhaps bound: {text_of(row.consented or row.in_force)}"


def days_of_change(view: View, first: date, last: date) -> list[date]:
    """Give the days from `first` to `last` on which something may have changed, for the slider to stop at.

    The record's days are all there, whatever day is asked about; days that follow from it are those known by then.
    """
    return sorted({day for day in {first, last, *_days(view)} if first <= day <= last})


def _days(view: View) -> Iterator[date]:
    for entry in view.recorded:
        yield from (entry.taken_earliest, entry.taken_latest)
    for standing in view.outcome.standings:
        if standing.in_force:
            yield standing.in_force.earliest
    for window in view.outcome.windows:
        if not window.reported:
            yield window.opens.earliest
            if window.closes and window.closes.certain:
                yield window.closes.latest + timedelta(days=1)


def first_day(view: View) -> date:
    """Give the day on which the slider begins: that of adoption, or of the first entry where it is not known."""
    return view.treaty.adopted_on or min(
        (entry.taken_earliest for entry in view.recorded), default=view.as_of
    )
