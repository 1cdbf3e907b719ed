"""The overview: where the treaty stands, in one look, with the working."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.messages import Text
from dashboard import sentences
from dashboard.calendar import dated_events
from dashboard.charts import CURVE, figure_of
from dashboard.forecast import shown
from dashboard.map import CONSENTED, REGIONS, world_map
from dashboard.page import oembed_of, page_of
from dashboard.table import rows_of
from dashboard.world import MapForm, days_of_change, first_day, marks_of, region_counts
from ratification.depositary.agreement import headline_of
from ratification.models import Action
from ratification.record import selectors
from ratification.record.evaluation import clause_of
from ratification.record.kept import kept_for_edition
from ratification.record.selectors import View
from ratification.rules.dates import parse_edtf
from ratification.rules.document import by_rank
from ratification.rules.outcome import Count, CountedConsent
from states.models import Participant
from treaty.models import Claim, Source, Treaty

LATEST = 8
"""Number of the latest actions on the overview."""


def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the treaty stands."""
    page = page_of(request, slug, selectors.view_of)
    view = page.view
    outcome, people = view.outcome, view.directory.participants
    claims = [claim for claim in _claims_of(page.treaty) if _published(claim, view.as_of)]
    consents = [DepositLine(each, people[each.participant]) for each in by_rank(outcome.threshold.entries)]
    rows = rows_of(view)
    marks = marks_of(rows, page)
    consented = sentences.consents(view)
    landless = [row.participant.iso3 for row in rows if row.participant.kind == Participant.Kind.REIO]
    context = {
        "page": page,
        "forecast": shown(view),
        "oembed": oembed_of(request, page, "progress"),
        "headline": sentences.headline(view),
        "about": list(sentences.about(page.treaty, view.as_of)),
        "consents": [(people[item.participant], item) for item in consented],
        "consented": Count(sum(item.kind in CONSENTED for item in consented), len(consented)),
        "named": sentences.NAMED,
        "condition": sentences.condition(view),
        "disagreements": sentences.disagreement_sentences(view),
        "caveat": sentences.caveat(view),
        "signature": sentences.signature(view),
        "open_dates": list(sentences.open_dates(view)),
        "clause": clause_of(page.treaty),
        "places": list(places(consents, outcome.threshold.required or 0)),
        "counted": [each for each in consents if each.entry.counted],
        "not_counted": [each for each in consents if not each.entry.counted],
        "domestic": [people[iso3] for iso3 in sentences.domestic_approvals(view)],
        "dates": [(event, event.days_from(view)) for event in dated_events(view, since=view.as_of)],
        "remaining": outcome.threshold.remaining if outcome.threshold.reached is None else None,
        "curve": figure_of(view, CURVE),
        "latest": latest_actions(view),
        "gaps": [gap for claim in claims if (gap := gap_of(claim, view))],
        "claims": len(claims),
        "sources": Sources.of(view),
        "agreement": headline_of(page.treaty, latest=view.latest),
        "map": world_map(marks, MapForm(page.query).read()["region"], listed=outcome.known_until is not None),
        "zooms": [(name, label) for name, (label, _box) in REGIONS.items()],
        "regions": region_counts(rows),
        "landless": [marks[iso3] for iso3 in landless],
        "days": " ".join(day.isoformat() for day in days_of_change(view, first_day(view), page.today)),
    }
    return render(request, "dashboard/overview.html", {"current": "overview", **context})


class DepositLine(NamedTuple):
    """A consent in the working, with who gave it."""

    entry: CountedConsent
    participant: Participant


class ThresholdPlace(NamedTuple):
    """One of the places to be filled: by a consent that counts, by one that may, or by none yet."""

    number: int
    consent: DepositLine | None


def places(consents: Sequence[DepositLine], required: int) -> Iterator[ThresholdPlace]:
    """Give as many places as instruments are required, filled in order of deposit; more if more count."""
    filled = [each for each in consents if each.entry.counted or each.entry.may_count]
    for index in range(max(required, len(filled))):
        yield ThresholdPlace(index + 1, filled[index] if index < len(filled) else None)


def latest_actions(view: View) -> list[Action]:
    """Give the latest actions, the last first; of one day, the last entered first."""
    in_order = sorted(view.entries, key=lambda entry: (entry.taken_latest, entry.revision or 0), reverse=True)
    return in_order[:LATEST]


@dataclass(frozen=True, slots=True)
class Sources:
    """Basis of the record: the number of its entries and sources, and how good these are."""

    entries: int
    sources: int
    confidence: list[tuple[Text, int]]

    @classmethod
    def of(cls, view: View) -> "Sources":
        """Count the entries and their sources."""
        good = Counter(entry.confidence for entry in view.entries)
        return cls(
            entries=len(view.entries),
            sources=len({entry.source_id for entry in view.entries}),
            confidence=[(label, good[value]) for value, label in Source.Confidence.choices if good[value]],
        )


@dataclass(frozen=True, slots=True)
class ReportedGap:
    """A reported total that is higher than the recorded one."""

    claim: Claim
    recorded: int


def gap_of(claim: Claim, view: View) -> ReportedGap | None:
    """Compare the total that a claim reports with the record; None where nothing is missing from it.

    Who has consented to be bound and is a party by now was reported as a contracting State.
    """
    if claim.reported is None:
        return None
    outcome = view.outcome
    recorded = {
        Claim.Counted.SIGNATORIES: outcome.signatories.certain,
        Claim.Counted.CONTRACTING: outcome.contracting.certain + outcome.parties.certain,
        Claim.Counted.PARTIES: outcome.parties.certain,
    }[Claim.Counted(claim.counted)]
    return ReportedGap(claim, recorded) if claim.reported > recorded else None


@kept_for_edition
def _claims_of(treaty: Treaty) -> list[Claim]:
    return list(treaty.claims.all())


def _published(claim: Claim, day: date) -> bool:
    return not claim.published_on or parse_edtf(claim.published_on).may_be_by(day)
