"""The rules of the house, held by walking the syntax trees."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("states", "treaty", "ratification", "config")

# What each part may import of ours beside itself; a part that is not named here is held by the other rules only.
MAY_IMPORT: dict[str, set[str]] = {
    "states": set(),
    "treaty.clauses": set(),
    "treaty": {"states"},
    "ratification.rules": {"treaty.clauses"},
    "ratification.models": {"states", "treaty", "ratification.rules"},
    "ratification.record.reading": {"states", "treaty", "ratification.rules", "ratification.models"},
    "ratification.ledger.checks": {
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.record.reading",
    },
    "ratification.ledger.content": {"states", "treaty", "ratification.rules", "ratification.models"},
    "ratification.ledger.writing": {
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.ledger.checks",
        "ratification.ledger.content",
    },
    "ratification.record.selectors": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.record.reading",
    },
    "ratification.status.standings_list": {
        "states",
        "treaty",
        "ratification.status.api_urls",
        "ratification.rules",
        "ratification.models",
        "ratification.record.selectors",
    },
    "ratification.readiness.cooperation": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.record.reading",
        "ratification.record.selectors",
    },
    "ratification.readiness.stages": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.record.reading",
        "ratification.record.selectors",
    },
    "ratification.scenario": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.record.reading",
        "ratification.record.selectors",
    },
    "ratification.status.recompute": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.status.version",
        "ratification.status.standings_list",
        "ratification.record.selectors",
    },
    "ratification.status.api_urls": set(),
    "common.http_client": set(),
    "ratification.depositary": {
        "states",
        "treaty",
        "ratification.rules",
        "ratification.models",
        "ratification.status.version",
        "ratification.record.reading",
        "ratification.ledger.writing",
        "ratification.ledger.system_accounts",
        "common.http_client",
    },
}
# The interfaces import what is below them, and never each other.
INTERFACES = ("api", "dashboard", "embeds", "admin", "tasks", "management")


def modules() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            assert all(alias.name != "*" for alias in node.names), f"{path} imports everything"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


@pytest.mark.parametrize(
    ("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_imports_run_one_way(module: str, path: Path) -> None:
    ours = [name for name in imports_of(path) if name.split(".")[0] in APPS]
    part = max((part for part in MAY_IMPORT if within(module, part)), key=len, default=None)
    for name in ours:
        if part is not None:
            rooms = {part, *MAY_IMPORT[part]}
            assert any(within(name, room) for room in rooms), f"{module} imports {name}"
        for interface in INTERFACES:
            this, that = f"ratification.{interface}", within(name, f"ratification.{interface}")
            assert not that or within(module, this) or module.startswith("config"), f"{module} imports {name}"


def test_files_stay_short() -> None:
    paths = [
        *(path for _, path in modules()),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "bench").rglob("*.py"),
    ]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in paths
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("module", ["treaty.clauses", "ratification.rules"])
def test_the_law_needs_no_framework(module: str) -> None:
    code = f"import {module}, sys; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=30)


def test_what_serves_is_among_what_tests() -> None:
    """So that one audit asks for all, and whoever can test can serve too."""
    serving, testing = ((ROOT / f"requirements/{name}.txt").read_text() for name in ("run", "dev"))
    pinned = {line for line in serving.splitlines() if "==" in line and not line.startswith(" ")}
    assert len(pinned) > 30
    assert pinned <= set(testing.splitlines())
