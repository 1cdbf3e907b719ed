"""Each file of the folder is torn, emptied and made unreadable, one at a time, before a start and at work."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults_embedded.conftest import Start
from tests.faults_embedded.damage import DAMAGES, FILES, OBEYING
from tests.running import Run, finished

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root reads everything"
)
SHORT = [("list of assets", "torn"), ("database", "emptied")]
"""What is damaged in the short form: the one is refused, and the start after it heals the other."""
NEEDED = {"database", "secret key", "contact key"}
"""What nothing can stand in for: the start is refused where it is damaged."""
CASES = [
    pytest.param(SHORT, id=" and ".join(map(" ".join, SHORT))),
    *(
        pytest.param([(kind, how)], id=f"{kind} {how}", marks=pytest.mark.long)
        for kind in FILES
        for how in DAMAGES
    ),
]


def test_every_kind_of_file_is_tried(prepared: Path) -> None:
    known = [path for pattern in FILES.values() for path in prepared.glob(pattern)]
    others = {
        path.relative_to(prepared).as_posix()
        for path in prepared.rglob("*")
        if path.is_file() and path not in known and "static" not in path.relative_to(prepared).parts
    }
    assert others == {"begun", "static.sha256"}, "each of them is no more than a mark: see the tests below"
    assert [pattern for pattern in FILES.values() if not any(prepared.glob(pattern))] == []


@pytest.mark.parametrize("damages", CASES)
def test_start_heals_or_is_refused_in_a_sentence(
    site: Start, figures: Callable[..., None], damages: list[tuple[str, str]]
) -> None:
    run = site()
    run.prefix = OBEYING
    for kind, how in damages:
        path = min(run.var.glob(FILES[kind]))
        before = path.read_bytes(), path.stat().st_mode
        DAMAGES[how](path)
        if kind in NEEDED or (how == "unreadable" and (kind.startswith("database") or kind == "lock")):
            said = run.refusal()
            assert path.name.split("-")[0] in said
            figures(f"{kind} {how}, before a start", refused=said.strip().splitlines()[-2])
            path.chmod(before[1])
            path.write_bytes(before[0])
    with run.running():
        damaged = " and ".join(map(" ".join, damages))
        figures(f"{damaged}, before a start, settled", seconds=run.settles())
        looks_whole(run)


def looks_whole(run: Run) -> None:
    """Whether pages, answers, drawings and assets come as they should."""
    for path in ("/", "/charts/over-time.png", "/api/v1/treaties/hanoi/status/"):
        assert run.status_of(path) == 200, path
    page = run.get("/")[1]
    for asset in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
        assert run.status_of(asset) == 200, asset
        assert len(run.get(asset)[1]) > 0
    assert "Traceback" not in run.log.read_text()


@pytest.mark.parametrize("mark", ["begun", "static.sha256"])
@pytest.mark.long
def test_a_lost_mark_changes_nothing(site: Start, mark: str) -> None:
    run = site()
    (run.var / mark).unlink()
    with run.running():
        run.settles()
        looks_whole(run)


HEALED_AT_WORK = [
    kind for kind in FILES if kind not in NEEDED and not kind.startswith("database") and "asset" not in kind
]


@pytest.mark.long
def test_what_is_not_the_record_is_damaged_at_work_and_nobody_notices(
    site: Start, figures: Callable[..., None]
) -> None:
    run = site()
    run.prefix = OBEYING
    with run.running():
        run.settles()
        for kind in HEALED_AT_WORK:
            for how, damage in DAMAGES.items():
                for path in run.var.glob(FILES[kind]):
                    damage(path)
                finished(run.publish(1))
                figures(f"{kind} {how}, at work", seconds=run.settles())
                looks_whole(run)
        for folder in ("queue", "drawings"):
            shutil.rmtree(run.var / folder)
            finished(run.publish(1))
            figures(f"folder {folder} removed, at work", seconds=run.settles())
            looks_whole(run)
    assert "Traceback" not in run.log.read_text().replace("cannot be read and is dropped\nTraceback", "")
