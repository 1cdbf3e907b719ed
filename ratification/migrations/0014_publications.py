from django.db import migrations, models

from ratification.migrations import _append_only


class Migration(migrations.Migration):

    dependencies = [
        ('ratification', '0013_reference_changes'),
    ]

    operations = [
        # SQLite makes the table anew, and refuses that while triggers of other tables read it.
        migrations.RunPython(_append_only.remove, _append_only.install),
        migrations.AddField(
            model_name='revision',
            name='ends_publication',
            field=models.BooleanField(db_default=True, help_text="False for a line of a set that was published as one: only the set's last revision is a state."),
        ),
        migrations.RunPython(_append_only.install, _append_only.remove),
    ]
