"""Triggers that let a record only grow at its end, also against SQL typed by hand."""

from django.db import migrations

from ratification.migrations import _append_only


class Migration(migrations.Migration):
    """Install the triggers; apart from the rows of the migration before, which PostgreSQL still has to check."""

    dependencies = [("ratification", "0006_revisions_filled")]
    operations = [migrations.RunPython(_append_only.install, _append_only.remove)]
