"""Triggers that refuse to change or delete a published entry, also against SQL typed by hand.

The panel's roles, which this migration made at first, are made after each `migrate` now
(`ratification.operations.roles`).
"""

from django.db import migrations

from ratification.migrations import _triggers


class Migration(migrations.Migration):
    """Install the triggers."""

    replaces = [
        ("ratification", "0002_published_is_immutable"),
        ("ratification", "0006_roles"),
        ("ratification", "0008_partner_roles"),
    ]
    dependencies = [
        ("ratification", "0001_tables"),
        ("states", "0001_tables"),
        ("treaty", "0001_tables"),
    ]
    operations = [migrations.RunPython(_triggers.install, _triggers.remove)]
