"""Changes that a process reads once: a change that became known stays as it is.

Pages, feeds and the API show the same ones again after each publication. They are kept as the entries of a record are,
with their participants: for one edition of the reference data, and for a minute at most.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet

from ratification.models import Change
from ratification.record.kept import kept_for_edition
from treaty.models import Treaty

MOST = 256
"""Number of changes that are kept of a treaty: pages and feeds show the latest."""
Key = tuple[int, datetime]
"""Primary key and moment of a change: another record that took the place of one may have the former again."""


def read_changes(treaty: Treaty, changes: QuerySet[Change], size: int = MOST) -> Iterator[Change]:
    """Yield the selected changes of a treaty, with their participants.

    One query, and one more for each `size` of them (at most `MOST`) among which are new ones.
    """
    return changes_of_keys(treaty, list(changes.select_related(None).values_list("pk", "recorded_at")), size)


def changes_of_keys(treaty: Treaty, keys: Sequence[Key], size: int = MOST) -> Iterator[Change]:
    """Yield the changes of some keys. One query for each `size` of them (at most `MOST`) among which are new ones."""
    kept = _kept(treaty)
    for start in range(0, len(keys), size):
        part = keys[start : start + size]
        new = [key for key in part if key not in kept]
        if len(kept) + len(new) > MOST:
            kept.clear()
            new = list(part)
        if new:
            read = treaty.changes.select_related("participant").filter(pk__in=[pk for pk, _ in new])
            kept.update(((change.pk, change.recorded_at), change) for change in read)
        yield from [kept[key] for key in part]


@kept_for_edition
def _kept(_treaty: Treaty) -> dict[Key, Change]:
    """Return where the changes of a treaty are kept."""
    return {}
