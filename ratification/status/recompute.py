"""Computation of the stored status: record -> rules -> rows. Only rows that differ are written: it is idempotent."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, F, Max, Model, OuterRef

from ratification.models import Change, Edition, Record, Report, Standing, TreatyStatus, Window
from ratification.record import selectors
from ratification.record.entries import reports_at
from ratification.record.heads import with_head
from ratification.record.history import History, PublishedEntry
from ratification.record.kept import outcome_of
from ratification.record.reach import STATUS
from ratification.record.selectors import View
from ratification.rules.dates import NEVER, Span
from ratification.rules.outcome import Outcome, ParticipantStanding
from ratification.rules.statements.kinds import STATEMENTS
from ratification.status import version
from ratification.status.change_log import ChangeLog, StatusStep, report_value
from ratification.status.state import StatusState, StoredRows, state_of, stored_state
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
    # With its head, since what a process has read of this edition and of earlier revisions serves this one too.
    view = selectors.view_of(with_head(Treaty.objects.filter(pk=treaty_id), None).get(), today=today)
    participants = view.directory.participants
    rows = StoredRows.of(treaty, participants)
    last = Change.objects.filter(treaty=treaty).aggregate(last=Max("number"))["last"] or 0
    log = ChangeLog(treaty, participants, now, last)
    state = _add_changes(view, stored, rows, log)
    text = selectors.canonical(view)
    wanted = {"edition": edition, "document": text, "digest": _digest(view, state), "computed_at": now}
    shown = _store_standings(view, rows.standings) + _store_windows(view, rows.windows) + len(log.rows)
    Change.objects.bulk_create(log.rows)
    if shown or _says_otherwise(view, stored, wanted):
        version.bump(treaty_id, STATUS)
    return shown + _store_status(view, stored, wanted)


def _add_changes(view: View, stored: TreatyStatus | None, rows: StoredRows, log: ChangeLog) -> StatusState:
    """Add the changes since the stored status, one step after another, and return the state that they lead to.

    Each publication is a step, on its day, and so is each day that passes. So the changes follow from
    the ledger, and neither from how often this job ran nor from how late. Before the first step the stored state is
    compared with what the rules give for the same revision and day now: they differ where reference data or the rules
    have changed meanwhile.
    """
    history = History(view.treaty, view.directory)

    @lru_cache(maxsize=2)
    def outcome_at(revision: int, day: date) -> Outcome:
        if (revision, day) == (view.revision, view.as_of):
            return view.outcome
        evaluate = partial(history.outcome, day, revision)
        if stored is None or (revision, day) != (stored.revision, stored.as_of):
            return evaluate()
        # The job before has evaluated it, as a rule in this process.
        before = with_head(Treaty.objects.filter(pk=view.treaty.pk), revision).get()
        return outcome_of(before, revision, day, evaluate)

    known = history.facts_at(stored.as_of, stored.revision) if stored else ()
    states = any(fact.kind in STATEMENTS for fact in known)
    ended = outcome_at(stored.revision, stored.as_of).ended if stored and states else {}
    state = stored_state(stored, rows, known, ended)
    for step in _steps(view, stored, history):
        reports = [entry for entry in step.entries if entry.model is Report]
        for entry in reports:
            related = Report.objects.select_related("participant", "measure", "supersedes__measure")
            log.add_report(related.get(pk=entry.pk), step)
        if reports and len(reports) == len(step.entries):
            continue
        outcome = outcome_at(step.revision, step.day)
        after = state_of(outcome, history.facts_at(step.day, step.revision))
        # An ordinal is told from all that was published together, such as the signatures of one day.
        batch = history.last_of_batch(step.revision) if step.entries else step.revision
        ranked = outcome_at(batch, step.day)
        log.add_step(state, after, step, ranked, partial(outcome_at, step.revision))
        state = after
    return state


def _steps(view: View, stored: TreatyStatus | None, history: History) -> Iterator[StatusStep]:
    """Yield the steps from the stored status to the view, each day's passing before its publications."""
    legal_day = view.treaty.legal_day
    waiting = [
        entry
        for revision, entry in sorted(history.entries.items())
        if revision > (stored.revision if stored else 0)
    ]
    if stored:
        day, revision = stored.as_of, stored.revision
    else:
        first = min((legal_day(entry.published_at) for entry in waiting), default=view.as_of)
        day, revision = min(first, view.as_of), 0
    yield StatusStep(revision, day, Change.Cause.REFERENCE)
    together: list[PublishedEntry] = []
    for entry in [*waiting, None]:
        until = view.as_of if entry is None else min(legal_day(entry.published_at), view.as_of)
        if day > view.as_of:  # the stored status is of a day that a wrong clock gave
            until, day = view.as_of, view.as_of - timedelta(days=1)
        while day < until:
            day += timedelta(days=1)
            yield StatusStep(revision, day, Change.Cause.DAY)
        if entry is not None:
            together.append(entry)
            if entry.revision not in history.within_publications:
                revision = entry.revision
                yield StatusStep(revision, day, Change.Cause.ENTRY, tuple(together))
                together = []


