"""Changes of reference data that published entries cite: two people, a reason, and a place in the correction log.

What an entry says follows from its participant, its source and its treaty, too. Their codes stay once an entry is
published; what else of them answers rest on is changed as the record is: proposed by one person with a reason, and
accepted by another. Rows that no published entry cites are edited by one.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from ratification.ledger.people import is_same_person
from ratification.ledger.preconditions import check_reason
from ratification.ledger.refusal import LedgerError
from ratification.models import Action, ReferenceChange, Report, Revision, TreatyFact
from ratification.record.chain import plain
from states.models import Group, Membership, Participant, ParticipantName, Responsibility
from treaty.happened import all_to_come
from treaty.models import SEEN, Article, InterpretativeNote, Requirement, Source, Treaty

GUARDED: dict[type[Model], tuple[str, ...]] = {
    Participant: ("name", "kind", "region", "subregion", "un_group", "valid_from", "valid_until"),
    Group: ("name", "kind", "organization"),
    Membership: ("group", "participant", "valid_from", "valid_until", "source"),
    Responsibility: ("territory", "state", "valid_from", "valid_until", "source"),
    Source: ("title", "url", "publisher", "published_on", "confidence", "note"),
    Treaty: (
        *("title", "short_title", "popular_name", "about", "depositary", "depositary_timezone"),
        *("adopted_on", "adopted_by", "definition"),
    ),
    Article: ("chapter", "title", "title_status", "status", "summary", "summary_status", "source"),
    Requirement: (
        *("article", "paragraph", "paragraph_certain", "kind", "occasion", "description", "status", "source"),
    ),
    InterpretativeNote: ("article", "title", "status", "source"),
}
"""Columns that two people change, once a published entry cites the row."""
FIXED: dict[type[Model], tuple[str, ...]] = {
    Participant: ("iso3", "iso2", "m49"),
    Group: ("slug",),
    Article: ("treaty", "number"),
    Requirement: ("treaty",),
    InterpretativeNote: ("treaty",),
    Source: ("treaty", "key"),
    Treaty: ("slug",),
}
"""Codes that stay, once a published entry cites the row: partners' databases are joined by them."""
_OF_TREATY = (Source, Article, Requirement, InterpretativeNote)
OLD_NAME_UNTIL = "old_name_until"
"""Beside a participant's new name: the first day on which the old one is no longer in use, with which it is kept."""
_ENTRIES = (Action, Report, TreatyFact)


def is_cited(row: Model) -> bool:
    """Return whether a published entry cites a row.

    A membership counts with its participant, a group with its members, a responsibility with its State, a provision
    with its treaty.
    """
    if isinstance(row, Membership):
        return is_cited(row.participant)
    if isinstance(row, Responsibility):
        return is_cited(row.state) or is_cited(row.territory)
    if row.pk is None or type(row) not in GUARDED:
        return False
    if isinstance(row, (Article, Requirement, InterpretativeNote)):
        return is_cited(row.treaty)
    if isinstance(row, Group):
        members = Q(participant__memberships__group=row) | Q(participant__member_group=row)
        return Action.objects.filter(members, revision__isnull=False).exists()
    name = row._meta.model_name or ""  # noqa: SLF001 - documented API
    found = Q(**{name: row}, revision__isnull=False)
    return any(
        kind._default_manager.filter(found).exists()  # noqa: SLF001 - documented API
        for kind in _ENTRIES
    ) or (
        isinstance(row, Participant)
        and Action.objects.filter(predecessor=row, revision__isnull=False).exists()
    )


def guarded_columns(row: Model, columns: Iterable[str]) -> list[str]:
    """Return those of some columns that two people change in this row."""
    names = [name for name in columns if name in GUARDED.get(type(row), ())]
    return names if names and is_cited(row) else []


def self_confirmed(row: Model, values: Mapping[str, Any]) -> list[str]:
    """Return the columns by which one person would say of a new provision that it was seen in the text."""
    if row.pk is not None or not isinstance(row, (Article, Requirement, InterpretativeNote)):
        return []
    return [name for name in ("status", "title_status", "summary_status") if values.get(name) in SEEN]


def values_of(row: Model, columns: Iterable[str]) -> dict[str, Any]:
    """Return some columns of a row as JSON has them; a row that is referred to by its id."""
    attnames = {name: row._meta.get_field(name).attname for name in columns}  # type: ignore[union-attr]  # noqa: SLF001 - columns alone
    return {name: plain(getattr(row, attname)) for name, attname in attnames.items()}


