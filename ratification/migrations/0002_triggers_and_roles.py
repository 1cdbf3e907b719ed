"""Published entries cannot be changed or deleted, not even by SQL typed by hand; and the roles of the panel."""

from django.db import migrations

from ratification.models import triggers
from ratification.operations import roles


class Migration(migrations.Migration):
    """Install the triggers; make the groups."""

    replaces = [
        ("ratification", "0002_published_is_immutable"),
        ("ratification", "0006_roles"),
        ("ratification", "0008_partner_roles"),
    ]
    dependencies = [
        ("ratification", "0001_tables"),
        ("states", "0001_tables"),
        ("treaty", "0001_tables"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(triggers.install, triggers.remove),
        migrations.RunPython(roles.install, migrations.RunPython.noop),
    ]
