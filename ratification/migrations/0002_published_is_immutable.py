"""Published entries cannot be changed or deleted, not even by SQL typed by hand."""

from django.db import migrations

from ratification import triggers


class Migration(migrations.Migration):
    """Install the triggers."""

    dependencies = [("ratification", "0001_initial")]
    operations = [migrations.RunPython(triggers.install, triggers.remove)]
