"""Treaties entered by forms, which a second administrator accepts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ratification', '0020_digests_anew'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TreatyProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, help_text='Why the change is right.')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('accepted', models.BooleanField(blank=True, help_text='Empty: not decided yet.', null=True)),
                ('slug', models.SlugField(help_text='Stable identifier in addresses and commands.')),
                ('title', models.TextField(help_text='Full title.')),
                ('files', models.JSONField(help_text='Content of treaty.toml and of the tables beside it, by name.')),
                ('trial_acts', models.TextField(blank=True, help_text='Acts of a known case: participant, kind, taken_on; one a line.')),
                ('trial_day', models.DateField(blank=True, help_text='Official day of entry into force of the known case.', null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='ratification_treatyproposal_two_people', violation_error_message='A change is decided by somebody other than its proposer.'), models.CheckConstraint(condition=models.Q(models.Q(('accepted__isnull', True), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('accepted__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='ratification_treatyproposal_decided', violation_error_message='A decision has its moment and the person who took it.'), models.UniqueConstraint(condition=models.Q(('accepted__isnull', True)), fields=('slug',), name='ratification_treatyproposal_once', violation_error_message='A treaty of this name has been proposed already.')],
            },
        ),
    ]
