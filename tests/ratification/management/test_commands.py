import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands, load_command_class

from ratification.management.base import Error
from treaty.models import Treaty


@pytest.mark.parametrize("command", ["status hanoi", "load_facts"])
def test_a_database_without_tables_gets_one_sentence(command: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    sentence = "Error: The database is not up to date with this release; run manage.py migrate.\n"
    assert ended.stderr == sentence


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["verify", "PLACE/noise"], "PLACE/noise: The file is neither an archive nor the texts of a record."),
        (["verify", "PLACE/nothing"], "PLACE/nothing: There are no revisions in it"),
        (["verify", "PLACE/gone"], "PLACE/gone cannot be read: No such file or directory."),
        (["restore", "PLACE/gone"], "PLACE/gone cannot be read: No such file or directory."),
        (["explain_clause", "PLACE/gone"], "PLACE/gone: is not a directory"),
        (["load_treaty", "PLACE/noise"], "PLACE/noise: is not a directory"),
        (["load_collection", "PLACE/gone"], "PLACE/gone is not a directory."),
        (
            ["load_text", "hanoi", "PLACE/noise", "--language", "en"],
            "PLACE/noise: The file is not text in UTF-8",
        ),
        (["note_bounces", "PLACE/noise"], "PLACE/noise is no mailbox: no message begins in it."),
        (["note_bounces", "PLACE"], "PLACE is no mailbox"),
        (["forecast", "gone"], "There is no treaty 'gone'; known: hanoi."),
        (["forecast", "hanoi", "--as-of", "tomorrow"], "argument --as-of: “tomorrow” is not a day"),
        (["forecast", "hanoi", "--since", "9000-01-01"], "--since is 9000-01-01, which is not before "),
    ],
)
def test_a_wrong_use_is_told_with_what_and_where(
    command: list[str],
    said: str,
    hanoi: Treaty,  # noqa: ARG001 - the treaty that is known
    tmp_path: Path,
) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00noise")
    (tmp_path / "nothing").touch()
    words = [word.replace("PLACE", str(tmp_path)) for word in command]
    with pytest.raises(Error, match="^" + re.escape(said.replace("PLACE", str(tmp_path)))):
        call_command(*words)


def test_migrate_makes_the_checks_that_other_commands_leave() -> None:
    """They load every page, which is most of what a short command would take."""
    parsers = {
        name: load_command_class("ratification", name).create_parser("manage.py", name)
        for name, app in get_commands().items()
        if app == "ratification"
    }
    checking = [name for name, parser in parsers.items() if not parser.get_default("skip_checks")]
    assert checking == ["migrate"]
