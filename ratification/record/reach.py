"""Which records a response rests on, noted while it is computed, so that a publication makes anew only what it changed.

Whatever reads a record shows it from a treaty that was selected with its head, and notes that one treaty with its
version; whatever reads the records of other treaties notes them first. A response for which nothing is noted rests on
all records.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connections, router
from django.db.models.expressions import RawSQL
from django.db.models.fields import TextField

from ratification.models import Record
from treaty.models import Treaty

VERSION = """CAST(kept.revision AS VARCHAR(20)) || ' ' || CAST(kept.version AS VARCHAR(20)) || ' ' ||
    COALESCE((SELECT hash FROM ratification_revision
        WHERE treaty_id = kept.treaty_id AND number = kept.revision), '-') || ' ' ||
    COALESCE((SELECT digest FROM ratification_edition ORDER BY id DESC LIMIT 1), '-')"""
"""Version of what pages show of one treaty: its revision and head, its other visible changes, the reference data."""
_OF_SELECTED = f"(SELECT {VERSION} FROM ratification_record AS kept WHERE kept.treaty_id = treaty_treaty.id)"  # noqa: S608 - names of ours only


@dataclass(slots=True)
class Reach:
    """What was read for a response: the records of some treaties, each with the version it had, or of all.

    `reference` is whether it was noted that reference data are shown, as they are beside every record.
    """

    versions: dict[int, str] = field(default_factory=dict)
    everything: bool = False
    reference: bool = False

    @property
    def treaties(self) -> tuple[int, ...] | None:
        """The treaties that the response rests on, none where only on reference data; None where it rests on all."""
        if self.everything or not (self.versions or self.reference):
            return None
        return tuple(sorted(self.versions))

    @property
    def version(self) -> str:
        """The versions of these treaties as one text."""
        return version_text(self.versions)


_reach: ContextVar[Reach | None] = ContextVar("_reach", default=None)


@contextmanager
def noted() -> Iterator[Reach]:
    """Note what is read during the block."""
    reach = Reach()
    before = _reach.set(reach)
    try:
        yield reach
    finally:
        _reach.reset(before)


def version_text(versions: Mapping[int, str]) -> str:
    """Return versions of treaties as one text; one without a record has none."""
    return ", ".join(f"{treaty}: {version}" for treaty, version in sorted(versions.items()) if version)


def versions_of(treaties: Collection[int]) -> dict[int, str]:
    """Return the versions of the treaties that have a record. One query; raises DatabaseError as that does."""
    places = ", ".join(["%s"] * len(treaties))
    with connections[router.db_for_read(Record)].cursor() as cursor:
        cursor.execute(
            f"SELECT treaty_id, {VERSION} FROM ratification_record AS kept WHERE treaty_id IN ({places})",  # noqa: S608 - names of ours only
            list(treaties),
        )
        return dict(cursor.fetchall())


def version_column() -> RawSQL:
    """Return the version of a selected treaty as a column for `annotate`: read with the treaty, so never newer."""
    return RawSQL(_OF_SELECTED, (), TextField())  # noqa: S611 - nothing of it is given from outside


def note(treaty: Treaty) -> None:
    """Note that the response shows a treaty's record."""
    reach = _reach.get()
    if reach is None:
        return
    if hasattr(treaty, "state_version"):
        reach.versions.setdefault(treaty.pk, treaty.state_version or "")
    else:
        reach.everything = True


def note_others(slugs: Collection[str]) -> None:
    """Note, before they are read, that the response shows something of other treaties' records.

    One query where it is noted at all, which asks for their versions.
    """
    reach = _reach.get()
    if reach is None or reach.everything:
        return
    keys = list(Treaty.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    found = versions_of(keys) if keys else {}
    for key in keys:
        reach.versions.setdefault(key, found.get(key, ""))


def note_reference() -> None:
    """Note that the response shows reference data, and no record unless that is noted too."""
    reach = _reach.get()
    if reach is not None:
        reach.reference = True


def note_everything() -> None:
    """Note that the response shows something of all records."""
    reach = _reach.get()
    if reach is not None:
        reach.everything = True
