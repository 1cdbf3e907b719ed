"""The rules as a library: the wheel, in an environment without Django or anything else."""

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "packaging" / "treaty-rules" / "README.md"


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
        *("common", "treaty", "treaty/clauses", "ratification", "ratification/rules"),
        "ratification/rules/statements",
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


def test_all_public_cases_have_their_official_days(python: Path) -> None:
    """By the program that the tests of the application read the cases with."""
    cases = ROOT / "tests" / "cases"
    done = subprocess.run(
        [
            *(python, "-I", cases / "collection.py", cases, ROOT / "treaty" / "data"),
            *("--participants", ROOT / "states" / "data"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=python.parent,
    )
    assert done.stderr == ""
    assert re.fullmatch(r"\d{3} cases, 0 wrong days\n", done.stdout)