@transaction.atomic
def propose(
    row: Model,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: User,
    reason: str,
    now: datetime,
) -> ReferenceChange:
    """Propose a change of a row that published entries cite; the same that a person has proposed waits once.

    Args:
        row: the row, with its new values or its old ones.
        before: the values now stored of the columns that change; None for a new row.
        after: the new values; None to remove the row.
        by: who proposes it.
        reason: why it is right.
        now: the moment.

    Raises:
        LedgerError: without a reason.
    """
    check_reason(reason, "A change of what published entries cite needs a reason.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two requests at once do not pass each other
    table = row._meta.label  # noqa: SLF001 - documented API
    for waiting in ReferenceChange.objects.filter(table=table, row=row.pk, proposed_by=by, accepted=None):
        if (waiting.before, waiting.after) == (before, after):
            return waiting
    participant = _participant_of(row)
    treaty = row.treaty if isinstance(row, _OF_TREATY) else row if isinstance(row, Treaty) else None
    stored = str(type(row)._default_manager.filter(pk=row.pk).first() or row)  # noqa: SLF001 - documented API
    return ReferenceChange.objects.create(
        table=table,
        row=row.pk,
        name=f"{row._meta.verbose_name}: {stored}"[:300],  # noqa: SLF001 - documented API
        before=before,
        after=after,
        participant=participant,
        treaty=treaty,
        proposed_by=by,
        proposed_at=now,
        reason=reason.strip(),
    )


def _participant_of(row: Model) -> Participant | None:
    """Return the participant whose entries rest on a row."""
    if isinstance(row, Membership):
        return row.participant
    if isinstance(row, Responsibility):
        return row.state
    if isinstance(row, Group):
        return row.organization
    return row if isinstance(row, Participant) else None


@transaction.atomic
def decide(change: ReferenceChange, *, by: User, accept: bool, now: datetime) -> ReferenceChange:
    """Accept or refuse a proposal; an accepted one is written. The sweep finds the new edition of the reference data.

    Raises:
        LedgerError: if it is decided already, the person is its proposer, or the row has changed meanwhile.
    """
    change = ReferenceChange.objects.select_for_update().get(pk=change.pk)
    if change.accepted is not None:
        raise LedgerError("The change has been decided already.")
    if is_same_person(by, change.proposed_by):
        raise LedgerError("A second person decides: not the one who proposed the change.")
    if accept:
        try:
            with transaction.atomic():
                _write(change, now.date())
        except (ValidationError, IntegrityError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise LedgerError(f"The change can no longer be made: {' '.join(sentences)}") from error
    change.decided_by, change.decided_at, change.accepted = by, now, accept
    change.save()
    return change


def _write(change: ReferenceChange, today: date) -> None:
    for sentence in all_to_come(change.after or {}, today).values():
        raise LedgerError(f"The change cannot be made: {sentence}")
    model: Any = apps.get_model(change.table)
    rows = model._default_manager.select_for_update(of=("self",))  # noqa: SLF001 - documented API
    row = model() if change.row is None else rows.filter(pk=change.row).first()
    if row is None or (change.before is not None and values_of(row, change.before) != change.before):
        raise LedgerError("The row has changed since; refuse this change, and propose it anew.")
    row._change_reason = f"{change.reason} (proposed by {change.proposed_by})"[:100]  # noqa: SLF001 - simple_history's documented way
    if change.after is None:
        row.delete()
        return
    for name, value in change.after.items():
        if name == OLD_NAME_UNTIL:
            continue
        field = model._meta.get_field(name)  # noqa: SLF001 - documented API
        setattr(
            row,
            field.attname,
            field.target_field.to_python(value) if field.is_relation else field.to_python(value),
        )
    row.full_clean()
    row.save()
    if OLD_NAME_UNTIL in change.after:
        keep_name(
            row,
            (change.before or {})["name"],
            until=date.fromisoformat(change.after[OLD_NAME_UNTIL]),
            source=change.reason,
        )


def keep_name(participant: Participant, name: str, *, until: date, source: str) -> None:
    """Keep a name that a participant bore until a day, under which it is found and lists of that time are read."""
    kept = ParticipantName(
        participant=participant,
        name=name,
        kind=ParticipantName.Kind.FORMER,
        valid_until=until,
        source=source,
    )
    kept.full_clean(exclude=["normalised"])
    kept.save()


def reference_changes_of(treaty: Treaty, *, revision: int | None = None) -> list[ReferenceChange]:
    """Return the accepted changes of what a treaty's published entries cite, the newest first. Two queries at most.

    Args:
        treaty: the treaty.
        revision: the state of the record asked about: changes after the next revision are left out.
    """
    acting = Q()
    for kind in _ENTRIES:
        named = kind._default_manager.filter(treaty=treaty, revision__isnull=False)  # noqa: SLF001 - documented API
        acting |= Q(participant__in=named.values("participant"))
    of_all = Q(treaty=None, participant=None)  # a group's
    found = ReferenceChange.objects.filter(Q(treaty=treaty) | acting | of_all, accepted=True)
    if revision is not None:
        later = Revision.objects.filter(treaty=treaty, number=revision + 1).values_list(
            "recorded_at", flat=True
        )
        if (moment := later.first()) is not None:
            found = found.filter(decided_at__lt=moment)
    return list(found.select_related("participant").order_by("-decided_at", "-pk"))
