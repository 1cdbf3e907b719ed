"""The state of a treaty's status of which changes are made.

It comes from an outcome of the rules, or from the rows that an earlier run of the job stored.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import orjson

from ratification.models import Standing, TreatyStatus, Window
from ratification.rules.dates import NEVER, Span
from ratification.rules.document import status_document
from ratification.rules.facts import Fact
from ratification.rules.outcome import LegalWindow, Outcome, ParticipantStanding, StandingKind
from ratification.status.change_values import published_value
from ratification.status.statement_changes import StatementState, statement_states
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


def state_of(outcome: Outcome, known: Iterable[Fact]) -> StatusState:
    """Return the state that an outcome and the facts behind it give."""
    return StatusState(
        {item.participant: _standing(item) for item in outcome.standings},
        {
            _key(item.kind.value, item.participant, item.opens.earliest): _window(item)
            for item in outcome.windows
        },
        headlines_of(outcome),
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


def _standing(item: ParticipantStanding) -> StatedValue:
    value = {
        "standing": item.kind.value,
        "signed": _edtf(item.signed),
        "consent": {"kind": item.consent.value, "date": _edtf(item.consented)} if item.consent else None,
        "in_force": _edtf(item.in_force),
        "counted": item.counted,
        **_earlier(item.may_be_earlier),
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
        **_earlier(row.may_be_earlier),
    }
    return StatedValue(value, (signed, consented, in_force))


def _earlier(said: bool) -> Json:  # noqa: FBT001 - a value
    """Return that a day may be an earlier one; nothing where it is not so, as earlier versions stored it."""
    return {"may_be_earlier": True} if said else {}


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


def headlines_of(outcome: Outcome) -> dict[str, Any]:
    """Return what an outcome says on the treaty as a whole."""
    bare = replace(outcome, standings=(), windows=(), unknown=())
    document = status_document("", outcome.as_of, 0, bare)
    return {subject: _headline(document, subject) for subject in HEADLINES}


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
    return {name: said[name] for name in ("on", "earliest", "latest", "decisive")} | _earlier(
        "may_be_earlier" in said
    )


def _edtf(span: Span | None) -> str | None:
    return span.edtf if span else None


def span_of(days: Json) -> Span | None:
    """Return the span that days as JSON hold."""
    first, last = (date.fromisoformat(days[end]) if days.get(end) else None for end in ("earliest", "latest"))
    return _span(first, last)


def _span(earliest: date | None, latest: date | None) -> Span | None:
    """Return the span that two columns hold."""
    return Span(earliest, latest or NEVER) if earliest else None
