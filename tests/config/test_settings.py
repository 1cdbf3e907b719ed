"""Settings are read from the environment, loudly; production is safe by default."""

import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from environs import EnvError

KEY = "a-key-that-is-long-enough-to-sign-with-0123456789-0123456789"
Read = Callable[..., dict[str, Any]]
PRODUCTION = {"TRACKER_ENV": "production", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "tracker.example"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Reads the settings anew, from exactly the given environment."""

    def read_settings(**environment: str) -> dict[str, Any]:
        for name in ("DATABASE_URL", "REDIS_URL", "TRACKER_ENV", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"VAR_DIR": str(tmp_path / "var"), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))

    return read_settings


def test_no_command_begins_with_a_warning() -> None:
    """Django prints what its checks find before each command, above the one sentence that says what was wrong."""
    assert run_checks() == []


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TRACKER_ENV": "staging"}, "TRACKER_ENV.*embedded, production"),
        ({"DEBUG": "perhaps"}, "DEBUG.*boolean"),
        ({"VAR_DIR": ""}, "VAR_DIR.*a folder of its own"),
        ({"VAR_DIR": str(settings.BASE_DIR)}, "VAR_DIR.*a folder of its own.*holds the project"),
        ({"VAR_DIR": str(settings.BASE_DIR / "config" / "..")}, "VAR_DIR.*a folder of its own"),
        ({"VAR_DIR": str(settings.BASE_DIR.parent)}, "VAR_DIR.*a folder of its own"),
        ({"ADMIN_PATH": "/a b"}, "ADMIN_PATH.*one word and a slash"),
        ({"DATABASE_URL": "mysql://localhost/tracker"}, "DATABASE_URL.*sqlite:// or postgresql://"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL.*redis://"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL.*WARNING"),
        ({"LOG_FORMAT": "poem"}, "LOG_FORMAT.*json"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "TRUSTED_PROXIES.*networks such as"),
        ({"ADMIN_NETWORKS": "everybody"}, "ADMIN_NETWORKS.*networks such as"),
        ({"LONGEST_BODY": "0"}, "LONGEST_BODY.*greater than or equal to 1"),
        ({"DATABASE_REPLICA_URL": "mysql://localhost/tracker"}, "DATABASE_REPLICA_URL.*postgresql://"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY.*at least 50"),  # pragma: allowlist secret
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY.*at least 50"),
        ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS.*at least one"),
        ({**PRODUCTION, "DEBUG": "true"}, "DEBUG.*production"),
        ({"TRACKER_ENV": "production", "ALLOWED_HOSTS": "tracker.example"}, "SECRET_KEY.*not set"),
        ({"TRACKER_ENV": "production", "SECRET_KEY": KEY}, "ALLOWED_HOSTS.*not set"),
        ({**PRODUCTION, "REDIS_URL": "redis://127.0.0.1:6379/0"}, "REDIS_URL has no password"),
    ],
)
def test_wrong_value_names_the_variable_and_what_is_allowed(
    read: Read, environment: dict[str, str], said: str
) -> None:
    with pytest.raises((EnvError, ImproperlyConfigured), match=said):
        read(**environment)


def test_secret_key_is_made_once_and_for_its_owner_alone(read: Read, tmp_path: Path) -> None:
    first, second = read(), read()
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").glob("secret-key*")] == ["secret-key"]


@pytest.mark.parametrize("name", ["secret-key", "contact-key"])
@pytest.mark.parametrize("content", [b"", b"cut off", b"\xff" * 60])
def test_damaged_key_is_refused_and_kept(read: Read, tmp_path: Path, name: str, content: bytes) -> None:
    """A new one in its place would log everybody out, or lose the contact points, without a word."""
    read()
    file = tmp_path / "var" / name
    file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=name):
        read()
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    "url",
    [
        "redis://:secret@cache/0",  # pragma: allowlist secret
        "rediss://site:secret@cache",  # pragma: allowlist secret
        "unix:///run/valkey",
    ],
)
def test_queue_with_a_password_or_a_socket_of_its_own_is_taken(read: Read, url: str) -> None:
    assert read(**PRODUCTION, REDIS_URL=url)["REDIS_URL"] == url


@pytest.mark.parametrize("before", [None, 0o755, 0o700])
def test_folder_of_the_embedded_shape_is_its_owners_alone(
    read: Read, tmp_path: Path, before: int | None
) -> None:
    """It has the database, and in it sessions; an earlier version left it open."""
    folder = tmp_path / "new" / "var"
    if before is not None:
        folder.mkdir(parents=True)
        (folder / "tracker.sqlite3").touch()
        folder.chmod(before)
    read(VAR_DIR=str(folder))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_empty_folder_made_for_the_site_is_closed_before_anything_is_in_it(
    read: Read, tmp_path: Path
) -> None:
    """As `mkdir` makes it for a restore drill in /tmp: who has opened the new database reads what comes into it."""
    folder = tmp_path / "drill"
    folder.mkdir()
    folder.chmod(0o755)
    read(VAR_DIR=str(folder), SECRET_KEY="x" * 50, CONTACT_KEY="y" * 50)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_folder_that_is_not_the_sites_own_is_left_as_it_is(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "notes.txt").touch()
    folder.chmod(0o755)
    read(VAR_DIR=str(folder), SECRET_KEY="x" * 50, CONTACT_KEY="y" * 50)
    assert folder.stat().st_mode & 0o777 == 0o755


def test_secret_can_stand_in_a_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    assert read(SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == KEY


def test_addresses_choose_the_shape(read: Read) -> None:
    embedded = read()
    assert embedded["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert embedded["CELERY_BROKER_URL"].startswith("filesystem://")
    production = read(DATABASE_URL="postgresql://tracker@db/tracker", REDIS_URL="redis://queue/0")
    assert production["DATABASES"]["default"]["ENGINE"].endswith("postgresql")
    assert production["CELERY_BROKER_URL"] == production["CACHES"]["default"]["LOCATION"] == "redis://queue/0"


def test_production_redirects_to_https_and_keeps_cookies_there(read: Read) -> None:
    production = read(**PRODUCTION)
    assert production["SECURE_SSL_REDIRECT"]
    assert production["SECURE_HSTS_SECONDS"] == 365 * 24 * 60 * 60
    assert production["SESSION_COOKIE_SECURE"]
    assert production["CSRF_COOKIE_SECURE"]
    assert "SECURE_PROXY_SSL_HEADER" not in production, "believed without a proxy, anybody could send it"
    assert "SECURE_PROXY_SSL_HEADER" in read(**PRODUCTION, TRUSTED_PROXIES="10.0.0.0/8")


@pytest.mark.django_db
def test_answers_carry_the_policies(client: Client) -> None:
    headers = client.get("/admin/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
@pytest.mark.parametrize(("dsn", "loaded"), [("", "False\n"), ("http://key@127.0.0.1:9/1", "True\n")])
def test_errors_are_reported_only_where_an_address_is_named(tmp_path: Path, dsn: str, loaded: str) -> None:
    """Off, not even the library is loaded."""
    said = subprocess.run(
        [sys.executable, "-c", "import config.settings, sys; print('sentry_sdk' in sys.modules)"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "SENTRY_DSN": dsn},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said == loaded


PANEL = """
import django, gc, sys
django.setup()
print(gc.get_freeze_count() > len(gc.get_objects()))
from django.contrib import admin
from ratification.models import Action
print("openpyxl" in sys.modules, admin.site.is_registered(Action))
admin.site.check(None)
print(admin.site.is_registered(Action))
"""


@pytest.mark.slow
def test_the_panel_is_loaded_where_it_is_checked_and_not_by_every_job(tmp_path: Path) -> None:
    """And what is loaded is searched for garbage no more."""
    said = subprocess.run(
        [sys.executable, "-c", PANEL],
        cwd=settings.BASE_DIR,
        env={"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said == "True\nFalse False\nTrue\n"


WEB = """
import sys
import config.wsgi
import openpyxl
unused = {"numpy", "jinja2", "pygments", "requests"}
print([name for name in sys.modules if name.partition(".")[0] in unused and sys.modules[name]])
import jinja2
"""


@pytest.mark.slow
def test_a_web_process_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", WEB],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said == "[]\n"


def test_mail_goes_to_files_or_to_the_server_that_is_named(read: Read) -> None:
    assert str(read()["EMAIL_FILE_PATH"]).endswith("mail")
    url = "smtp+tls://user:p%40ss@mail.example"  # pragma: allowlist secret
    server = {"EMAIL_URL": url, "EMAIL_FROM": "tracker@tracker.example"}
    found = read(**server)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (
        "mail.example",
        587,
        "p@ss",
    )
    assert found["EMAIL_USE_TLS"]
    assert read(**server | {"EMAIL_URL": "smtps://mail.example"})["EMAIL_PORT"] == 465
    for wrong, name in (
        ({"EMAIL_URL": "https://mail.example"}, "EMAIL_URL"),
        ({"EMAIL_FROM": "nobody"}, "EMAIL_FROM"),
    ):
        with pytest.raises(Exception, match=name):
            read(**server | wrong)


def test_production_takes_a_second_factor_and_nothing_turns_that_off(read: Read) -> None:
    assert read(**PRODUCTION, SECOND_FACTOR_REQUIRED="false")["SECOND_FACTOR_REQUIRED"]
    assert not read()["SECOND_FACTOR_REQUIRED"]
    assert read(SECOND_FACTOR_REQUIRED="true")["SECOND_FACTOR_REQUIRED"]
