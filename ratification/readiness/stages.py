"""The road from signature to readiness: at which stage of each measure a participant stands, and how that is known.

Most of it is reported. The steps to ratification, and authorities designated under national law, follow from the treaty
actions that the record holds, so that nothing is entered twice. No stage is inferred from the absence of a report.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ratification.models import Action, Report
from ratification.record import kept, selectors
from ratification.record.kept import kept_for_edition
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.outcome import StandingKind
from states.models import Participant
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind
from treaty.models import Measure, Treaty


@dataclass(frozen=True, slots=True)
class Found:
    """A stage that a participant has come to, when, and the entry that says so."""

    participant: Participant
    measure: Measure
    stage: Measure.Stage
    taken: Span
    entry: Action | Report

    @property
    def derived(self) -> bool:
        """Whether a treaty action says so, and not a report."""
        return isinstance(self.entry, Action)

    @property
    def rank(self) -> int:
        """The place of the stage among those of the measure."""
        stages: list[str] = self.measure.stages
        return stages.index(self.stage)

    def is_old(self, day: date) -> bool:
        """Whether its last confirmation is more than a year before a day."""
        return self.taken.latest < a_year_before(day)


@dataclass(frozen=True, slots=True)
class Readiness(View):
    """A view with the treaty's measures, and all that is known of them, in the order in which it happened."""

    measures: tuple[Measure, ...]
    found: tuple[Found, ...]

    def now(self) -> dict[tuple[str, str], Found]:
        """Return the present stage by participant and measure."""
        standing: dict[tuple[str, str], Found] = {}
        for each in self.found:
            key = each.participant.iso3, each.measure.slug
            before = standing.get(key)
            if before is None or _replaces(each, before):
                standing[key] = each
        return standing

    def of_measure(self, measure: Measure) -> dict[Measure.Stage, list[Found]]:
        """Return the participants at each stage of a measure, latest first; empty stages are included."""
        stages: dict[Measure.Stage, list[Found]] = {Measure.Stage(stage): [] for stage in measure.stages}
        for (_, slug), each in self.now().items():
            if slug == measure.slug:
                stages[each.stage].append(each)
        for listed in stages.values():
            listed.sort(key=lambda each: each.participant.name)
            listed.sort(key=lambda each: each.taken.latest, reverse=True)
        return stages


def a_year_before(day: date) -> date:
    """Return the first day that is not more than a year before a day; of 29 February it is the 1 March before."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)


def readiness_of(
    treaty: Treaty,
    *,
    today: date,
    as_of: date | None = None,
    revision: int | None = None,
    latest: int | None = None,
) -> Readiness:
    """Return a treaty's measures and who stands where; the arguments are those of `selectors.view_of`.

    Queries beside those of the view: one where the measures are not kept, and one where the reports are not.

    Raises:
        NotInRecordError: if the record never had that revision.
    """
    measures = _measures_of(treaty)
    view = selectors.view_of(treaty, today=today, as_of=as_of, revision=revision, latest=latest)
    reports = kept.reports_of(treaty, view.revision)
    known = [report for report in reports if report.taken_earliest <= view.as_of]
    found = [*_derived(view, measures), *_reported(known)]
    found.sort(key=lambda each: (each.taken.latest, each.entry.revision or 0))
    return Readiness(
        **{name: getattr(view, name) for name in View.__dataclass_fields__},
        measures=measures,
        found=tuple(found),
    )


@kept_for_edition
def _measures_of(treaty: Treaty) -> tuple[Measure, ...]:
    return tuple(treaty.measures.all())


def _replaces(later: Found, before: Found) -> bool:
    """Whether a later report replaces an earlier one.

    The steps to ratification lead one way: the stage that has come furthest stands. Elsewhere the latest word does.
    """
    one_way = later.measure.theme == Measure.Theme.RATIFICATION
    return later.rank > before.rank if one_way else True


def _reported(reports: Iterable[Report]) -> Iterator[Found]:
    for report in reports:
        stage = Measure.Stage(report.stage)
        yield Found(report.participant, report.measure, stage, report.taken, report)


def _derived(view: View, measures: Iterable[Measure]) -> Iterator[Found]:
    """Give the stages that follow from the treaty actions that stand."""
    entries: Mapping[str, list[Action]] = defaultdict(list)
    for entry in view.entries:
        entries[entry.participant.iso3].append(entry)
    for measure in measures:
        if measure.theme == Measure.Theme.RATIFICATION:
            yield from _on_the_road(measure, view, entries)
        elif Measure.Stage.DESIGNATED in measure.stages:
            yield from _designated(measure, view.entries)


def _on_the_road(measure: Measure, view: View, entries: Mapping[str, list[Action]]) -> Iterator[Found]:
    """Give signature and deposit where they stand, and domestic approval."""
    kinds = {standing.participant: standing.kind for standing in view.outcome.standings}
    for iso3, own in entries.items():
        bound = kinds.get(iso3) in {StandingKind.CONTRACTING, StandingKind.PARTY}
        signed = bound or kinds.get(iso3) is StandingKind.SIGNATORY
        for entry in own:
            stage: Measure.Stage | None = None
            if entry.kind in CONSENTS and bound:
                stage = Measure.Stage.DEPOSITED
            elif entry.kind in SIGNATURES and signed:
                stage = Measure.Stage.SIGNED
            elif entry.kind == ActionKind.DOMESTIC_APPROVAL:
                stage = Measure.Stage.APPROVED_AT_HOME
            if stage is not None and stage in measure.stages:
                yield Found(entry.participant, measure, stage, entry.taken, entry)


def _designated(measure: Measure, entries: Iterable[Action]) -> Iterator[Found]:
    articles = {str(number) for number in measure.articles}
    for entry in entries:
        about = {provision.partition("(")[0] for provision in entry.provisions}
        if entry.kind == ActionKind.DESIGNATION and about & articles:
            yield Found(entry.participant, measure, Measure.Stage.DESIGNATED, entry.taken, entry)
