"""Which records a response rests on, noted while it is computed, so that a publication makes anew only what it changed.

Whatever reads a record shows it from a treaty that was selected with its head, and notes that one treaty with its
version; whatever reads the records of other treaties notes them first. A response for which nothing is noted rests on
all records.

Which parts of a treaty's version count, the queries say that were made for the response: one that has read only what is
published stands until the next publication, whatever the job stores meanwhile.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connections, router
from django.db.models.expressions import RawSQL
from django.db.models.fields import TextField

from ratification.models import (
    Action,
    Change,
    Edition,
    Record,
    Report,
    Revision,
    Standing,
    TreatyFact,
    TreatyStatus,
    Window,
)
from treaty.models import Treaty

VERSION = """CAST(kept.revision AS VARCHAR(20)) || ' ' || CAST(kept.version AS VARCHAR(20)) || ' ' ||
    CAST(kept.additions AS VARCHAR(20)) || ' ' ||
    COALESCE((SELECT hash FROM ratification_revision
        WHERE treaty_id = kept.treaty_id AND number = kept.revision), '-') || ' ' ||
    COALESCE((SELECT digest FROM ratification_edition ORDER BY id DESC LIMIT 1), '-')"""
"""Version of what pages show of one treaty: its revision, the two counters of what is no publication, its head, and the
edition of the reference data."""
STATUS, ADDED = "status", "added"
"""Parts of a version on which not every response rests: what the job stores of the status; all else that is shown and
not published (drawings, forecasts, comparisons, data packages)."""
NOT_PUBLISHED = "not published"
"""Stands among the parts where nothing is shown of what is published: revision and head do not count then."""
_WORDS = {STATUS: 1, ADDED: 2}
"""Places of these parts among the words of a version (`VERSION`)."""
_PUBLISHED_WORDS = frozenset({0, 3})
"""Places of revision and head."""
_PUBLISHED = (Action, Edition, Record, Report, Revision, TreatyFact)
_STORED = (Change, Standing, TreatyStatus, Window)
_TABLE = re.compile(r"\bratification_[a-z]+\b")
_OF_SELECTED = f"(SELECT {VERSION} FROM ratification_record AS kept WHERE kept.treaty_id = treaty_treaty.id)"  # noqa: S608 - names of ours only


@dataclass(slots=True)
class Reach:
    """Records read for a response: those of some treaties, each with the version it had, or of all.

    `reference` is whether it was noted that reference data are shown, as they are beside every record. `parts` are the
    parts of the versions on which it rests beside what is published.
    """

    versions: dict[int, str] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
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
        return version_text(self.versions, self.parts)


_reach: ContextVar[Reach | None] = ContextVar("_reach", default=None)


@contextmanager
def noted() -> Iterator[Reach]:
    """Note what is read during the block."""
    reach = Reach()

    def note_tables(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        reach.parts |= parts_read(sql)
        return execute(sql, params, many, context)

    before = _reach.set(reach)
    try:
        with ExitStack() as stack:
            for alias in connections:
                stack.enter_context(connections[alias].execute_wrapper(note_tables))
            yield reach
    finally:
        _reach.reset(before)


@lru_cache(maxsize=1024)
def parts_read(sql: str) -> frozenset[str]:
    """Return the parts of a version that a query reads beside what is published; a table of another kind is added."""
    published, stored = _tables()
    unpublished = set(_TABLE.findall(sql)) - published
    return frozenset(STATUS if table in stored else ADDED for table in unpublished)


@lru_cache(maxsize=1)
def _tables() -> tuple[frozenset[str], frozenset[str]]:
    published, stored = (
        frozenset(model._meta.db_table for model in models)  # noqa: SLF001 - documented API
        for models in (_PUBLISHED, _STORED)
    )
    return published, stored


def version_text(versions: Mapping[int, str], parts: Collection[str]) -> str:
    """Return versions of treaties as one text, without the parts that do not count; one without a record has none."""
    left_out = {place for part, place in _WORDS.items() if part not in parts}
    if NOT_PUBLISHED in parts:
        left_out |= _PUBLISHED_WORDS
    without = sorted(left_out, reverse=True)
    found = []
    for treaty, version in sorted(versions.items()):
        words = version.split(" ")
        for place in without:
            del words[place : place + 1]
        if version:
            found.append(f"{treaty}: {' '.join(words)}")
    return ", ".join(found)


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


def note_added() -> None:
    """Note that the response shows something that was added beside the record and is in no table, such as a drawing."""
    reach = _reach.get()
    if reach is not None:
        reach.parts.add(ADDED)


def note_not_published() -> None:
    """Note that the response shows nothing of any published entry: only what the job has stored or added."""
    reach = _reach.get()
    if reach is not None:
        reach.parts.add(NOT_PUBLISHED)


def note_everything() -> None:
    """Note that the response shows something of all records."""
    reach = _reach.get()
    if reach is not None:
        reach.everything = True
