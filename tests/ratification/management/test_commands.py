import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize("command", ["status hanoi", "load_facts"])
def test_a_database_without_tables_gets_one_sentence(command: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    sentence = "Error: The database is not up to date with this release; run manage.py migrate.\n"
    assert ended.stderr == sentence
