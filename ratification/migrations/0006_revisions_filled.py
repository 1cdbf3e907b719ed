"""Revisions of the entries published so far, chained."""

from django.db import migrations

from ratification.migrations import _chain


class Migration(migrations.Migration):
    """Fill the table of revisions."""

    dependencies = [("ratification", "0005_revisions")]
    operations = [migrations.RunPython(_chain.fill, migrations.RunPython.noop)]
