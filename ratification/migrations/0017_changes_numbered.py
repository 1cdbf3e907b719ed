"""Changes are numbered within their treaty; those of before keep their ids as numbers, which partners have stored."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def number_as_before(apps: Any, _schema: Any) -> None:  # noqa: ANN401 - Django's signature
    """Give each change its id as its number."""
    apps.get_model("ratification", "Change").objects.update(number=F("pk"))


class Migration(migrations.Migration):
    dependencies = [("ratification", "0016_decided")]

    operations = [
        migrations.AlterModelOptions(name="change", options={"ordering": ["treaty", "number"]}),
        migrations.AddField("change", "number", models.PositiveIntegerField(null=True)),
        migrations.RunPython(number_as_before, migrations.RunPython.noop),
        migrations.AlterField(
            "change",
            "number",
            models.PositiveIntegerField(help_text="Place among the changes of the treaty."),
        ),
        migrations.AddConstraint(
            "change",
            models.UniqueConstraint(fields=["treaty", "number"], name="ratification_change_number"),
        ),
        migrations.AddField(
            "change",
            "place",
            models.PositiveIntegerField(
                blank=True,
                null=True,
                help_text=(
                    "Ordinal of a new signatory or contracting State; "
                    "empty where open or equal days leave it unclear."
                ),
            ),
        ),
        migrations.AddField(
            "change",
            "entry",
            models.PositiveIntegerField(
                blank=True, null=True, help_text="Revision of the entry that caused it."
            ),
        ),
        migrations.AddField(
            "change",
            "supersedes",
            models.PositiveIntegerField(
                blank=True, null=True, help_text="Revision of the entry that was corrected or retracted."
            ),
        ),
        migrations.AlterField(
            "change",
            "cause",
            models.CharField(
                max_length=10,
                choices=[
                    ("entry", "an entry was published"),
                    ("correction", "an entry was corrected"),
                    ("retraction", "an entry was retracted"),
                    ("day", "a day passed"),
                    ("reference", "reference data or rules changed"),
                ],
            ),
        ),
        migrations.AddField(
            "treatystatus",
            "digest",
            models.CharField(
                blank=True,
                default="",
                max_length=64,
                help_text="SHA-256 of the state to which the changes add up.",
            ),
            preserve_default=False,
        ),
    ]
