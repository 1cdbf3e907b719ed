"""What is wrong with the record, the stored status and what was read: `verdict.py [MARKS SEEN]` prints JSON.

Without files: only `stored`, the treaties whose stored status is not what its recomputation gives.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import django

django.setup()

from django.db import DatabaseError  # noqa: E402 - needs the settings
from django.utils import timezone  # noqa: E402

from ratification.models import Action, Record, Report, TreatyFact, TreatyStatus  # noqa: E402
from ratification.record import selectors  # noqa: E402
from treaty.models import Treaty  # noqa: E402


def stored() -> list[str]:
    """The treaties whose stored status differs from its recomputation, or is missing."""
    now = timezone.now()
    wrong = []
    for treaty in Treaty.objects.all():
        status = TreatyStatus.objects.filter(treaty=treaty).first()
        if status is None or status.document != selectors.canonical(
            selectors.view_of(treaty, today=treaty.legal_day(now))
        ):
            wrong.append(treaty.slug)
    return wrong


def record(marks: list[str]) -> dict[str, list[str]]:
    """The confirmed entries that are not there once, and the revisions that are missing."""
    found = Counter(
        Action.objects.filter(note__startswith="storm ", state="published").values_list("note", flat=True)
    )
    gaps = []
    for head in Record.objects.select_related("treaty"):
        numbers = sorted(
            int(revision or 0)
            for entries in (Action, Report, TreatyFact)
            for revision in entries._default_manager.filter(  # noqa: SLF001 - documented API
                treaty=head.treaty, revision__isnull=False
            ).values_list("revision", flat=True)
        )
        if numbers != list(range(1, head.revision + 1)):
            gaps.append(head.treaty.slug)
    return {
        "lost": [mark for mark in marks if not found[mark]],
        "doubled": [mark for mark, times in found.items() if times > 1],
        "gaps": gaps,
    }


def wrong_answers(bodies: list[str]) -> list[str]:
    """The answers that differ from the recomputation of the day and the revision that they name."""
    treaty = Treaty.objects.get(slug="hanoi")
    today = treaty.legal_day(timezone.now())
    wrong = []
    for body in bodies:
        said = json.loads(body)
        view = selectors.view_of(
            treaty, today=today, as_of=date.fromisoformat(said["as_of"]), revision=said["revision"]
        )
        right = json.loads(selectors.canonical(view))
        if {name: said.get(name) for name in right} != right:
            wrong.append(f"{said['as_of']}, revision {said['revision']}")
    return wrong


def main() -> None:
    """Judge."""
    try:
        verdict = {"stored": stored()}
    except DatabaseError as error:
        verdict = {"stored": [str(error)]}
    if len(sys.argv) > 1:
        marks, seen = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
        verdict |= record(marks) | {"wrong": wrong_answers(seen["bodies"])}
    json.dump(verdict, sys.stdout)


if __name__ == "__main__":
    main()
