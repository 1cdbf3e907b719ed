"""Every file and every name of the code that a document gives exists."""

import re
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
FOLDERS = {Path(file).parts[0] for file in TRACKED if "/" in file}
PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
FILES = {Path(file).suffix for file in TRACKED}
DOCUMENTS = [file for file in TRACKED if file.endswith(".md")]

PATH = re.compile(r"`([\w.-]+(?:/[\w.*-]+)+/?)`|((?:[\w-]+/)*[\w-]+\.(?:py|html))\b")
NAME = re.compile(rf"`((?:{'|'.join(sorted(PACKAGES))})(?:\.\w+)+)(?:\(.*?\))?`")
COMMAND = re.compile(r"manage\.py (\w+)")
TARGET = re.compile(r"(?:^ *|`)make ([a-z][a-z-]*)", re.MULTILINE)
PROGRAM = re.compile(r"python -m ((?:bench|tests|config)(?:\.\w+)*)")
KINDS_OF_CHANGE = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
TEST = re.compile(r"`(tests/[\w/]+\.py)?::(\w+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def exists(path: str) -> bool:
    """Whether a path leads to a tracked file or folder, from the root or below some folder."""
    path = path.rstrip("/")
    found = re.compile(r"(?:^|.*/)" + re.escape(path).replace(r"\*", "[^/]*") + "(?:/.*)?$")
    return any(found.match(file) for file in TRACKED)


def resolves(name: str) -> bool:
    module, *rest = name.split(".")
    found: object = import_module(module)
    for part in rest:
        module = f"{module}.{part}"
        try:
            found = getattr(found, part, None) or import_module(module)
        except ModuleNotFoundError:
            return False
    return True


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_name_in_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    paths = [quoted for quoted, _ in PATH.findall(text) if quoted.split("/")[0] in FOLDERS]
    paths += [module for _, module in PATH.findall(text) if module]
    assert [path for path in paths if not exists(path)] == []
    names = [name for name in NAME.findall(text) if Path(name).suffix not in FILES]
    assert [name for name in names if not resolves(name)] == []
    assert [link for link in LINK.findall(text) if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_in_a_document_exists(document: str) -> None:
    """`tests/file.py::name`, or `::name` of the file before."""
    file, missing = "", []
    for named, name in TEST.findall((ROOT / document).read_text()):
        file = named or file
        if f"def {name}(" not in (ROOT / file).read_text():
            missing.append(f"{file}::{name}")
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    assert set(COMMAND.findall(text)) - get_commands().keys() == set()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(TARGET.findall(text)) - targets == set()
    assert [program for program in PROGRAM.findall(text) if find_spec(program) is None] == []


def test_the_change_log_has_the_headings_of_keep_a_changelog() -> None:
    versions = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1:]
    assert versions
    for version in versions:
        kinds = re.findall(r"^### (.*)$", version, re.MULTILINE)
        assert kinds == [kind for kind in KINDS_OF_CHANGE if kind in kinds], version.splitlines()[0]
