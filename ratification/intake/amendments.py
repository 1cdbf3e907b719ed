"""What a file changes of reference data that published entries cite: the clause, a source's text, a State's name.

A release's own files were reviewed before they came: what they change is entered in the correction log as accepted. Of
any other file it is proposed by the person who loads it, and nothing of the file is loaded until a second person has
accepted.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from ratification.ledger import reference
from ratification.models import Action, ReferenceChange, Report, TreatyFact
from states.models import Membership, Participant
from treaty.models import Article, InterpretativeNote, Requirement, Source, Treaty


@dataclass(frozen=True, slots=True)
class CitedAmendment:
    """A row with its old values, and of the columns that change the old and the new ones; None where it is removed."""

    row: Model
    before: dict[str, Any]
    after: dict[str, Any] | None

    def __str__(self) -> str:
        name = f"{self.row._meta.verbose_name} {self.row}"  # noqa: SLF001 - documented API
        return f"{name}: {', '.join(self.before)}" if self.after else f"{name}: removed"


class CitedError(Exception):
    """A file changes what published entries cite."""

    def __init__(self, found: list[CitedAmendment]) -> None:
        super().__init__(f"Published entries cite what this changes: {'; '.join(map(str, found))}.")
        self.found = found


def of_treaty(treaty: Treaty) -> list[Model]:
    """Return the rows of a treaty that its published entries cite; none while there are none."""
    if not reference.is_cited(treaty):
        return []
    cited: set[int] = set()
    for kind in (Action, Report, TreatyFact):
        entries = kind._default_manager.filter(revision__isnull=False)  # noqa: SLF001 - documented API
        cited.update(entries.filter(source__treaty=treaty).values_list("source", flat=True))
    provisions = (Article, Requirement, InterpretativeNote)
    return [
        treaty,
        *Source.objects.filter(pk__in=cited),
        *(row for kind in provisions for row in kind._default_manager.filter(treaty=treaty)),  # noqa: SLF001 - documented API
    ]


def of_participants() -> list[Model]:
    """Return the participants that published entries name, with their memberships."""
    named = Action.objects.filter(revision__isnull=False)
    people = Participant.objects.filter(pk__in=named.values("participant"))
    return [
        *people,
        *Membership.objects.filter(participant__in=people).select_related("participant", "group"),
    ]


@contextmanager
def noticed(rows: Iterable[Model]) -> Iterator[list[CitedAmendment]]:
    """Give the list that has, at the end, what has been changed of these rows meanwhile."""
    before: dict[type[Model], dict[int, tuple[Model, dict[str, Any]]]] = {}
    for row in rows:
        kind = type(row)
        before.setdefault(kind, {})[row.pk] = row, reference.values_of(row, reference.GUARDED[kind])
    found: list[CitedAmendment] = []
    yield found
    for kind, held in before.items():
        stored = kind._default_manager.in_bulk(held)  # noqa: SLF001 - documented API
        for pk, (row, old) in held.items():
            if pk not in stored:
                found.append(CitedAmendment(row, old, None))
                continue
            new = reference.values_of(stored[pk], old)
            if changed := [name for name in old if old[name] != new[name]]:
                was, becomes = ({name: values[name] for name in changed} for values in (old, new))
                found.append(CitedAmendment(row, was, becomes))


def enter(
    found: Iterable[CitedAmendment], *, author: User, reviewer: User, reason: str, now: datetime
) -> None:
    """Enter what has been written in the correction log, as proposed and accepted."""
    for change in propose(found, by=author, reason=reason, now=now):
        change.decided_by, change.decided_at, change.accepted = reviewer, now, True
        change.save()


def propose(
    found: Iterable[CitedAmendment], *, by: User, reason: str, now: datetime
) -> list[ReferenceChange]:
    """Propose changes that have not been written; those that wait already are not proposed again.

    Raises:
        LedgerError: without a reason.
    """
    made = []
    for each in found:
        waiting = ReferenceChange.objects.filter(table=each.row._meta.label, row=each.row.pk, accepted=None)  # noqa: SLF001 - documented API
        if any(change.after == each.after for change in waiting):
            continue
        made.append(
            reference.propose(each.row, before=each.before, after=each.after, by=by, reason=reason, now=now)
        )
    return made
