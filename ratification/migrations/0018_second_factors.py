"""Second factors of staff accounts, and their removal by two administrators; the address a link was sent to."""

import django.contrib.auth.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ratification.migrations import _decided


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('ratification', '0017_changes_numbered'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='The date and time when this device was initially created in the system.', null=True)),
                ('last_used_at', models.DateTimeField(blank=True, help_text='The most recent date and time this device was used.', null=True)),
                ('kind', models.CharField(choices=[('app', 'authenticator app'), ('passkey', 'passkey'), ('codes', 'recovery codes')], max_length=10)),
                ('sealed', models.TextField(help_text='What the device knows, encrypted.')),
                ('last_step', models.BigIntegerField(default=0, help_text="Time step of the last code, or a passkey's count of uses: none is accepted twice.")),
            ],
            options={
                'ordering': ['pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StaffRole',
            fields=[
            ],
            options={
                'verbose_name': 'role',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('auth.group',),
            managers=[
                ('objects', django.contrib.auth.models.GroupManager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='accountchange',
            name='ratification_accountchange_role',
        ),
        migrations.AddField(
            model_name='accountchange',
            name='email',
            field=models.EmailField(blank=True, help_text='Address to which the one-time link was sent; empty: it was handed over.', max_length=254),
        ),
        migrations.AlterField(
            model_name='accountchange',
            name='kind',
            field=models.CharField(choices=[('role', 'give a role'), ('access', 'access with a new password'), ('factor', 'remove the second factor')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'role'), ('role__isnull', False)), models.Q(('kind__in', ['access', 'factor']), ('role__isnull', True)), _connector='OR'), name='ratification_accountchange_role', violation_error_message='A change of roles names the role.'),
        ),
        migrations.AddConstraint(
            model_name='accountchange',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted__isnull', True), ('kind', 'factor')), fields=('user',), name='ratification_accountchange_factor_once', violation_error_message='This has been proposed already.'),
        ),
        migrations.AddField(
            model_name='secondfactor',
            name='user',
            field=models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        # SQLite has rebuilt a table, and dropped its triggers.
        migrations.RunPython(_decided.install, _decided.install),
    ]
