"""What every public answer follows from beside its address and the day, as one short text that changes with any of it.

Publications move a record's `revision`; the reference data have their edition; whatever else a page shows and no
revision numbers (changes of the stored status, comparisons with the depositary, data packages, drawings) moves the
record's `version`. They are counted in the transaction that writes, so the text changes at the moment at which the
answer does: for every process, and never before. A change of reference data is noticed within seconds, by the sweep.
"""

from django.db import connections, router
from django.db.models import F

from ratification.models import Record

# Sums over one small row a treaty. By hand, since it is asked before every answer: the model layer would take longer
# to write the query than any database to answer it.
_STATE = """
SELECT SUM(revision), SUM(version), MAX(published_at),
       (SELECT digest FROM ratification_edition ORDER BY id DESC LIMIT 1)
FROM ratification_record
"""


def site_version() -> str:
    """Return the state of everything that is stored and shown. One query; raises DatabaseError as that does."""
    with connections[router.db_for_read(Record)].cursor() as cursor:
        cursor.execute(_STATE)
        return " ".join(map(str, cursor.fetchone()))


def bump(treaty_id: int) -> None:
    """Count a change of what is shown of a treaty that is no publication; within the transaction that makes it."""
    if not Record.objects.filter(treaty=treaty_id).update(version=F("version") + 1):
        Record.objects.get_or_create(treaty_id=treaty_id, defaults={"version": 1})
