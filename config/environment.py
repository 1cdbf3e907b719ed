"""Settings from environment variables or files, with checks that name the variable."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, ValidationError, validate

Network = IPv4Network | IPv6Network

SQLITE = "config.sqlite3"
"""The site's backend for SQLite."""
KEY_LENGTH = 50
"""Fewest characters of a secret key."""

env = FileAwareEnv()  # NAME_FILE names a file that holds the value of NAME


def is_set(name: str) -> bool:
    """Return whether a variable is given, by value or by file."""
    return name in os.environ or f"{name}_FILE" in os.environ


def networks(name: str, *default: str) -> list[Network]:
    """Read networks such as `10.0.0.0/8,::1` from a variable.

    Raises:
        environs.EnvError: naming the variable, if one of them is not a network.
    """
    return env.list(name, [ip_network(network) for network in default], subcast=_network)


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ValidationError(
            f"Must be networks such as 10.0.0.0/8, separated by commas: {error}."
        ) from error


def database(name: str, default: str | None = None) -> dict[str, Any]:
    """Read a database's address from a variable, and return Django's settings for it.

    Raises:
        environs.EnvError: if it is missing without a default, or leads to neither SQLite nor PostgreSQL.
    """
    scheme = validate.Regexp(
        r"^(sqlite|postgres|postgresql)://", error="Must begin with sqlite:// or postgresql://."
    )
    address = env.str(name, default, validate=scheme) if default else env.str(name, validate=scheme)
    found: dict[str, Any] = dict(
        dj_database_url.parse(address.strip(), conn_max_age=60, conn_health_checks=True)
    )
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["ENGINE"] = SQLITE
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # writers queue up at the start instead of failing half-way
            "timeout": 20,
            # Each thread of a web process has a connection, which else keeps 2 MB of pages and 1 MB of statements.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-256;",
            "cached_statements": 32,
        }
    else:
        # A database that is away is noticed within seconds, and so is a connection that it left behind.
        found["OPTIONS"] = {
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            **found.get("OPTIONS", {}),
        }
    return found


def own_folder(name: str, project: Path) -> Path:
    """Read the folder that the site writes to from a variable; without it, `var` in the project.

    It is not the project itself, nor a folder around it: the site would put its keys among the sources, from where
    they are committed, and its static files over their originals.

    Raises:
        environs.EnvError: naming the variable, if it is empty or leads there.
    """

    def apart(folder: Path) -> None:
        if project.is_relative_to(folder.resolve()):
            raise ValidationError(f"Must be a folder of its own: {folder.resolve()} holds the project.")

    return env.path(name, project / "var", validate=apart).absolute()


def databases(var_dir: Path) -> dict[str, dict[str, Any]]:
    """Read the database's address, by default a file of the folder, and that of a replica if there is one."""
    found = {"default": database("DATABASE_URL", f"sqlite:///{var_dir / 'tracker.sqlite3'}")}
    if found["default"]["ENGINE"] == SQLITE:
        private_folder(var_dir)
    if is_set("DATABASE_REPLICA_URL"):  # public reads go there; see config/middleware/replica.py
        replica = database("DATABASE_REPLICA_URL")
        if "connect_timeout" in replica["OPTIONS"]:
            replica["OPTIONS"]["connect_timeout"] = 2  # the primary stands by
        # What is read from it has a limit, which a server-side cursor would not have.
        found["replica"] = {**replica, "DISABLE_SERVER_SIDE_CURSORS": True, "TEST": {"MIRROR": "default"}}
    return found


_KEPT = ("tracker.sqlite3", "secret-key")


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and close one that an earlier version left open.

    It has the database, and in it sessions and passwords. A folder that holds other things, and neither database nor
    key, is not the site's own, and stays as it is.
    """
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    elif (
        folder.stat().st_uid == os.getuid()
        and folder.stat().st_mode & 0o077
        and (any((folder / name).exists() for name in _KEPT) or not any(folder.iterdir()))
    ):
        folder.chmod(0o700)


def embedded_secret_key(folder: Path, name: str = "secret-key") -> str:
    """Return the secret key of the folder, made on first use and readable only by its owner.

    Raises:
        ImproperlyConfigured: if the file is there and holds no key: another one in its place would log everybody out,
            or lose what was sealed with it, without a word.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # fails where another process was first, so that all use one key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        key = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read: {error}.") from error
    if len(key) < KEY_LENGTH:
        raise ImproperlyConfigured(
            f"{path} is empty or cut off. Put back the key that it had, or delete the file: then a new one is made, and"
            " what the old one signed or sealed (sessions; details of contact points) is lost."
        )
    return key


def mail(var_dir: Path) -> dict[str, Any]:
    """Read EMAIL_URL and EMAIL_FROM, and return Django's settings for them.

    Raises:
        environs.EnvError: naming the variable, if it leads to no mail server.
    """
    if not env.str("EMAIL_URL", "").strip():
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": var_dir / "mail",
            "DEFAULT_FROM_EMAIL": env.str("EMAIL_FROM", "tracker@localhost"),
        }
    kinds = r"^smtp(s|\+tls)?://[^/]"
    error = "Must begin with smtp+tls:// (port 587), smtps:// (port 465) or smtp:// (port 25)."
    server = urlsplit(env.str("EMAIL_URL", validate=validate.Regexp(kinds, error=error)).strip())
    tls, ssl = server.scheme == "smtp+tls", server.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "common.mail.BoundedBackend",
        "EMAIL_HOST": server.hostname,
        "EMAIL_PORT": server.port or (587 if tls else 465 if ssl else 25),
        "EMAIL_HOST_USER": unquote(server.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(server.password or ""),
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
        "EMAIL_TIMEOUT": 10,  # seconds; the page that sends a message waits for it
        "DEFAULT_FROM_EMAIL": env.str(
            "EMAIL_FROM", validate=validate.Email(error="Must be an e-mail address.")
        ),
    }
