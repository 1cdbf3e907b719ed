"""Triggers that keep the audit log, and changes that a second person has decided."""

from django.db import migrations

from ratification.migrations import _decided


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [
        ("ratification", "0015_forecasts"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [migrations.RunPython(_decided.install, _decided.remove)]
