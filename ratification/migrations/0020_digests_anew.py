"""Stored statuses become stale, so that the job computes their digests of values with days as published."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def expire(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Name no edition and no digest: the sweep renews both within a minute."""
    apps.get_model("ratification", "TreatyStatus").objects.update(edition=0, digest="")


class Migration(migrations.Migration):
    dependencies = [("ratification", "0019_deliveries")]

    operations = [migrations.RunPython(expire, migrations.RunPython.noop)]