def _digest(view: View, state: StatusState) -> str:
    """Return the digest of the state and of the reports that hold. One query."""
    reports = reports_at(view.treaty, view.revision)
    return state.digest((report.participant.iso3, report_value(report) or {}) for report in reports)


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


def _store_standings(view: View, old: Iterable[Standing]) -> int:
    people = view.directory.participants
    new = [_standing_row(view.treaty, people[item.participant], item) for item in view.outcome.standings]
    return _replace(Standing, old, new, key=lambda row: row.participant_id)


def _standing_row(treaty: Treaty, participant: Participant, item: ParticipantStanding) -> Standing:
    return Standing(
        treaty_id=treaty.pk,
        participant_id=participant.pk,
        standing=item.kind.value,
        consent_kind=item.consent.value if item.consent else "",
        may_be_earlier=item.may_be_earlier,
        counted=item.counted,
        reason=item.reason,
        **_days("signed", item.signed),
        **_days("consent", item.consented),
        **_days("in_force", item.in_force),
    )


def _store_windows(view: View, old: Iterable[Window]) -> int:
    people = view.directory.participants
    new = [
        Window(
            treaty_id=view.treaty.pk,
            kind=item.kind.value,
            participant_id=people[item.participant].pk if item.participant else None,
            state=item.state,
            basis=item.basis,
            reported=item.reported,
            **_days("opens", item.opens),
            **_days("closes", item.closes),
        )
        for item in view.outcome.windows
    ]
    return _replace(Window, old, new, key=lambda row: (row.kind, row.participant_id, row.opens_earliest))


def _says_otherwise(view: View, stored: TreatyStatus | None, wanted: Mapping[str, Any]) -> bool:
    """Whether answers that show the stored status are others now, though no row beside it has changed.

    They are not where only a publication or a day has come, which they follow by themselves: each computes the document
    of its own revision and day where it is not stored.
    """
    if stored is None or stored.digest != wanted["digest"]:
        return True
    same_state = (stored.as_of, stored.revision) == (view.as_of, view.revision)
    return same_state and stored.document != wanted["document"]


def _store_status(view: View, stored: TreatyStatus | None, wanted: dict[str, Any]) -> int:
    """Store the document; return 1 if it differs. A new edition alone is stored without counting as a change."""
    if stored is not None and stored.document == wanted["document"]:
        quiet = {name: wanted[name] for name in ("edition", "digest")}
        if any(getattr(stored, name) != value for name, value in quiet.items()):
            TreatyStatus.objects.filter(pk=stored.pk).update(**quiet)
        return 0
    wanted = {**wanted, "as_of": view.as_of, "revision": view.revision}
    TreatyStatus.objects.update_or_create(treaty=view.treaty, defaults=wanted)
    return 1


def _days(name: str, span: Span | None) -> dict[str, date | None]:
    """Return the two columns of a span; `latest` is None for a day that may never come."""
    return {
        f"{name}_earliest": span.earliest if span else None,
        f"{name}_latest": span.latest if span and span.latest != NEVER else None,
    }


def _replace(model: type[M], old: Iterable[M], new: Iterable[M], key: Callable[[M], Any]) -> int:
    """Replace the stored rows by those of `new`, writing only rows that differ; return the number of writes."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - documented API
    values = attrgetter(*columns)
    left = {key(row): row for row in old}
    created: list[M] = []
    changed: list[M] = []
    for row in new:
        before = left.pop(key(row), None)
        if before is None:
            created.append(row)
        elif values(before) != values(row):
            row.pk = before.pk
            changed.append(row)
    manager = model._default_manager  # noqa: SLF001 - documented API
    if left:
        manager.filter(pk__in=[row.pk for row in left.values()]).delete()
    manager.bulk_create(created)
    if changed:
        manager.bulk_update(changed, columns)
    return len(left) + len(created) + len(changed)
