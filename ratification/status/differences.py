"""Differences between two states of a treaty's status, as rows of the change feed.

A state comes from an outcome of the rules, or from the rows that an earlier run of the job stored.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from ratification.models import Change, Report, Standing, TreatyStatus, Window
from ratification.record.history import PublishedEntry
from ratification.rules.dates import NEVER, Span
from ratification.rules.document import status_document
from ratification.rules.facts import Fact
from ratification.rules.outcome import LegalWindow, Outcome, ParticipantStanding, StandingKind
from ratification.status.change_values import published_value
from ratification.status.statement_changes import StatementState, spans_between, statement_states
from states.models import Participant
from treaty.models import Treaty

HEADLINES = ("count", "threshold", "entry_into_force")
"""Subjects about the treaty as a whole."""
Json = dict[str, Any]
WindowKey = tuple[str, str, str]
"""Kind, participant and first day of a window."""


@dataclass(frozen=True, slots=True)
class StatedValue:
    """What the status says on one subject, and when the acts behind it were taken."""

    value: Json
    spans: tuple[Span | None, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusState:
    """Everything of a status that changes are made of."""

    standings: Mapping[str, StatedValue] = field(default_factory=dict)
    windows: Mapping[WindowKey, StatedValue] = field(default_factory=dict)
    headlines: Mapping[str, Any] = field(default_factory=dict)
    statements: Mapping[str, StatementState] = field(default_factory=dict)

    def digest(self, reports: Iterable[tuple[str, Json]]) -> str:
        """Return the SHA-256 of the state to which the changes add up, so that a mirror can prove that it is equal.

        Each line is the canonical JSON of subject, participant and value (keys sorted, no blanks); lines are sorted.
        """
        said: list[tuple[str, str | None, Json]] = [
            *(("standing", iso3, stated.value) for iso3, stated in self.standings.items()),
            *(("window", key[1] or None, stated.value) for key, stated in self.windows.items()),
            *((subject, None, value) for subject, value in self.headlines.items() if value is not None),
            *(("statement", each.participant, each.value) for each in self.statements.values()),
            *(("report", iso3, value) for iso3, value in reports),
        ]
        lines = sorted(
            orjson.dumps((subject, whose, published_value(value)), option=orjson.OPT_SORT_KEYS)
            for subject, whose, value in said
        )
        return hashlib.sha256(b"\n".join(lines)).hexdigest()


def state_of(treaty: Treaty, outcome: Outcome, known: Iterable[Fact]) -> StatusState:
    """Return the state that an outcome and the facts behind it give."""
    bare = replace(outcome, standings=(), windows=(), unknown=())
    document = status_document(treaty.slug, outcome.as_of, 0, bare)
    return StatusState(
        {item.participant: _standing(item) for item in outcome.standings},
        {
            _key(item.kind.value, item.participant, item.opens.earliest): _window(item)
            for item in outcome.windows
        },
        {subject: _headline(document, subject) for subject in HEADLINES},
        statement_states(known, outcome.as_of, outcome.ended),
    )


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The standings and windows that the job stored last, each with the object of its participant that is at hand."""

    standings: tuple[Standing, ...]
    windows: tuple[Window, ...]

    @classmethod
    def of(cls, treaty: Treaty, participants: Mapping[str, Participant]) -> "StoredRows":
        """Read the rows of a treaty. Two queries."""
        people = {person.pk: person for person in participants.values()}
        standings, windows = Standing.objects.filter(treaty=treaty), Window.objects.filter(treaty=treaty)
        rows: list[Standing | Window] = [*standings, *windows]
        for row in rows:
            if row.participant_id in people:
                row.participant = people[row.participant_id]
        return cls(tuple(standings), tuple(windows))


