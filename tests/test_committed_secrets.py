"""The check for committed secrets finds them in each way in which a file is read."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings

KEY = "AKIA" + "QYLPMN5HHHFPZAM2"  # whole only in the files below
WORD = "hunter2xK9qLm4z"
FILES = {
    "clean.py": "x = 1\n",
    "named.py": f'x = 1\naws = "{KEY}"\n',
    "spoken.py": f'password = "{WORD}"\n',
    "nested.yml": f"services:\n  web:\n    password: {WORD}\n",
    "plain.env": f"PASSWORD={WORD}\n",
    "told.md": f"Log in with {KEY}.\n",
}


def search(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, settings.BASE_DIR / ".ci/committed_secrets.py", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_secret_is_found_and_nothing_else(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    done = search(tmp_path, *FILES)
    assert done.returncode == 1, done.stderr
    assert {name for name in FILES if f"{name}:" in done.stdout} == FILES.keys() - {"clean.py"}, done.stdout


def test_a_secret_is_found_in_a_file_that_had_none(tmp_path: Path) -> None:
    """What has passed is not searched again, as long as it stays what it was."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "settings.py").write_text("x = 1\n")
    assert search(tmp_path, "settings.py").returncode == 0
    passed = (tmp_path / ".venv/without_secrets.txt").read_text()
    assert passed
    (tmp_path / "settings.py").write_text(FILES["named.py"])
    assert "settings.py:" in search(tmp_path, "settings.py").stdout
    assert (tmp_path / ".venv/without_secrets.txt").read_text() == passed
