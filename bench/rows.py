"""The rows that every contender serves: where each participant stands under the Convention, as one SQL view."""

import sqlite3
from datetime import date
from pathlib import Path

VIEW = """
CREATE VIEW bench_standings AS
WITH listed AS (
  SELECT t.id AS treaty_id, MAX(f.taken_latest) AS known_until
    FROM treaty_treaty t LEFT JOIN ratification_treatyfact f
      ON f.treaty_id = t.id AND f.kind = 'known_until' AND f.revision IS NOT NULL
   WHERE t.slug = 'hanoi' GROUP BY t.id),
rows AS (
  SELECT p.*, s.standing, s.signed_earliest, s.signed_latest, s.consent_kind, s.consent_earliest, s.consent_latest,
         s.in_force_earliest, s.in_force_latest, s.counted, s.reason, l.treaty_id, l.known_until,
         s.id IS NULL AND l.known_until < '{today}' AND p.kind NOT IN ('territory', 'former_state', 'listed_state')
         AND (p.kind NOT IN ('reio', 'organization')
              OR EXISTS (SELECT 1 FROM states_group g WHERE g.organization_id = p.id)) AS is_unknown
    FROM listed l CROSS JOIN states_participant p
    LEFT JOIN ratification_standing s ON s.treaty_id = l.treaty_id AND s.participant_id = p.id
   WHERE s.id IS NOT NULL
      OR (COALESCE(p.valid_from, '') <= '{today}' AND COALESCE(p.valid_until, '9999') > '{today}'))
SELECT iso3 AS participant, name, kind, region, un_group, 'hanoi' AS treaty,
       COALESCE(standing, CASE WHEN is_unknown THEN 'unknown' ELSE 'none' END) AS standing,
       CASE WHEN signed_earliest = signed_latest THEN signed_earliest END AS signed_on,
       signed_earliest, signed_latest, consent_kind, consent_earliest, consent_latest,
       in_force_earliest, in_force_latest, COALESCE(counted, 0) AS counted,
       COALESCE(reason, CASE WHEN is_unknown THEN 'No signature and no consent to be bound is recorded until ' ||
         known_until || '; whether there was one later is not known.'
         ELSE 'No signature and no consent to be bound is recorded.' END) AS reason,
       (SELECT GROUP_CONCAT(DISTINCT o.key) FROM ratification_action a JOIN treaty_source o ON o.id = a.source_id
         WHERE a.participant_id = rows.id AND a.treaty_id = rows.treaty_id AND a.revision IS NOT NULL) AS sources
  FROM rows ORDER BY name
"""


def copy(source: Path, target: Path, today: date) -> None:
    """Copy a tracker's database, and put the view into the copy."""
    with sqlite3.connect(source) as tracker, sqlite3.connect(target) as copied:
        tracker.backup(copied)
        copied.execute("DROP VIEW IF EXISTS bench_standings")
        copied.execute(VIEW.format(today=today.isoformat()))
