"""Clients of the API in Python and TypeScript, generated from its description into dist/clients (`make clients`).

No generated code is kept in the repository. The description lists groups and codes, so it is made from the bundled
facts, in a database of its own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
BIN = Path(sys.executable).parent
DESCRIBE = """
import sys, django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
# The tables as they are now: a database that is thrown away needs no history, which takes five seconds.
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("load_facts")
call_command("spectacular", urlconf="api.urls", api_version="1.0", format="openapi-json", file=sys.argv[1])
"""


def main() -> None:
    """Generate both clients, or the one named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", nargs="?", choices=["python", "typescript"], help="both if it is not named")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist" / "clients")
    parser.add_argument(
        "--description", type=Path, help="an OpenAPI document; made from the facts if not given"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    description = given.description or describe(given.out / "openapi.json")
    builders = {"python": python, "typescript": typescript}
    for client in [given.client] if given.client else builders:
        builders[client](description.absolute(), given.out.absolute() / client)


def describe(target: Path) -> Path:
    """Write the description of the API with the bundled facts."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-c", DESCRIBE, target.absolute()],
            cwd=PROJECT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "VAR_DIR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/facts.sqlite3",
            },
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return target


def python(description: Path, target: Path) -> None:
    """Generate the client for Python: a package that pip installs."""
    subprocess.run(
        [
            *(BIN / "openapi-python-client", "generate", "--path", description, "--meta", "setup"),
            *("--output-path", target, "--overwrite", "--config", HERE / "python" / "config.json"),
            "--fail-on-warning",
        ],
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        check=True,
    )
    shutil.copy(HERE / "python" / "README.md", target)


def typescript(description: Path, target: Path) -> None:
    """Generate the client for TypeScript with the generator that package-lock.json pins; needs npm."""
    shutil.copytree(HERE / "typescript", target, dirs_exist_ok=True)
    shutil.copy(description, target / "openapi.json")
    for command in (["ci", "--silent"], ["run", "--silent", "generate"], ["run", "--silent", "build"]):
        subprocess.run(["npm", *command], cwd=target, check=True)


if __name__ == "__main__":
    main()
