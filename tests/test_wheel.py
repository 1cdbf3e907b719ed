"""The rules as a library: the wheel, in an environment without Django or anything else."""

import json
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "packaging" / "treaty-rules" / "README.md"
RUN_CASES = """
import csv, json, sys, tomllib
from datetime import date
from pathlib import Path
from ratification.rules.dates import parse_edtf
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from treaty.clauses import ActionKind, parse_definition

days = {}
for folder in map(Path, sys.argv[1:]):
    data = tomllib.loads((folder / "treaty.toml").read_text())
    definition = parse_definition(data, lambda name: (folder / name).read_text())
    with (folder / "actions.csv").open(newline="") as file:
        facts = [
            Fact(str(n), row["participant"], ActionKind(row["kind"]), parse_edtf(row["taken_on"]))
            for n, row in enumerate(csv.DictReader(file))
        ]
    on = evaluate(definition.clause, FactRecord.of(facts), date(2026, 1, 1)).entry_into_force.on
    days[folder.name] = on.edtf if on else None
print(json.dumps(days))
"""
CASES = {"ottawa": "1999-03-01", "cat": "1987-06-26", "crc": "1990-09-02", "unccd": "1996-12-26"}
"""Public cases that need no groups or organizations, with their official days."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    program = Path(sys.executable).with_name("hatchling")
    subprocess.run(
        [program, "build", "-t", "wheel", "-d", str(folder)],
        cwd=README.parent,
        check=True,
        capture_output=True,
    )
    (made,) = folder.glob("treaty_rules-*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment in which the wheel is the only package."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return folder / "bin" / "python"


def run(python: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [python, "-I", "-c", code, *arguments], capture_output=True, text=True, check=False, cwd=python.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_has_the_pure_packages_typed_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    modules = {name for name in names if name.endswith(".py")}
    assert {"treaty/clauses/py.typed", "ratification/rules/py.typed"} <= set(names)
    assert {Path(name).parent.as_posix() for name in modules} == {
        *("treaty", "treaty/clauses", "ratification", "ratification/rules")
    }
    for name in modules:
        with zipfile.ZipFile(wheel) as archive:
            assert archive.read(name) == (ROOT / name).read_bytes(), name


def test_the_example_of_its_readme_runs_without_django(python: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert run(python, example).startswith("40 2027-05-30 ")
    assert (
        "No module named 'django'"
        in subprocess.run([python, "-c", "import django"], capture_output=True, text=True, check=False).stderr
    )


def test_public_cases_have_their_official_days(python: Path) -> None:
    folders = [str(ROOT / "tests" / "cases" / name) for name in CASES]
    assert json.loads(run(python, RUN_CASES, *folders)) == CASES