def stored_state(
    stored: TreatyStatus | None, rows: StoredRows, known: Iterable[Fact], ended: Mapping[str, Span]
) -> StatusState:
    """Return the state that the job stored last; an empty one before its first run.

    Statements are not stored; they come from the facts of the stored revision and day, and the consents ended by then.
    """
    if stored is None:
        return StatusState()
    document = json.loads(stored.document)
    return StatusState(
        {row.participant.iso3: _stored_standing(row) for row in rows.standings},
        {
            _key(
                row.kind, row.participant.iso3 if row.participant else None, row.opens_earliest
            ): _stored_window(row)
            for row in rows.windows
        },
        {subject: _headline(document, subject) for subject in HEADLINES},
        statement_states(known, stored.as_of, ended),
    )


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

    def add_step(self, before: StatusState, after: StatusState, step: StatusStep, ranked: Outcome) -> None:
        """Add the differences that a step makes: standings, windows, and what they do to the numbers.

        `ranked` is the outcome by which the ordinals of new signatories and contracting States are told.
        """
        moved = []
        for iso3 in sorted(before.standings.keys() | after.standings.keys()):
            old, new = before.standings.get(iso3), after.standings.get(iso3)
            place = _place(iso3, old, new, ranked)
            row = self._add(
                step, "standing", old, new, iso3, spans=(new or old or _NOTHING).spans, place=place
            )
            if row is not None:
                moved.append(row.happened)
        for key in sorted(before.windows.keys() | after.windows.keys()):
            old, new = before.windows.get(key), after.windows.get(key)
            self._add(step, "window", old, new, key[1] or None, spans=(new or old or _NOTHING).spans)
        for subject in HEADLINES:
            values = before.headlines.get(subject), after.headlines.get(subject)
            old, new = (None if value is None else StatedValue(value) for value in values)
            self._add(step, subject, old, new, spans=moved)
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


def _standing(item: ParticipantStanding) -> StatedValue:
    value = {
        "standing": item.kind.value,
        "signed": _edtf(item.signed),
        "consent": {"kind": item.consent.value, "date": _edtf(item.consented)} if item.consent else None,
        "in_force": _edtf(item.in_force),
        "counted": item.counted,
    }
    if item.kind is StandingKind.WITHDRAWN:
        return StatedValue(value, (item.ended,))
    return StatedValue(value, (item.signed, item.consented, item.in_force))


def _stored_standing(row: Standing) -> StatedValue:
    signed = _span(row.signed_earliest, row.signed_latest)
    consented = _span(row.consent_earliest, row.consent_latest)
    in_force = _span(row.in_force_earliest, row.in_force_latest)
    value = {
        "standing": row.standing,
        "signed": _edtf(signed),
        "consent": {"kind": row.consent_kind, "date": _edtf(consented)} if row.consent_kind else None,
        "in_force": _edtf(in_force),
        "counted": row.counted,
    }
    return StatedValue(value, (signed, consented, in_force))


def _window(item: LegalWindow) -> StatedValue:
    return _stated_window(item.kind.value, item.opens, item.closes, item.state, reported=item.reported)


def _stored_window(row: Window) -> StatedValue:
    opens, closes = (
        _span(row.opens_earliest, row.opens_latest),
        _span(row.closes_earliest, row.closes_latest),
    )
    return _stated_window(row.kind, opens, closes, row.state, reported=row.reported)


def _stated_window(
    kind: str, opens: Span | None, closes: Span | None, state: str, *, reported: bool
) -> StatedValue:
    value = {
        "kind": kind,
        "opens": _edtf(opens),
        "closes": _edtf(closes),
        "state": state,
        "reported": reported,
    }
    closed = closes if closes and closes.latest != NEVER else None
    one = timedelta(days=1)
    return StatedValue(value, (opens, closed and Span(closed.earliest + one, closed.latest + one)))


def _key(kind: str, participant: str | None, opens: date | None) -> WindowKey:
    return kind, participant or "", opens.isoformat() if opens else ""


def _headline(document: Json, subject: str) -> Any:  # noqa: ANN401 - JSON
    """Return the part of a status document that the change feed reports under `subject`; None of an empty one."""
    if not document:
        return None
    if subject == "count":
        return {name: document[name] for name in ("signatories", "contracting", "parties", "possible")} | {
            "counted": document["threshold"]["counted"]
        }
    if subject == "threshold":
        return document["threshold"]["reached"]
    said = document["entry_into_force"]
    more = (
        ("may_be_earlier",) if said.get("may_be_earlier") else ()
    )  # absent from what earlier versions stored
    return {name: said[name] for name in ("on", "earliest", "latest", "decisive", *more)}


def _edtf(span: Span | None) -> str | None:
    return span.edtf if span else None


def _span(earliest: date | None, latest: date | None) -> Span | None:
    """Return the span that two columns hold."""
    return Span(earliest, latest or NEVER) if earliest else None
