"""Computation of the stored status: record -> rules -> rows. Only rows that differ are written: it is idempotent."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef

from ratification.models import Change, Edition, Record, Report, Standing, TreatyStatus, Window
from ratification.record import selectors
from ratification.record.selectors import View
from ratification.rules.dates import NEVER, Span
from ratification.rules.outcome import ParticipantStanding, StandingKind
from ratification.status import standings_list, version
from ratification.status.statement_changes import statement_changes
from states.models import Participant
from treaty.legal_days import on_legal_day
from treaty.models import Treaty

M = TypeVar("M", bound=Model)
LONGEST_JOB = timedelta(minutes=10)
"""Longer than the time limit of any task that computes a status."""


@transaction.atomic
def recompute(treaty_id: int, *, today: date, now: datetime) -> int:
    """Compute the status of a treaty from its latest record, and store the rows that differ.

    Args:
        treaty_id: the treaty.
        today: the legal date of the stored status: the depositary's day.
        now: the moment that changes are recorded with.

    Returns:
        The number of rows written; 0 when nothing differs.
    """
    treaty = Treaty.objects.get(pk=treaty_id)
    Record.objects.get_or_create(treaty=treaty)
    # Two jobs at once, or a job and a writer, take turns.
    Record.objects.select_for_update().get(treaty=treaty)
    stored = TreatyStatus.objects.filter(treaty=treaty).first()
    if stored is not None and _is_late(stored, treaty, today, now):
        return 0
    edition = Edition.present()
    view = selectors.view_of(treaty, today=today)
    participants = view.directory.participants
    changes = _Changes(treaty, view, stored, participants, now)
    _add_reports(view, stored, changes)
    for each in statement_changes(view, stored):
        changes.add("statement", each.before, each.after, each.participant, spans=each.spans)
    text = selectors.canonical(view)
    document = json.loads(text)
    writes = _store_standings(view, participants, changes) + _store_windows(view, participants, changes)
    _add_headlines(document, stored, changes)
    writes += _store_status(view, text, stored, edition, now)
    standings_list.store(view, edition, document["participants"])
    Change.objects.bulk_create(changes.rows)
    writes += len(changes.rows)
    if writes:
        version.bump(treaty_id)
    return writes


def _is_late(stored: TreatyStatus, treaty: Treaty, today: date, now: datetime) -> bool:
    """Whether this job read the clock before midnight and another one has stored the next day meanwhile.

    A job lasts minutes. A status of a day that has not come, stored at another time, was stored while the clock was
    wrong, and is replaced.
    """
    if stored.as_of <= today:
        return False
    return stored.as_of <= treaty.legal_day(now) or now <= stored.computed_at <= now + LONGEST_JOB


def treaties() -> list[int]:
    """Return the ids of all treaties."""
    return list(Treaty.objects.order_by("pk").values_list("pk", flat=True))


def stale_treaties(now: datetime) -> list[int]:
    """Return the ids of the treaties whose stored status is of another revision, edition or day."""
    current = TreatyStatus.objects.filter(
        on_legal_day(now),
        treaty=OuterRef("pk"),
        revision=F("treaty__record__revision"),
        edition=Edition.present(),
    )
    return list(Treaty.objects.filter(~Exists(current)).order_by("pk").values_list("pk", flat=True))


class _Changes:
    """Differences from the status stored before, as rows of the change feed."""

    def __init__(
        self,
        treaty: Treaty,
        view: View,
        stored: TreatyStatus | None,
        participants: Mapping[str, Participant],
        now: datetime,
    ) -> None:
        self.rows: list[Change] = []
        self._treaty = treaty
        self._view = view
        by_day = stored is not None and stored.revision == view.revision
        self._cause = Change.Cause.DAY if by_day else Change.Cause.ENTRY
        self._participants = participants
        self._now = now

    def add(
        self,
        subject: str,
        before: Any,  # noqa: ANN401 - JSON
        after: Any,  # noqa: ANN401 - JSON
        participant: str | None = None,
        *,
        revision: int | None = None,
        spans: Iterable[Span | None] = (),
    ) -> None:
        """Add a change of a subject, at the view's revision if no other is given; nothing where both sides are equal.

        It holds from the last of `spans` that has certainly come: that of the act behind it, however late the act
        became known. Without one it holds from the day of the computation.
        """
        if before == after:
            return
        come = [span for span in spans if span and span.by(self._view.as_of)]
        happened = max(
            come, key=lambda span: (span.latest, span.earliest), default=Span.day(self._view.as_of)
        )
        self.rows.append(
            Change(
                treaty=self._treaty,
                revision=self._view.revision if revision is None else revision,
                as_of=happened.latest,
                happened_earliest=happened.earliest,
                cause=self._cause,
                subject=subject,
                participant=self._participants[participant] if participant else None,
                before=before,
                after=after,
                recorded_at=self._now,
            )
        )


def _add_reports(view: View, stored: TreatyStatus | None, changes: _Changes) -> None:
    """Add the reports published since the status stored before, each with the one that it supersedes."""
    since = stored.revision if stored else 0
    if since == view.revision:
        return
    reports = Report.objects.filter(treaty=view.treaty, revision__gt=since, revision__lte=view.revision)
    for report in reports.select_related("participant", "measure", "supersedes__measure").order_by(
        "revision"
    ):
        before = _report_summary(report.supersedes) if report.supersedes else None
        values = before, _report_summary(report), report.participant.iso3
        changes.add("report", *values, revision=report.revision, spans=[report.taken])


def _report_summary(report: Report) -> dict[str, Any] | None:
    """Return the public content of a report; None for a retraction."""
    if report.entry == Report.Entry.RETRACTION:
        return None
    return {
        "measure": report.measure.slug,
        "name": report.measure.name,
        "stage": report.stage,
        "taken": report.taken.edtf,
    }


def _store_standings(view: View, participants: Mapping[str, Participant], changes: _Changes) -> int:
    old = {
        row.participant_id: row
        for row in Standing.objects.filter(treaty=view.treaty).select_related("participant")
    }
    new = []
    for item in view.outcome.standings:
        row = _standing_row(view.treaty, participants[item.participant], item)
        before = old.get(row.participant_id)
        summaries = before and _standing_summary(before), _standing_summary(row)
        changes.add("standing", *summaries, row.participant.iso3, spans=_acts(row, item.ended))
        new.append(row)
    for pk in old.keys() - {row.participant_id for row in new}:
        changes.add(
            "standing", _standing_summary(old[pk]), None, old[pk].participant.iso3, spans=_acts(old[pk])
        )
    return _replace(Standing, old.values(), new, key=lambda row: row.participant_id)


def _standing_row(treaty: Treaty, participant: Participant, item: ParticipantStanding) -> Standing:
    return Standing(
        treaty=treaty,
        participant=participant,
        standing=item.kind.value,
        consent_kind=item.consent.value if item.consent else "",
        counted=item.counted,
        reason=item.reason,
        **_days("signed", item.signed),
        **_days("consent", item.consented),
        **_days("in_force", item.in_force),
    )


def _acts(row: Standing, ended: Span | None = None) -> list[Span | None]:
    """Return the days of the acts behind a standing; for one that has ended, those of its end."""
    if row.standing == StandingKind.WITHDRAWN.value:
        return [ended]
    return [
        _span(row.signed_earliest, row.signed_latest),
        _span(row.consent_earliest, row.consent_latest),
        _span(row.in_force_earliest, row.in_force_latest),
    ]


def _standing_summary(row: Standing) -> dict[str, Any]:
    return {
        "standing": row.standing,
        "signed": _edtf(row.signed_earliest, row.signed_latest),
        "consent": {"kind": row.consent_kind, "date": _edtf(row.consent_earliest, row.consent_latest)}
        if row.consent_kind
        else None,
        "in_force": _edtf(row.in_force_earliest, row.in_force_latest),
        "counted": row.counted,
    }


def _store_windows(view: View, participants: Mapping[str, Participant], changes: _Changes) -> int:
    old = {
        _window_key(row): row
        for row in Window.objects.filter(treaty=view.treaty).select_related("participant")
    }
    new = {}
    for item in view.outcome.windows:
        row = Window(
            treaty=view.treaty,
            kind=item.kind.value,
            participant=participants[item.participant] if item.participant else None,
            state=item.state,
            basis=item.basis,
            reported=item.reported,
            **_days("opens", item.opens),
            **_days("closes", item.closes),
        )
        new[_window_key(row)] = row
    for key in sorted(old.keys() | new.keys(), key=str):
        row = new.get(key) or old[key]
        changes.add(
            "window",
            _window_summary(old[key]) if key in old else None,
            _window_summary(new[key]) if key in new else None,
            row.participant.iso3 if row.participant else None,
            spans=[_span(row.opens_earliest, row.opens_latest), _day_after(row)],
        )
    return _replace(Window, old.values(), new.values(), key=_window_key)


def _window_key(row: Window) -> tuple[str, int | None, date | None]:
    return row.kind, row.participant_id, row.opens_earliest


def _day_after(row: Window) -> Span | None:
    """Return the first days on which a window is closed; None for one that stays open."""
    if row.closes_earliest is None or row.closes_latest is None:
        return None
    return Span(row.closes_earliest + timedelta(days=1), row.closes_latest + timedelta(days=1))


def _window_summary(row: Window) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "opens": _edtf(row.opens_earliest, row.opens_latest),
        "closes": _edtf(row.closes_earliest, row.closes_latest),
        "state": row.state,
        "reported": row.reported,
    }


def _add_headlines(document: dict[str, Any], stored: TreatyStatus | None, changes: _Changes) -> None:
    """Add the differences of the numbers, dated by the standings that moved them."""
    before = json.loads(stored.document) if stored else {}
    moved = [Span(row.happened_earliest, row.as_of) for row in changes.rows if row.subject == "standing"]
    for subject in ("count", "threshold", "entry_into_force"):
        changes.add(subject, _headline(before, subject), _headline(document, subject), spans=moved)


def _store_status(view: View, text: str, stored: TreatyStatus | None, edition: int, now: datetime) -> int:
    """Store the document; return 1 if it differs. A new edition alone is stored without counting as a change."""
    if stored is not None and stored.document == text:
        if stored.edition != edition:
            TreatyStatus.objects.filter(pk=stored.pk).update(edition=edition)
        return 0
    TreatyStatus.objects.update_or_create(
        treaty=view.treaty,
        defaults={
            "as_of": view.as_of,
            "revision": view.revision,
            "edition": edition,
            "document": text,
            "computed_at": now,
        },
    )
    return 1


def _headline(document: dict[str, Any], subject: str) -> Any:  # noqa: ANN401 - JSON
    """Return the part of a status document that the change feed reports under `subject`."""
    if not document:
        return None
    if subject == "count":
        return {name: document[name] for name in ("signatories", "contracting", "parties", "possible")} | {
            "counted": document["threshold"]["counted"]
        }
    if subject == "threshold":
        return document["threshold"]["reached"]
    return {name: document["entry_into_force"][name] for name in ("on", "earliest", "latest", "decisive")}


def _days(name: str, span: Span | None) -> dict[str, date | None]:
    """Return the two columns of a span; `latest` is None for a day that may never come."""
    return {
        f"{name}_earliest": span.earliest if span else None,
        f"{name}_latest": span.latest if span and span.latest != NEVER else None,
    }


def _edtf(earliest: date | None, latest: date | None) -> str | None:
    """Return the two columns of a span as EDTF."""
    span = _span(earliest, latest)
    return span.edtf if span else None


def _span(earliest: date | None, latest: date | None) -> Span | None:
    """Return the span that two columns hold."""
    return Span(earliest, latest or NEVER) if earliest else None


def _replace(model: type[M], old: Iterable[M], new: Iterable[M], key: Callable[[M], Any]) -> int:
    """Replace the stored rows by those of `new`, writing only rows that differ; return the number of writes."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - documented API
    left = {key(row): row for row in old}
    created: list[M] = []
    changed: list[M] = []
    for row in new:
        before = left.pop(key(row), None)
        if before is None:
            created.append(row)
        elif any(getattr(before, name) != getattr(row, name) for name in columns):
            row.pk = before.pk
            changed.append(row)
    manager = model._default_manager  # noqa: SLF001 - documented API
    if left:
        manager.filter(pk__in=[row.pk for row in left.values()]).delete()
    manager.bulk_create(created)
    if changed:
        manager.bulk_update(changed, columns)
    return len(left) + len(created) + len(changed)
