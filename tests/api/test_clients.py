"""The generated clients: built as `make clients` does, compiled strictly, their README's examples run."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
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


NPM = shutil.which("npm")
"""npm makes the client for TypeScript, where it is installed."""
UNREACHED = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|ERR_SOCKET_TIMEOUT|E(?:HOST|NET)UNREACH|\bE(?:429|5\d\d)\b"
)
"""What npm says of a network or a registry that does not answer."""


def build(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Build clients into a folder with the program that `make clients` runs."""
    return run([sys.executable, CLIENTS / "build.py", *arguments, "--out", folder], CLIENTS)


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def example(client: str, address: str) -> str:
    """Return the program of a README, for another address."""
    program: str
    readme = (CLIENTS / client / "README.md").read_text()
    (program,) = re.findall(r"```\w+\n(.*?)```", readme, re.DOTALL)
    assert "https://tracker.example" in program
    return program.replace("https://tracker.example", address)


def has_its_readme(folder: Path) -> bool:
    return (folder / "README.md").read_bytes() == (CLIENTS / folder.name / "README.md").read_bytes()


def test_the_clients_are_strict_and_the_examples_of_their_readmes_run(
    get: Get, live_server: LiveServer, tmp_path: Path
) -> None:
    """Both are built where none is named; the example for TypeScript is compiled together with its client."""
    python, typescript = tmp_path / "python", tmp_path / "typescript"
    typescript.mkdir()
    program = example("typescript", live_server.url).replace('"treaty-status-client"', '"./index.js"')
    (typescript / "example.ts").write_text(program)
    built = build(tmp_path, *([] if NPM else ["python"]))
    reached = NPM and not UNREACHED.search(built.stderr)
    assert built.returncode == 0 or not reached, built.stdout + built.stderr
    described = json.loads((tmp_path / "openapi.json").read_bytes())
    assert described["paths"] == json.loads(get("schema/").content)["paths"]

    assert has_its_readme(python)
    strict: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        TYPES,
        "treaty_status_client",
    ]
    checked = run(strict, python)
    assert checked.returncode == 0, checked.stdout
    ran = run([sys.executable, "-c", example("python", live_server.url)], python)
    said = ["74 signatories on 2026-03-01", "QAT 2026-02-01 2026-02-13"]
    assert ran.stdout.splitlines() == said, ran.stderr

    if not reached:
        pytest.skip("npm is not here or reaches no registry: the client for Python alone was tested")
    ran = run(["node", "example.js"], typescript)
    first, *lines = ran.stdout.splitlines()
    assert first == "74 signatories on 2026-03-01", ran.stderr
    assert any(re.fullmatch(r"[A-Z]{3} (null|\d{4}-\d\d-\d\d)", line) for line in lines)
    assert has_its_readme(typescript)


def test_one_client_is_built_alone_from_the_description_that_is_given(tmp_path: Path) -> None:
    """No description is made then; this one has a single address."""
    answer = {"200": {"description": "It stands.", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    description = {
        "openapi": "3.1.0",
        "info": {"title": "Site", "version": "1"},
        "paths": {"/here/": {"get": {"operationId": "look_here", "tags": ["places"], "responses": answer}}},
    }
    (tmp_path / "site.json").write_text(json.dumps(description))
    built = build(tmp_path / "out", "python", "--description", tmp_path / "site.json")
    assert built.returncode == 0, built.stdout + built.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["python"]
    assert (tmp_path / "out/python/treaty_status_client/api/places/look_here.py").exists()
