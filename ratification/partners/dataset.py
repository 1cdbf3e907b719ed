"""Data packages: a treaty's whole record as one zip of CSV files with a description (Frictionless)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from common.spreadsheets import cell_of, write_csv
from ratification.models import Dataset, Edition, Record, Revision
from ratification.partners.package_fields import table_schema
from ratification.partners.package_tables import TABLES, PackageTable
from ratification.record import selectors
from ratification.record.about import LICENCE
from ratification.record.heads import head_of
from ratification.record.reach import ADDED
from ratification.rules.document import status_document
from ratification.status import version
from treaty.legal_days import on_legal_day
from treaty.models import Treaty

_STAMP = (1980, 1, 1, 0, 0, 0)
"""Timestamp of every file in the zip: equal contents give equal bytes."""


def build(treaty_id: int, *, today: date, now: datetime) -> bool:
    """Build the data package of a treaty if there is none of this revision, day and edition.

    Returns:
        Whether it was built. A second run finds it and builds nothing.
    """
    treaty = Treaty.objects.get(pk=treaty_id)
    edition = Edition.present()
    revision = Record.objects.filter(treaty=treaty).values_list("revision", flat=True).first() or 0
    current = Dataset.objects.filter(treaty=treaty, edition=edition, revision=revision, as_of=today)
    if current.exists():
        return False
    content = package(treaty, as_of=today, revision=revision)
    with transaction.atomic():
        Dataset.objects.update_or_create(
            treaty=treaty,
            defaults={
                "edition": edition,
                "revision": revision,
                "as_of": today,
                "built_at": now,
                "sha256": hashlib.sha256(content).hexdigest(),
                "content": content,
            },
        )
        version.bump(treaty_id, ADDED)
    return True


def stale(now: datetime) -> list[int]:
    """Return the ids of the treaties whose package is behind their record, the day or the reference data."""
    edition = Edition.present()
    current = Dataset.objects.filter(
        on_legal_day(now), treaty=OuterRef("pk"), edition=edition, revision=F("treaty__record__revision")
    )
    return list(Treaty.objects.filter(~Exists(current), record__isnull=False).values_list("pk", flat=True))


def package(treaty: Treaty, *, as_of: date, revision: int) -> bytes:
    """Return the zip: `datapackage.json`, the CSV files with their sizes and checksums, and SHA256SUMS."""
    view = selectors.view_of(treaty, today=as_of, as_of=as_of, revision=revision)
    status = status_document(treaty.slug, as_of, revision, view.outcome, timezone=treaty.depositary_timezone)
    files = {"status.json": json.dumps(status, ensure_ascii=False, indent=1).encode()}
    chained = Revision.objects.filter(treaty=treaty, number__lte=revision).order_by("number")
    files["record.jsonl"] = "".join(f"{text}\n" for text in chained.values_list("text", flat=True)).encode()
    resources = []
    for table in TABLES:
        rows = [
            [cell_of(each) for each in _with_days(table.columns, row)] for row in table.rows(treaty, status)
        ]
        content = write_csv(list(table.columns), rows)
        files[f"{table.name}.csv"] = content
        resources.append(_resource(table, content))
    description = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{treaty.slug}-status",
        "title": treaty.title,
        "description": (
            "Who has signed, who has consented to be bound, and what follows from it. "
            "The depositary's own record is authoritative."
        ),
        "version": f"{revision}+{as_of}",
        "licenses": [LICENCE],
        "record_head": head_of(treaty, revision),
        "resources": resources,
    }
    files["datapackage.json"] = json.dumps(description, ensure_ascii=False, indent=1).encode()
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
    files["SHA256SUMS"] = ("\n".join(sums) + "\n").encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in sorted(files.items()):
            zipped.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _resource(table: PackageTable, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},  # else a reader guesses, and sentences have semicolons
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": table_schema(table.name, table.columns, table.key),
    }


def _with_days(columns: Iterable[str], row: Sequence[Any]) -> list[Any]:
    """Return a row with the days that are known (`.on`) before both bounds, which the tables' rows have."""
    cells = list(row)
    for place, name in enumerate(columns):
        if name.endswith(".on"):
            earliest, latest = cells[place : place + 2]
            cells.insert(place, earliest if earliest == latest else None)
    return cells
