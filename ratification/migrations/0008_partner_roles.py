"""Administrators may register partner sites."""

from django.db import migrations

from ratification import roles


class Migration(migrations.Migration):
    """Make the groups anew, now with the permissions for partner sites."""

    dependencies = [("ratification", "0007_api")]
    operations = [migrations.RunPython(roles.install, migrations.RunPython.noop)]
