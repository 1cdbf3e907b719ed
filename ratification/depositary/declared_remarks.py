"""What a list says beside acts, held against the record: days of entry into force, and which statements there are.

Nothing is proposed from it: a difference is a remark, for a person to look into.
"""

from collections.abc import Collection, Iterable
from datetime import date

from ratification.depositary.document import DocumentRow
from ratification.models import Action
from ratification.record import selectors
from ratification.rules.statements.kinds import TERRITORIAL
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

_KINDS: dict[str, Collection[ActionKind]] = {
    "reservations": {ActionKind.RESERVATION},
    # The chart's D stands for declarations, denunciations and derogations.
    "declarations": {ActionKind.DECLARATION, ActionKind.UNDERSTANDING, ActionKind.DENUNCIATION},
    "authorities": {ActionKind.DESIGNATION, ActionKind.NOTIFICATION},
    "territorial application": TERRITORIAL,
    "communication": {ActionKind.COMMUNICATION, ActionKind.NOTIFICATION},
    "objection": {ActionKind.OBJECTION},
}


def declared_remarks(
    treaty: Treaty,
    rows: Iterable[tuple[Participant, DocumentRow]],
    entries: Iterable[Action],
    *,
    on: date,
    revision: int,
) -> list[str]:
    """Return a sentence for each day of entry into force that the record computes otherwise.

    Another for each participant with kinds of statement that the list marks and the record does not have.

    Args:
        treaty: the treaty.
        rows: the rows of the list with their participants.
        entries: the record's entries.
        on: the day of the list.
        revision: the revision of the record.
    """
    rows = list(rows)
    remarks: list[str] = []
    if revision and any(line.in_force_on for _, line in rows):
        view = selectors.view_of(treaty, today=on, as_of=on, revision=revision, latest=revision)
        computed = {each.participant: each.in_force for each in view.outcome.standings}
        for person, line in rows:
            found = computed.get(person.iso3)
            if line.in_force_on and (found is None or found.on != line.in_force_on):
                ours = f"computes {found.edtf}" if found else "computes no day"
                remarks.append(
                    f"{person.name}: the list says in force on {line.in_force_on}, the record {ours}."
                )
    held = {(entry.participant_id, entry.kind) for entry in entries}
    for person, line in rows:
        missing = [
            what for what in line.statements if not any((person.pk, kind) in held for kind in _KINDS[what])
        ]
        if missing:
            remarks.append(f"{person.name}: the list marks {', '.join(missing)}, and the record has none.")
    return remarks
