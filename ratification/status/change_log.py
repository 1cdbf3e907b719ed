"""Differences between two states of a treaty's status, as rows of the change feed, each with the day that it has."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ratification.models import Change, Report
from ratification.record.history import PublishedEntry
from ratification.rules.dates import Span
from ratification.rules.outcome import Outcome
from ratification.status.state import HEADLINES, Json, StatedValue, StatusState, headlines_of, span_of
from ratification.status.statement_changes import spans_between
from states.models import Participant
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class StatusStep:
    """A state of the record on a day, and what led to it: a publication, a passed day, or other reference data."""

    revision: int
    day: date
    cause: Change.Cause
    entries: tuple[PublishedEntry, ...] = ()

    def entry_for(self, participant: str | None) -> PublishedEntry | None:
        """Return the entry of the publication that concerns a participant, else the last one."""
        own = [entry for entry in self.entries if entry.participant == participant]
        return next(reversed(own or self.entries), None)


_CAUSES = {
    Report.Entry.ORIGINAL.value: Change.Cause.ENTRY,
    Report.Entry.CORRECTION.value: Change.Cause.CORRECTION,
    Report.Entry.RETRACTION.value: Change.Cause.RETRACTION,
}


class ChangeLog:
    """Rows of the change feed, numbered on from the last one of the treaty."""

    def __init__(
        self, treaty: Treaty, participants: Mapping[str, Participant], now: datetime, last: int
    ) -> None:
        self.rows: list[Change] = []
        self._treaty, self._participants, self._now, self._last = treaty, participants, now, last

    def add_step(
        self,
        before: StatusState,
        after: StatusState,
        step: StatusStep,
        ranked: Outcome,
        outcome_on: Callable[[date], Outcome],
    ) -> None:
        """Add the differences that a step makes: standings, windows, and what they do to the numbers.

        `ranked` is the outcome by which the ordinals of new signatories and contracting States are told, `outcome_on`
        gives that of this revision on another day.
        """
        since = {
            subject: _since_threshold(subject, before, after, step, outcome_on) for subject in _OF_THRESHOLD
        }
        moved = []
        for iso3 in sorted(before.standings.keys() | after.standings.keys()):
            old, new = before.standings.get(iso3), after.standings.get(iso3)
            place = _place(iso3, old, new, ranked)
            spans = _spans_of_standing(old, new, since["entry_into_force"])
            row = self._add(step, "standing", old, new, iso3, spans=spans, place=place)
            if row is not None:
                moved.append(row.happened)
        for key in sorted(before.windows.keys() | after.windows.keys()):
            old, new = before.windows.get(key), after.windows.get(key)
            spans = (new or old or _NOTHING).spans
            if not any(span and span.by(step.day) for span in spans):
                spans = (since["entry_into_force"],)
            self._add(step, "window", old, new, key[1] or None, spans=spans)
        for subject in HEADLINES:
            values = before.headlines.get(subject), after.headlines.get(subject)
            old, new = (None if value is None else StatedValue(value) for value in values)
            reached = since.get(subject)
            self._add(step, subject, old, new, spans=[reached] if reached else moved)
        for statement in sorted(
            before.statements.keys() | after.statements.keys(), key=lambda key: (len(key), key)
        ):
            was, now = before.statements.get(statement), after.statements.get(statement)
            if shown := now or was:
                old, new = (StatedValue(each.value) if each else None for each in (was, now))
                passed = step.day if step.cause == Change.Cause.DAY else None
                spans = spans_between(was, now, after.statements, passed)
                self._add(step, "statement", old, new, shown.participant, spans=spans)

    def add_report(self, report: Report, step: StatusStep) -> None:
        """Add a published report, with the one that it supersedes."""
        values = report_value(report.supersedes) if report.supersedes else None, report_value(report)
        old, new = (None if value is None else StatedValue(value) for value in values)
        self._add(step, "report", old, new, report.participant.iso3, spans=[report.taken])

    def _add(
        self,
        step: StatusStep,
        subject: str,
        before: StatedValue | None,
        after: StatedValue | None,
        participant: str | None = None,
        *,
        spans: Iterable[Span | None] = (),
        place: int | None = None,
    ) -> Change | None:
        """Add a change of a subject; nothing where both sides are equal.

        It holds from the last of `spans` that has certainly come: that of the act behind it, however late the act
        became known. Without one it holds from the day of the step.
        """
        old, new = before and before.value, after and after.value
        if old == new:
            return None
        come = [span for span in spans if span and span.by(step.day)]
        entry = step.entry_for(participant)
        happened = max(come, key=lambda span: (span.latest, span.earliest), default=Span.day(step.day))
        row = Change(
            treaty=self._treaty,
            number=self._last + len(self.rows) + 1,
            revision=step.revision,
            as_of=happened.latest,
            happened_earliest=happened.earliest,
            cause=_CAUSES[entry.entry] if entry else step.cause,
            entry=entry.revision if entry else None,
            supersedes=entry.supersedes if entry else None,
            subject=subject,
            participant=self._participants[participant] if participant else None,
            before=old,
            after=new,
            place=place,
            recorded_at=self._now,
        )
        self.rows.append(row)
        return row


_NOTHING = StatedValue({})
_OF_THRESHOLD = ("threshold", "entry_into_force")
"""Subjects that follow from the day on which the threshold is reached, not from the last act of a publication."""


def _since_threshold(
    subject: str,
    before: StatusState,
    after: StatusState,
    step: StatusStep,
    outcome_on: Callable[[date], Outcome],
) -> Span | None:
    """Return the day on which the threshold is, or was, reached, if a change of a subject holds from then on.

    It does not where more has to come: the entry into force of another treaty, say.
    """
    if before.headlines.get(subject) == after.headlines.get(subject):
        return None
    days = [span_of(state.headlines.get("threshold") or {}) for state in (after, before)]
    reached = next((day for day in days if day and day.by(step.day)), None)
    if reached is None or headlines_of(outcome_on(reached.latest))[subject] != after.headlines.get(subject):
        return None
    return reached


def _spans_of_standing(
    old: StatedValue | None, new: StatedValue | None, force_since: Span | None
) -> tuple[Span | None, ...]:
    """Return when what a standing's change follows from happened: its acts, that taken back, or the threshold."""
    spans = (new or old or _NOTHING).spans
    if old is None or new is None:
        return spans
    if old.value["consent"] and not new.value["consent"]:
        return old.spans[:2]
    differing = {
        name for name in old.value.keys() | new.value.keys() if old.value.get(name) != new.value.get(name)
    }
    if differing == {"signed"} and new.value["standing"] != "withdrawn":
        return new.spans[:1] if new.value["signed"] else old.spans[:1]
    follows = differing & {"in_force", "may_be_earlier"} and not differing & {"signed", "consent"}
    return (*spans, force_since) if follows else spans


def report_value(report: Report) -> Json | None:
    """Return the public content of a report; None for a retraction."""
    if report.entry == Report.Entry.RETRACTION:
        return None
    return {
        "measure": report.measure.slug,
        "name": report.measure.name,
        "stage": report.stage,
        "taken": report.taken.edtf,
    }


def _place(iso3: str, old: StatedValue | None, new: StatedValue | None, outcome: Outcome) -> int | None:
    """Return the ordinal of a new signatory or contracting State; None where it is not known.

    Open and equal days leave it open, and so does a day past the one until which the list of acts is known: others may
    have come before that no source reports one by one.
    """
    if new is None:
        return None
    for name, subject in (("consented", "consent"), ("signed", "signed")):
        if not new.value[subject] or (old and old.value[subject]):
            continue
        spans = {item.participant: getattr(item, name) for item in outcome.standings}
        own = spans.pop(iso3, None)
        if own is None or (outcome.known_until and not own.by(outcome.known_until)):
            return None
        others = [span for span in spans.values() if span]
        before = [span for span in others if span.latest < own.earliest]
        after = [span for span in others if span.earliest > own.latest]
        return len(before) + 1 if len(before) + len(after) == len(others) else None
    return None
