"""The role that serves the site does its whole work, and cannot rewrite the record (PostgreSQL)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import ActionContent
from ratification.models import Action, Change
from ratification.operations import archive, database_roles, heartbeat, roles
from ratification.partners import dataset
from ratification.status import recompute as status
from ratification.status.editions import note_edition
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
ROLE = "site_of_the_tests"


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def site(hanoi: Treaty) -> Iterator[Treaty]:
    """The Convention in a database that this connection uses as the site does."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles: whoever can open the file can rewrite it.")
    execute(f"CREATE ROLE {ROLE}")
    database_roles.grant(connection, ROLE)
    execute(f"SET ROLE {ROLE}")
    yield hanoi
    execute("RESET ROLE")


FORBIDDEN = [
    "UPDATE ratification_revision SET text = 'x'",
    "DELETE FROM ratification_revision",
    "UPDATE ratification_change SET revision = 1",
    "DELETE FROM django_admin_log",
    "UPDATE states_historicalparticipant SET name = 'x'",
    "DELETE FROM django_migrations",
    "TRUNCATE ratification_action CASCADE",
    "DROP TRIGGER ratification_action_immutable ON ratification_action",
    "ALTER TABLE ratification_action DISABLE TRIGGER USER",
    "ALTER TABLE ratification_revision DISABLE TRIGGER ALL",
    "ALTER TABLE ratification_action DROP CONSTRAINT ratification_action_two_people",
    "DROP FUNCTION ratification_append() CASCADE",
    "CREATE OR REPLACE FUNCTION ratification_append() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE ratification_revision (LIKE public.ratification_revision)",
    "CREATE SCHEMA mine",
    "SET session_replication_role = replica",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
@pytest.mark.usefixtures("site")
def test_the_sites_role_cannot_rewrite_or_unguard_the_record(sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        execute(sql)


def test_the_triggers_bind_the_sites_role(site: Treaty) -> None:
    for sql in (
        "UPDATE ratification_action SET note = 'x' WHERE revision = 3",
        "DELETE FROM ratification_action WHERE revision = 3",
        f"UPDATE ratification_record SET revision = 5 WHERE treaty_id = {site.pk}",  # noqa: S608 - no input
    ):
        with (
            pytest.raises(DatabaseError, match=r"never changed or deleted|last revision"),
            transaction.atomic(),
        ):
            execute(sql)


def test_a_temporary_table_of_the_same_name_deceives_no_trigger(site: Treaty) -> None:
    """Without the right of the role, which an operator may give back: a session's temporary tables are found first."""
    execute("RESET ROLE")
    execute("CREATE TEMPORARY TABLE ratification_revision (LIKE public.ratification_revision) ON COMMIT DROP")
    execute(
        "INSERT INTO pg_temp.ratification_revision SELECT * FROM public.ratification_revision WHERE number < 5"
    )
    execute(f"GRANT ALL ON pg_temp.ratification_revision TO {ROLE}")
    execute(f"SET ROLE {ROLE}")
    with pytest.raises(DatabaseError, match="last revision"), transaction.atomic():
        execute(f"UPDATE public.ratification_record SET revision = 4 WHERE treaty_id = {site.pk}")  # noqa: S608 - no input


@pytest.mark.parametrize(
    "given",
    [
        "GRANT {owner} TO {role}",
        "GRANT between TO {role}",
        "ALTER ROLE {role} CREATEROLE",
        "GRANT pg_write_server_files TO {role}",
        "CREATE TABLE public.odd (id int); ALTER TABLE public.odd OWNER TO {role}",
    ],
)
def test_a_role_that_can_become_the_owner_is_refused(hanoi: Treaty, given: str) -> None:  # noqa: ARG001 - for its database
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    execute("CREATE ROLE owner_of_the_tests")
    execute("CREATE ROLE between; GRANT owner_of_the_tests TO between")
    execute("CREATE TABLE public.other (id int); ALTER TABLE public.other OWNER TO owner_of_the_tests")
    execute(f"CREATE ROLE {ROLE}")
    execute(given.format(owner="owner_of_the_tests", role=ROLE))
    with pytest.raises(database_roles.RoleError, match="one of its own"):
        database_roles.grant(connection, ROLE)


def test_the_sites_role_drafts_publishes_computes_and_serves(
    site: Treaty, say: Callable[..., ActionContent], now: datetime
) -> None:
    people = {}
    for name in (roles.DATA_ENTRY, roles.REVIEWER, roles.ADMINISTRATOR):
        people[name] = User.objects.create_user(name.replace(" ", "-"), is_staff=True)
        people[name].groups.set(Group.objects.filter(name=name))
    clerk = people[roles.DATA_ENTRY]
    entry = ledger.submit(
        ledger.draft(site, say("VNM ratification 2026-04-15"), author=clerk, now=now), by=clerk
    )
    client = Client()
    client.force_login(people[roles.REVIEWER], backend="django.contrib.auth.backends.ModelBackend")
    shown = to_text(shown_of(Action.objects.get(pk=entry.pk)))
    client.post(reverse("admin:ratification_action_publish", args=[entry.pk]), {"shown": shown})
    entry.refresh_from_db()
    assert entry.revision == site.revisions.count()
    ledger.discard(ledger.draft(site, say("AUT ratification 2026-04-15"), author=clerk, now=now), by=clerk)
    note_edition(now)
    status.recompute(site.pk, today=now.date(), now=now)
    status.recompute(site.pk, today=now.date(), now=now + timedelta(minutes=1))
    dataset.build(site.pk, today=now.date(), now=now)
    heartbeat.leave(heartbeat.BEAT, now=now)
    assert Change.objects.exists()
    for path in ("/", "/participants/", "/api/v1/treaties/hanoi/status/", "/admin/"):
        assert client.get(path).status_code == 200, path


def test_migrate_gives_the_rights_and_refuses_a_role_that_is_none(hanoi: Treaty) -> None:  # noqa: ARG001 - for its database
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    with (
        override_settings(SITE_DATABASE_ROLE="nobody_of_that_name"),
        pytest.raises(CommandError, match="has no role"),
    ):
        call_command("migrate", verbosity=0)
    with override_settings(SITE_DATABASE_ROLE="postgres"), pytest.raises(CommandError, match="superuser"):
        call_command("migrate", verbosity=0)
    execute(f"CREATE ROLE {ROLE}")
    with override_settings(SITE_DATABASE_ROLE=ROLE):
        call_command("migrate", verbosity=0)
    execute(f"SET ROLE {ROLE}")
    assert Action.objects.count() > 0
    execute("RESET ROLE")


def test_the_sites_role_cannot_restore(db: None, tmp_path: Path) -> None:  # noqa: ARG001 - for its database
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    archive.write(tmp_path / "empty.zip")
    execute(f"CREATE ROLE {ROLE}")
    database_roles.grant(connection, ROLE)
    execute(f"SET ROLE {ROLE}")
    with pytest.raises(archive.ArchiveError, match="as the owner of the tables"), transaction.atomic():
        archive.restore(tmp_path / "empty.zip")
    execute("RESET ROLE")
