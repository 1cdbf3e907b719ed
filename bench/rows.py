"""The rows that every contender serves: where each participant stands under the Convention, as one SQL view."""

import sqlite3
from datetime import date
from pathlib import Path

VIEW = """
CREATE VIEW bench_standings AS
SELECT p.iso3 AS participant, p.name, p.kind, p.region, p.un_group, t.slug AS treaty,
       COALESCE(s.standing, 'none') AS standing,
       CASE WHEN s.signed_earliest = s.signed_latest THEN s.signed_earliest END AS signed_on,
       s.signed_earliest, s.signed_latest, s.consent_kind, s.consent_earliest, s.consent_latest,
       s.in_force_earliest, s.in_force_latest, COALESCE(s.counted, 0) AS counted,
       COALESCE(s.reason, 'No signature and no consent to be bound is recorded.') AS reason,
       (SELECT GROUP_CONCAT(DISTINCT o.key) FROM ratification_action a JOIN treaty_source o ON o.id = a.source_id
         WHERE a.participant_id = p.id AND a.treaty_id = t.id AND a.revision IS NOT NULL) AS sources
  FROM treaty_treaty t CROSS JOIN states_participant p
  LEFT JOIN ratification_standing s ON s.treaty_id = t.id AND s.participant_id = p.id
 WHERE t.slug = 'hanoi' AND (s.id IS NOT NULL
       OR (COALESCE(p.valid_from, '') <= '{today}' AND COALESCE(p.valid_until, '9999') > '{today}'))
 ORDER BY p.name
"""


def copy(source: Path, target: Path, today: date) -> None:
    """Copy a tracker's database, and put the view into the copy."""
    with sqlite3.connect(source) as tracker, sqlite3.connect(target) as copied:
        tracker.backup(copied)
        copied.execute("DROP VIEW IF EXISTS bench_standings")
        copied.execute(VIEW.format(today=today.isoformat()))
