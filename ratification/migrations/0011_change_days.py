"""Days of the act behind each change; those of earlier changes are read from the values that they hold."""

import calendar
from datetime import date, timedelta
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _interval(text: object) -> tuple[date, date] | None:
    """Return the first and the last day of an EDTF text; None for an open end, and for anything else."""
    if not isinstance(text, str) or text.endswith("..") or not text:
        return None
    first, _, last = text.partition("/")
    return _whole(first)[0], _whole(last or first)[1]


def _whole(text: str) -> tuple[date, date]:
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    first, last = (month, month) if month else (1, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _earliest(values: dict[str, Any], as_of: date) -> date:
    """Return the first day on which the act may have been taken of which `as_of` is the last."""
    consent = values.get("consent") or {}
    for text in (values.get("signed"), consent.get("date"), values.get("in_force"), values.get("taken")):
        days = _interval(text)
        if days and days[1] == as_of:
            return days[0]
    opens, closes = _interval(values.get("opens")), _interval(values.get("closes"))
    if opens and opens[1] == as_of:
        return opens[0]
    if closes and closes[1] + timedelta(days=1) == as_of:
        return closes[0] + timedelta(days=1)
    return as_of


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 - Django's signature
    """Fill the days of earlier changes; a number has those of the standings that moved it."""
    change = apps.get_model("ratification", "Change")
    moved: dict[tuple[int, int, date], date] = {}
    rows = list(change.objects.order_by("pk"))
    for row in rows:
        row.happened_earliest = _earliest(row.after or row.before or {}, row.as_of)
        if row.subject == "standing":
            key = row.treaty_id, row.revision, row.as_of
            moved[key] = min(moved.get(key, row.as_of), row.happened_earliest)
    for row in rows:
        if row.subject in {"count", "threshold", "entry_into_force"}:
            row.happened_earliest = moved.get((row.treaty_id, row.revision, row.as_of), row.as_of)
    change.objects.bulk_update(rows, ["happened_earliest"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("ratification", "0010_stage_words")]

    operations = [
        migrations.AddField("change", "happened_earliest", models.DateField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "change",
            "happened_earliest",
            models.DateField(help_text="First day on which the act behind it may have been taken."),
        ),
    ]
