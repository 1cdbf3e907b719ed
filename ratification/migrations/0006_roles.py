"""The roles of the panel, and every trigger of the ledger (some are newer than the migration that first made them)."""

from django.db import migrations

from ratification import roles, triggers


class Migration(migrations.Migration):
    """Make the groups; install the triggers."""

    dependencies = [
        ("ratification", "0005_panel"),
        ("states", "0002_history"),
        ("treaty", "0003_history"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(roles.install, migrations.RunPython.noop),
        migrations.RunPython(triggers.install, migrations.RunPython.noop),
    ]
