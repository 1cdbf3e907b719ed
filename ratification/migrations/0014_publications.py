from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ratification.migrations import _append_only


def remove_on_sqlite(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers where the table is made anew: SQLite refuses that while triggers of other tables read it."""
    if schema_editor.connection.vendor == "sqlite":
        _append_only.remove(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('ratification', '0013_reference_changes'),
    ]

    operations = [
        migrations.RunPython(remove_on_sqlite, _append_only.install),
        migrations.AddField(
            model_name='revision',
            name='ends_publication',
            field=models.BooleanField(db_default=True, help_text="False for a line of a set that was published as one: only the set's last revision is a state."),
        ),
        migrations.RunPython(_append_only.install, remove_on_sqlite),
    ]
