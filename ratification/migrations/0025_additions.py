"""A counter of its own for what is added beside the stored status, so that neither empties what rests on the other."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ratification', '0024_notifications'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            # Django would make the table anew on SQLite, which drops its triggers.
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE "ratification_record" ADD COLUMN "additions" integer NOT NULL DEFAULT 0'
                    ' CHECK ("additions" >= 0)',
                    'ALTER TABLE "ratification_record" DROP COLUMN "additions"',
                ),
            ],
            state_operations=[
                migrations.AddField(
                    model_name='record',
                    name='additions',
                    field=models.PositiveIntegerField(
                        db_default=0,
                        help_text='Counts what else was added to what is shown: drawings, forecasts, comparisons, data packages.',
                    ),
                ),
                migrations.AlterField(
                    model_name='record',
                    name='version',
                    field=models.PositiveIntegerField(
                        default=0,
                        help_text='Counts the changes of the stored status (ratification.status.version).',
                    ),
                ),
            ],
        ),
    ]
