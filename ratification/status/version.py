"""Version of all stored data that public pages show.

Publications move a record's `revision`; reference data have an edition; changes of the stored status move the record's
`version`, and all others that a page shows (comparisons with the depositary, data packages, forecasts, drawings) its
`additions`. They are counted in the transaction that writes, so the version changes for every process when the data do,
and never before. The sweep notices a change of reference data within seconds.
"""

from collections.abc import Collection, Sequence

from django.db import connections, router
from django.db.models import F

from ratification.models import Record
from ratification.record.reach import ADDED, NOT_PUBLISHED, STATUS, Reach, version_text, versions_of

# Sums over one small row a treaty. In SQL, since it runs before every response: the ORM would take longer to build the
# query than a database to answer it.
_STATE = """
SELECT SUM(revision), SUM(version), SUM(additions), MAX(published_at),
       (SELECT digest FROM ratification_edition ORDER BY id DESC LIMIT 1)
FROM ratification_record
"""


def site_version(database: str | None = None) -> str:
    """Return the version in a database, by default that of reads. One query; raises DatabaseError as that does."""
    with connections[database or router.db_for_read(Record)].cursor() as cursor:
        cursor.execute(_STATE)
        return " ".join(map(str, cursor.fetchone()))


_EDITION = "SELECT digest FROM ratification_edition ORDER BY id DESC LIMIT 1"


def version_of(treaties: Sequence[int] | None, parts: Collection[str]) -> str:
    """Return the version of what rests on some treaties: on reference data alone, if there are none; None is all.

    `parts` are the parts of their versions that count beside what is published (`reach.STATUS`, `reach.ADDED`).

    One query; raises DatabaseError as that does.
    """
    if treaties is None:
        return _counting(site_version(), parts)
    if treaties:
        return version_text(versions_of(treaties), parts)
    with connections[router.db_for_read(Record)].cursor() as cursor:
        cursor.execute(_EDITION)
        row = cursor.fetchone()
        return str(row[0]) if row else "None"


def version_noted(noted: Reach, site: str) -> str:
    """Return the version of what was noted for a response, as `version_of` gives it.

    Args:
        noted: what the response rests on.
        site: the version of everything, read before the response was computed.
    """
    if noted.treaties is None:
        return _counting(site, noted.parts)
    return (
        noted.version if noted.treaties else site.rpartition(" ")[2]
    )  # the digest of the edition stands last


def _counting(site: str, parts: Collection[str]) -> str:
    """Return a version of everything, without what is published where that does not count."""
    if NOT_PUBLISHED not in parts:
        return site
    _revisions, versions, additions, *_moment, edition = site.split(" ")
    counted = {STATUS: versions, ADDED: additions}
    return " ".join([*(count for part, count in counted.items() if part in parts), edition])


def bump(treaty_id: int, part: str) -> None:
    """Count a visible change of a treaty that is not a publication, within the transaction that makes it.

    Args:
        treaty_id: the treaty.
        part: what changes: `reach.STATUS` or `reach.ADDED`.
    """
    counter = {STATUS: "version", ADDED: "additions"}[part]
    if not Record.objects.filter(treaty=treaty_id).update(**{counter: F(counter) + 1}):
        Record.objects.get_or_create(treaty_id=treaty_id, defaults={counter: 1})
