"""The generated clients: built as `make clients` does, compiled strictly, their README's examples run."""

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

CLIENTS = Path(settings.BASE_DIR) / "packaging" / "clients"
Get = Callable[..., Any]


@pytest.fixture
def build(get: Get, tmp_path: Path) -> Callable[[str], Path]:
    """Builds one client from the description that the site gives, and returns its folder."""
    description = tmp_path / "openapi.json"
    description.write_bytes(get("schema/").content)

    def build(client: str) -> Path:
        command: list[str | Path] = [
            sys.executable,
            CLIENTS / "build.py",
            client,
            "--out",
            tmp_path,
            "--description",
            description,
        ]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT", run.stderr):
            pytest.skip("npm's registry cannot be reached from here")
        assert run.returncode == 0, run.stdout + run.stderr
        return tmp_path / client

    return build


def example(folder: Path, address: str) -> str:
    """Return the program of a README, for another address."""
    program: str
    (program,) = re.findall(r"```\w+\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert "https://tracker.example" in program
    return program.replace("https://tracker.example", address)


def test_the_client_for_python_is_strict_and_its_example_runs(
    build: Callable[[str], Path], live_server: LiveServer
) -> None:
    folder = build("python")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "treaty_status_client"],
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
    build: Callable[[str], Path], live_server: LiveServer
) -> None:
    folder = build("typescript")
    program = example(folder, live_server.url).replace('"treaty-status-client"', '"./index.js"')
    (folder / "example.ts").write_text(program)
    compiled = subprocess.run(["npx", "tsc"], cwd=folder, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stdout
    ran = subprocess.run(["node", "example.js"], cwd=folder, capture_output=True, text=True, check=False)
    lines = ran.stdout.splitlines()
    assert lines[0] == "74 signatories on 2026-03-01", ran.stderr
    assert any(re.fullmatch(r"[A-Z]{3} (null|\d{4}-\d\d-\d\d)", line) for line in lines[1:])
