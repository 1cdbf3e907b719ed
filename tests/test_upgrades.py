"""A database of an earlier version upgrades with its data (see tests/upgrades/README.md)."""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder

from ratification.operations.roles import ROLES

UPGRADES = Path(__file__).parent / "upgrades"
UPGRADE = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("recompute", verbosity=0)
call_command("check_ledger", verbosity=0)
"""
ACCOUNTS = """
import json, sys, django
django.setup()
from django.contrib.auth.models import User
from ratification.models.second_factors import has_second_factor
from ratification.operations.accounts import has_guarded_role
people = User.objects.filter(is_active=True)
json.dump({user.username: [has_guarded_role(user), has_second_factor(user)] for user in people}, sys.stdout)
"""
STATES = """
import json, sys, django
django.setup()
from datetime import date
from ratification.record import selectors
from ratification.record.statements import statements_of
from treaty.models import Treaty
extract = selectors.extract_of(Treaty.objects.get(slug="hanoi"), today=date(2026, 11, 28))
said = statements_of(extract).of("BRA")
json.dump([{each.name: each.state for each in one.statement.provisions} for one in said], sys.stdout)
"""
LEDGER = (
    "id, state, entry, revision, taken_earliest, taken_latest, summary, note, reason, origin, created_at, published_at,"
    " author_id, reviewer_id, supersedes_id, treaty_id, participant_id, source_id"
)
KEPT = (
    "states_participant",
    "states_membership",
    "treaty_source",
    "treaty_article",
    "ratification_importrun",
    "ratification_difference",
    "ratification_contact",
    "ratification_partnertoken",
    "ratification_subscription",
    "auth_user",
    "auth_user_groups",
)


def contents(file: Path) -> dict[str, Any]:
    with sqlite3.connect(file) as database:

        def rows(query: str) -> list[Any]:
            return database.execute(query).fetchall()

        return {
            "actions": rows(f"SELECT {LEDGER} FROM ratification_action ORDER BY id"),  # noqa: S608 - no input
            "reports": rows(f"SELECT {LEDGER} FROM ratification_report ORDER BY id"),  # noqa: S608 - no input
            **{table: rows(f"SELECT count(*) FROM {table}") for table in KEPT},  # noqa: S608 - no input
            "accounts": rows("SELECT id, username, password, is_active, is_staff FROM auth_user ORDER BY id"),
            "roles": rows("SELECT name FROM auth_group ORDER BY name"),
        }


def run(script: str, folder: Path) -> str:
    """Run a script with the database of a folder; give what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize(("version", "actions"), [("441de3e", 90), ("96d1103", 901)])
def test_database_of_an_earlier_version_upgrades_with_its_data(
    tmp_path: Path, version: str, actions: int
) -> None:
    file = tmp_path / "tracker.sqlite3"
    with sqlite3.connect(file) as database:
        database.executescript(lzma.decompress((UPGRADES / f"{version}.sql.xz").read_bytes()).decode())
        database.execute("DELETE FROM auth_group_permissions")
    database.close()
    before = contents(file)
    assert len(before["actions"]) == actions
    run(UPGRADE, tmp_path)
    assert contents(file) == before
    if version == "96d1103":  # a reservation withdrawn in part, a declaration withdrawn whole
        assert json.loads(run(STATES, tmp_path)) == [
            {"13": "withdrawn", "63(2)": "standing"},
            {"40": "withdrawn"},
        ]
    if version == "441de3e":  # who reviews is asked to set up a second factor, which no account has
        assert json.loads(run(ACCOUNTS, tmp_path)) == {"clerk": [False, False], "reviewer": [True, False]}
    with sqlite3.connect(file) as database:
        query = (
            "SELECT name, count(*) FROM auth_group"
            " JOIN auth_group_permissions ON group_id = auth_group.id GROUP BY name"
        )
        assert dict(database.execute(query)) == {role: len(set(rights)) for role, rights in ROLES.items()}


@pytest.mark.django_db
def test_roles_are_set_anew_after_each_migrate() -> None:
    """A role that has lost or won a permission since is as the code has it, and a group of another name stays."""
    role, own = Group.objects.get(name="reviewer"), Group.objects.create(name="interns")
    before = set(role.permissions.all())
    role.permissions.set(Permission.objects.filter(codename="add_user"))
    own.permissions.set(Permission.objects.filter(codename="view_action"))
    for _ in range(2):
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        assert set(role.permissions.all()) == before
    assert [permission.codename for permission in own.permissions.all()] == ["view_action"]
    assert {group.name for group in Group.objects.all()} == {*ROLES, "interns"}


@pytest.mark.django_db
def test_roles_name_permissions_that_exist() -> None:
    held = {
        role: set(
            Group.objects.get(name=role).permissions.values_list(
                "content_type__app_label", "content_type__model", "codename"
            )
        )
        for role in ROLES
    }
    assert held == {
        role: {(app, model, f"{verb}_{model}") for app, model, verb in rights}
        for role, rights in ROLES.items()
    }


def test_migrations_run_frozen_code() -> None:
    """What a migration does must not change when the code does: it runs functions of its own folder only."""
    ours = {
        config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
    }
    live = [
        f"{app}.{name} runs {function.__module__}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in ours
        for operation in migration.operations
        if isinstance(operation, RunPython)
        for function in (operation.code, operation.reverse_code)
        if function and function is not RunPython.noop and ".migrations." not in function.__module__
    ]
    assert live == []
    for path in settings.BASE_DIR.glob("*/migrations/_*.py"):
        names = [
            line.split()[1] for line in path.read_text().splitlines() if line.startswith(("from ", "import "))
        ]
        assert [name for name in names if name.split(".")[0] in ours] == [], path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("old", "older than this version can migrate.*5b4da67"),
        ("new", "later version.*ratification.9999_of_next_year"),
    ],
)
def test_a_database_that_no_migration_leads_from_is_refused(change: str, said: str) -> None:
    """Django finds nothing to do on either, and says that all is well."""
    recorder = MigrationRecorder(connection)
    if change == "old":
        recorder.record_unapplied("ratification", "0001_tables")
        recorder.record_unapplied("ratification", "0012_listing")
        recorder.record_applied("ratification", "0001_initial")
    else:
        recorder.record_applied("ratification", "9999_of_next_year")
    with pytest.raises(CommandError, match=said):
        call_command("migrate", verbosity=0)
