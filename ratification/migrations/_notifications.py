"""Notifications that the entries of a database name already, each made from its first entry."""

from typing import Any

from django.apps.registry import Apps


def fill(apps: Apps, _schema_editor: object) -> None:
    """Write a notification for each number of a treaty."""
    notifications = apps.get_model("ratification", "Notification")._default_manager  # noqa: SLF001 - documented API
    told: dict[tuple[int, str], dict[str, Any]] = {}
    for name in ("Action", "TreatyFact"):
        entries = apps.get_model("ratification", name)._default_manager  # noqa: SLF001 - as above
        for entry in entries.exclude(notification="").order_by("pk").iterator():
            row = told.setdefault(
                (entry.treaty_id, entry.notification),
                {"entered_by_id": entry.author_id, "entered_at": entry.created_at, "source_id": None, "notified_on": None},
            )
            row["source_id"] = row["source_id"] or entry.source_id
            row["notified_on"] = row["notified_on"] or entry.notified_on
    made = [
        notifications.model(treaty_id=treaty, number=number, **more) for (treaty, number), more in told.items()
    ]
    notifications.bulk_create(made, batch_size=500)
