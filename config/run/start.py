"""Start of the embedded shape (`make run`): prepare the record, then serve until asked to stop."""

import os
import signal
import socket
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections
from environs import Env, EnvError, validate

from common.accounts import AccountError, become_owner
from common.exclusive import TakenError, hold_port, lock_folder
from common.lifetime import end_with_parent
from config.run.assets import collect
from config.run.processes import serve

PROJECT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run every step, then the Procfile's processes at HOST and PORT (127.0.0.1 and 8000 by default).

    Ends with them: on Ctrl-C, on SIGTERM, when the terminal closes, or when one of them dies again and again. Exits
    with 0 after a request to stop, and with 1 and a sentence if it cannot start or go on.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.umask(0o077)  # what the site writes is its owner's alone
    end_with_parent(signal.SIGTERM)  # which is make
    try:
        become_owner(PROJECT)
        held = _held_address()  # until this process ends
        lock_folder(settings.VAR_DIR)
        prepare()
    except (EnvError, ImproperlyConfigured, CommandError, TakenError, AccountError) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        sys.exit(
            f"The database {settings.DATABASES['default']['NAME']} cannot be used: {str(error).strip()}."
            " Nothing was served; docs/operations.md says how to restore a backup."
        )
    except OSError as error:
        sys.exit(
            f"Cannot start: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}."
        )
    except KeyboardInterrupt:
        sys.exit("Interrupted: the next start goes on from here.")
    host, port = held.getsockname()[:2]
    with suppress(OSError):  # a full disk does not keep the site from serving
        sys.stdout.write(f"\nServing http://{host}:{port}/ - Ctrl-C ends it.\n\n")
        sys.stdout.flush()
    environment = {
        **os.environ,
        "HOST": host,
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
    }
    sys.exit(serve(settings.BASE_DIR / "Procfile", environment))


def _held_address() -> socket.socket:
    """Hold HOST and PORT of the environment; raises CommandError if the address cannot be served."""
    env = Env()
    host = env.str("HOST", "127.0.0.1")
    port = env.int("PORT", 8000, validate=validate.Range(1, 65535))
    try:
        return hold_port(host, port)
    except OSError as error:
        raise CommandError(
            f"Cannot serve on {host}:{port}: {error.strerror}. End what runs there, or choose another"
            f" port: PORT={port % 65535 + 1} make run"
        ) from error


def prepare() -> None:
    """Bring database, facts, status and assets up to date; raises CommandError if a step fails."""
    import django  # noqa: PLC0415  (the settings are read here, so that a wrong one is a sentence)

    django.setup()
    begun = settings.VAR_DIR / "begun"
    check_database(begun)
    with ProcessPoolExecutor(max_workers=1, initializer=_leave_ctrl_c_to_the_parent) as pool:
        rest = pool.submit(_prepare_the_rest)
        # Each is safe to repeat: a second start changes nothing.
        call_command("migrate", verbosity=0)
        call_command("load_facts")
        call_command("recompute")
        call_command("status", settings.ROOT_TREATY)
        rest.result()
    begun.touch()
    connections.close_all()


def check_database(begun: Path) -> None:
    """Check that the database is whole before anything is written to it.

    Raises:
        CommandError: if the file is gone or empty although the mark `begun` says that it has been served: a new record
            would take its place without a word.
        DatabaseError: if it is damaged.
    """
    if connection.vendor != "sqlite":
        return
    file = Path(settings.DATABASES["default"]["NAME"])
    if not (file.exists() and file.stat().st_size):
        if begun.exists():
            raise CommandError(
                f"The database {file} is gone or empty, and it has been served before. Nothing was changed: put it"
                f" back, or restore a backup (docs/operations.md). To begin a new record, remove {begun}."
            )
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        (found,) = cursor.fetchone()
    if found != "ok":
        raise DatabaseError(found)


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(signal.SIGTERM)


def _prepare_the_rest() -> None:
    """Prepare texts and assets, and compile the pages' modules once: without a database, on another core."""
    import django  # noqa: PLC0415

    django.setup()
    call_command("compilemessages")
    collect(settings.STATIC_ROOT, settings.VAR_DIR / "static.sha256")
    if not (settings.VAR_DIR / "begun").exists():
        import config.wsgi  # noqa: F401, PLC0415  (Python keeps them compiled for the web process)


if __name__ == "__main__":
    main()
