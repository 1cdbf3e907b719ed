"""Heads of records: number and hash of a revision, which fix everything published up to it.

The header `Record-Head` names the head in each answer that rests on one state of a record, so that a citation can be
checked later (docs/verify.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Field, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.translation import gettext

from common.prepared import Prepared
from ratification.models import Revision
from ratification.record import reach
from ratification.record.chain import GENESIS
from treaty.models import Treaty

HEADER = "Record-Head"
_NOTED = "tracker.record_head"


def head_text(revision: int, digest: str | None) -> str:
    """Return a head as it is written: `87:9f86d0...`."""
    return f"{revision}:{digest or GENESIS}"


def head_of(treaty: Treaty, revision: int) -> str:
    """Return the head of a treaty's record at a revision. One query."""
    hashes = Revision.objects.filter(treaty=treaty, number=revision).values_list("hash", flat=True)
    return head_text(revision, hashes.first())


_EDITION = "(SELECT {} FROM ratification_edition ORDER BY id DESC LIMIT 1)"


def edition_columns() -> dict[str, RawSQL]:
    """Return number, digest and time of the latest edition of the reference data as columns for `annotate`.

    Raw SQL, because nearly every response needs them, and the ORM takes longer to write them than the database to read
    them.
    """
    return {
        "edition": RawSQL(_EDITION.format("id"), (), IntegerField()),  # noqa: S611 - nothing of it is given from outside
        "edition_digest": RawSQL(_EDITION.format("digest"), (), CharField()),  # noqa: S611 - the same
        "edition_at": RawSQL(_EDITION.format("noted_at"), (), DateTimeField()),  # noqa: S611 - the same
    }


_REVISIONS = "(SELECT {} FROM ratification_revision WHERE treaty_id = treaty_treaty.id AND number {})"
_LATEST = "(SELECT revision FROM ratification_record WHERE treaty_id = treaty_treaty.id)"


def with_head(treaties: QuerySet[Treaty], revision: int | None) -> QuerySet[Any]:
    """Select with each treaty hash and moment of a revision of its record, and where its publication ends.

    None is the latest revision. The edition of the reference data stands beside it.
    """
    number, params = (_LATEST, []) if revision is None else ("%s", [revision])
    columns: tuple[tuple[str, str, str, Field[Any, Any]], ...] = (
        ("publication_end", "MIN(number)", f">= {number} AND ends_publication", IntegerField()),
        ("head_hash", "hash", f"= {number}", CharField()),
        ("head_at", "recorded_at", f"= {number}", DateTimeField()),
    )
    return treaties.annotate(
        shown_revision=F("record__revision") if revision is None else Value(revision),
        state_version=reach.version_column(),
        **edition_columns(),
        **{name: RawSQL(_REVISIONS.format(*parts), params, field) for name, *parts, field in columns},  # noqa: S611 - nothing of it is given from outside but by parameters
    )


class WithHead:
    """Treaties with a head, found by slug and revision: `with_head` for one row, with the SQL written once."""

    _SLUG, _REVISION = "\0slug", -(2**30)

    def __init__(self, select: Callable[[int | None], QuerySet[Any]]) -> None:
        slug = self._SLUG
        self._latest = Prepared(Treaty, lambda: select(None).filter(slug=slug))
        self._past = Prepared(Treaty, lambda: select(self._REVISION).filter(slug=slug))

    def find(self, slug: str, revision: int | None) -> Treaty | None:
        """Return the treaty, None if there is none. One query; no revision is the latest."""
        query = self._latest if revision is None else self._past
        return query.first({self._SLUG: slug, self._REVISION: revision})


def shown_revision(treaty: Treaty) -> int:
    """Return the revision that a treaty was selected with; 0 where it has no record."""
    return getattr(treaty, "shown_revision", None) or 0


def publication_end(treaty: Treaty, revision: int) -> int | None:
    """Return the last revision of the publication that a revision belongs to; one query where it was not selected."""
    if getattr(treaty, "shown_revision", None) == revision:
        end: int | None = treaty.publication_end  # type: ignore[attr-defined]  # an annotation of with_head
        return end
    ends = Revision.objects.filter(treaty=treaty, number__gte=revision, ends_publication=True)
    return ends.order_by("number").values_list("number", flat=True).first()


def within_publication(treaty: Treaty, revision: int) -> str:
    """Return the sentence that refuses a revision within a publication; empty for one that is a state of the record."""
    end = publication_end(treaty, revision) if revision else None
    if end is None or end == revision:
        return ""
    return gettext(
        "Revision %(revision)s is a line of a publication that ends with revision %(end)s: ask for %(end)s."
    ) % {"revision": revision, "end": end}


@dataclass(frozen=True, slots=True)
class NotedHead:
    """State of a treaty's record that a response shows: its head, and when it was recorded (None: before the first)."""

    treaty: Treaty
    text: str
    recorded_at: datetime | None


def note_head(request: HttpRequest, treaty: Treaty, revision: int) -> str:
    """Note and return the head of the record that the response will show. One query where it was not selected."""
    if getattr(treaty, "shown_revision", None) == revision:
        digest, moment = treaty.head_hash, treaty.head_at  # type: ignore[attr-defined]  # annotations of with_head
    else:
        shown = Revision.objects.filter(treaty=treaty, number=revision).values_list("hash", "recorded_at")
        digest, moment = shown.first() or (None, None)
    reach.note(treaty)
    noted = NotedHead(treaty, head_text(revision, digest), moment)
    request.META[_NOTED] = noted
    return noted.text


def noted_head(request: HttpRequest) -> NotedHead | None:
    """Return the head that was noted for the response, if it rests on one state of a record."""
    noted: NotedHead | None = request.META.get(_NOTED)
    return noted
