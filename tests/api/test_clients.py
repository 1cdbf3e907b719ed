"""The generated clients: built as `make clients` does, compiled strictly, their README's examples run."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.embedded  # what is generated from the description asks for no database
CLIENTS = Path(settings.BASE_DIR) / "packaging" / "clients"
TYPES = Path(settings.BASE_DIR) / ".mypy_cache" / "client"
"""Types of the packages that the client imports, which do not change with it."""
Get = Callable[..., Any]


def build(folder: Path, *arguments: str | Path) -> Path:
    """Build clients into a folder with the program that `make clients` runs."""
    command = [sys.executable, CLIENTS / "build.py", *arguments, "--out", folder]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT", run.stderr):
        pytest.skip("npm's registry cannot be reached from here")
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def example(folder: Path, address: str) -> str:
    """Return the program of a README, for another address."""
    program: str
    (program,) = re.findall(r"```\w+\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert "https://tracker.example" in program
    return program.replace("https://tracker.example", address)


def test_the_client_for_python_is_strict_and_its_example_runs(
    get: Get, live_server: LiveServer, tmp_path: Path
) -> None:
    folder = build(tmp_path, "python") / "python"
    described = json.loads((tmp_path / "openapi.json").read_bytes())
    assert described["paths"] == json.loads(get("schema/").content)["paths"]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", TYPES, "treaty_status_client"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    ran = subprocess.run(
        [sys.executable, "-c", example(folder, live_server.url)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.splitlines() == ["74 signatories on 2026-03-01", "QAT 2026-02-01 2026-02-13"], (
        ran.stderr
    )


@pytest.mark.skipif(
    shutil.which("npm") is None, reason="npm makes the client for TypeScript, and is not here"
)
def test_the_client_for_typescript_compiles_and_its_example_runs(
    get: Get, live_server: LiveServer, tmp_path: Path
) -> None:
    """Both are built where none is named, as `make clients` does."""
    description = tmp_path / "site.json"
    description.write_bytes(get("schema/").content)
    folder = build(tmp_path, "--description", description) / "typescript"
    assert (tmp_path / "python" / "README.md").is_file()
    program = example(folder, live_server.url).replace('"treaty-status-client"', '"./index.js"')
    (folder / "example.ts").write_text(program)
    compiled = subprocess.run(["npx", "tsc"], cwd=folder, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stdout
    ran = subprocess.run(["node", "example.js"], cwd=folder, capture_output=True, text=True, check=False)
    lines = ran.stdout.splitlines()
    assert lines[0] == "74 signatories on 2026-03-01", ran.stderr
    assert any(re.fullmatch(r"[A-Z]{3} (null|\d{4}-\d\d-\d\d)", line) for line in lines[1:])
