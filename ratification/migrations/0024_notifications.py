"""Notifications as rows of their own; those that entries name already are filled in from them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ratification.migrations._notifications import fill

OLD, NEW = "ratification/action/notification/", "ratification/notification/add/"


def move_forms(apps, _schema_editor):
    """Have unfinished forms of a notification offered where the form is now."""
    for form in apps.get_model("ratification", "UnfinishedForm")._default_manager.filter(address__endswith=OLD):
        form.address = form.address.removesuffix(OLD) + NEW
        form.save(update_fields=["address"])


class Migration(migrations.Migration):

    dependencies = [
        ('ratification', '0023_followers'),
        ('states', '0005_responsibility_history'),
        ('treaty', '0005_official_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['treaty', 'notification'], name='ratification_action_told'),
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='E.g. C.N.196.2025.TREATIES-XVIII.16.', max_length=80)),
                ('notified_on', models.DateField(blank=True, help_text="The notification's own date.", null=True, verbose_name='dated')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('fr', 'French')], help_text='Of the notification; translations in it are in this language.', max_length=2)),
                ('text', models.TextField(blank=True, help_text='As it was pasted.')),
                ('in_force', models.JSONField(blank=True, default=dict, help_text="Day of entry into force that it prints, by the participant's code.")),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='treaty.source')),
                ('treaty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='treaty.treaty')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('treaty', 'number'), name='ratification_notification_number', violation_error_message='The treaty has a notification of this number already.'),
                    models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='ratification_notification_numbered', violation_error_message='A notification has a number.'),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(move_forms, migrations.RunPython.noop, elidable=True),
    ]
