"""The rules of the house, held by walking the syntax trees."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.selection import LONG, LOOKS, WAITING

ROOT = Path(__file__).parent.parent
PACKAGES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "root_packages"
]


def modules() -> Iterator[tuple[str, Path]]:
    for app in PACKAGES:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def test_imports_run_down_the_house() -> None:
    """The contracts in pyproject.toml, each room under one of them (`make lint` prints who breaks them)."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout


def test_every_package_of_ours_stands_in_the_house() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(PACKAGES)


@pytest.mark.parametrize(
    ("module", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_imports_are_absolute_and_named(module: str, path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert all(alias.name != "*" for alias in node.names), f"{module} imports everything"


# Framework names that every app must give: Django finds commands by this name.
GIVEN_BY_THE_FRAMEWORK = {"Command"}


def test_a_public_class_has_a_name_of_its_own() -> None:
    """A name has one meaning in the whole project."""
    places: dict[str, list[str]] = {}
    for module, path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert {name: where for name, where in shared.items() if name not in GIVEN_BY_THE_FRAMEWORK} == {}


def test_files_stay_short() -> None:
    paths = [
        *(path for _, path in modules()),
        *(ROOT / "tests").rglob("*.py"),
    ]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in paths
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize(
    "module", ["treaty.clauses", "ratification.rules", "ratification.forecast.method.predict"]
)
def test_the_law_needs_no_framework(module: str) -> None:
    code = f"import {module}, sys; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=30)


def test_what_serves_is_among_what_tests() -> None:
    """So that one audit covers all, and a test installation can serve too."""
    serving, testing = ((ROOT / f"requirements/{name}.txt").read_text() for name in ("run", "dev"))
    pinned = {line for line in serving.splitlines() if "==" in line and not line.startswith(" ")}
    assert len(pinned) > 30
    assert pinned <= set(testing.splitlines())


def test_lines_of_templates_stay_readable() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{number}": len(line)
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 200
    }
    assert long == {}


@pytest.mark.parametrize("name", sorted(LOOKS | WAITING | LONG))
def test_what_is_selected_by_name_is_there(name: str) -> None:
    assert name in {path.stem for path in Path(__file__).parent.rglob("*")}
