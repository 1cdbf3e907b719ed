"""docs/dependencies.md lists every direct dependency once, and each is used."""

import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import files, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN: list[str] = PROJECT["project"]["dependencies"]
DEVELOP: list[str] = PROJECT["dependency-groups"]["dev"]
LOADED_BY_ANOTHER = {"psycopg2-binary": "django.db.backends.postgresql", "pytest-xdist": "-n"}
"""Packages that no file of ours names, and the name by which we ask another package to load them."""


def name_of(requirement: str) -> str:
    """The normalised name of a package (PyPA's rules)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=; ]", requirement)[0]).lower()


def listed(section: str) -> list[str]:
    """The packages in the first column of a section's table."""
    text = (ROOT / "docs/dependencies.md").read_text().partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")][2:]
    return [name_of(name.strip()) for row in rows for name in row.split(",")]


@pytest.mark.parametrize(("section", "named"), [("To run", RUN), ("To develop", DEVELOP)])
def test_each_dependency_is_listed_once(section: str, named: list[str]) -> None:
    assert sorted(listed(section)) == sorted(map(name_of, named))


@pytest.fixture(scope="module")
def sources() -> str:
    """All of the project's text that can use a package: code, settings and commands, without the lists of them."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    kinds = (
        ".py",
        "Makefile",
        "Procfile",
        "Dockerfile",
        ".yml",
        ".conf",
        ".ci/run",
        ".ini",
        "pyproject.toml",
    )
    text = "\n".join(
        (ROOT / path).read_text()
        for path in tracked.splitlines()
        if path.endswith(kinds) and path != "tests/test_dependencies.py"
    )
    for requirement in [*RUN, *DEVELOP]:
        text = text.replace(f'"{requirement}"', "")
    return text


@pytest.fixture(scope="module")
def modules_of() -> Mapping[str, set[str]]:
    """The modules of each installed package, which takes a look at all of their files."""
    found = defaultdict(set)
    for module, packages in packages_distributions().items():
        for package in packages:
            found[name_of(package)].add(module)
    return found


@pytest.mark.parametrize("name", [name_of(requirement) for requirement in [*RUN, *DEVELOP]])
def test_each_dependency_is_used(name: str, sources: str, modules_of: Mapping[str, set[str]]) -> None:
    """A module of it is imported or named in a setting, or its program is called. Stubs are for what is imported."""
    typed = re.sub(r"^types-|-(stubs|types)$", "", name)
    programs = {Path(file).name for file in files(name) or [] if "bin/" in str(file)}
    words = {name, typed, *modules_of[name], *programs, LOADED_BY_ANOTHER.get(name, name)}
    pattern = "|".join(re.escape(word) for word in sorted(words))
    used = re.search(rf"[\"'/) ](?:{pattern})\b", sources)
    assert used, name
