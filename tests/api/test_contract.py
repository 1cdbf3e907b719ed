"""The description against a live server: schemathesis with every check, and a client generated from it.

`make test-all` sends a few hundred requests; `make test-api` (CONTRACT=long) at least 3,000 in each shape.
"""

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from ratification.partners import dataset
from ratification.status import recompute as status
from tests.bundles import Shelf
from tests.conftest import WAIT_SECONDS
from treaty.models import Treaty

LONG = os.environ.get("CONTRACT") == "long"
ENOUGH = 3000 if LONG else 80
LIMITS = (
    ["--phases", "examples,coverage,fuzzing,stateful", "-n", "30"]
    if LONG
    else ["--phases", "fuzzing", "-n", "6"]
)
BIN = Path(sys.executable).parent


@pytest.fixture
def api(live_server: LiveServer, shelf: Shelf, now: datetime) -> str:
    """The address of the API on a live server that holds the bundled facts."""
    shelf.fill("with_everything_computed")
    for treaty in Treaty.objects.all():
        # The live server reads the real clock.
        status.recompute(treaty.pk, today=treaty.legal_day(timezone.now()), now=now)
    for treaty in Treaty.objects.all():
        dataset.build(treaty.pk, today=treaty.legal_day(timezone.now()), now=now)
    return f"{live_server.url}/api/v1"


@pytest.fixture
def api_of_the_convention(live_server: LiveServer, shelf: Shelf) -> str:
    """The address of the API on a live server that holds the Convention alone."""
    shelf.fill("with_convention_computed")
    return f"{live_server.url}/api/v1"


def test_every_check_of_schemathesis(api: str, tmp_path: Path) -> None:
    """No failure of the server, no undocumented answer, no violation of the schema."""
    hooks = Path(__file__).with_name("contract_hooks.py")
    run = subprocess.run(
        [
            BIN / "schemathesis",
            "run",
            f"{api}/schema/",
            "--checks",
            "all",
            "--seed",
            "64",
            "-w",
            "2",
            "--request-timeout",
            str(WAIT_SECONDS),
            *LIMITS,
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(hooks), "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:]
    generated = re.search(r"(\d+) generated", run.stdout)
    assert generated is not None
    assert int(generated[1]) >= ENOUGH, run.stdout[-1500:]
    print(f"{generated[1]} requests generated.")  # noqa: T201 - the figure that `make test-api` is run for


@pytest.fixture
def client(
    api_of_the_convention: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModuleType]:
    """A client generated from the description, as a partner would."""
    ours = json.loads((Path(settings.BASE_DIR) / "packaging/clients/python/config.json").read_text())
    overrides = {"content_type_overrides": ours["content_type_overrides"]}
    (tmp_path / "config.json").write_text(json.dumps(overrides))
    subprocess.run(
        [
            *(BIN / "openapi-python-client", "generate", "--url", f"{api_of_the_convention}/schema/"),
            *("--meta", "none", "--output-path", tmp_path / "tracker_client", "--fail-on-warning"),
            *("--config", tmp_path / "config.json"),
        ],
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("tracker_client")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tracker_client"]:
        del sys.modules[name]


@pytest.mark.embedded  # what is generated from the description asks for no database
def test_a_generated_client_reads_lists_pages_and_the_past(
    client: ModuleType, api_of_the_convention: str
) -> None:
    def operation(name: str) -> Any:  # noqa: ANN401 - generated
        return importlib.import_module(f"tracker_client.api.{name}").sync

    models = importlib.import_module("tracker_client.models")
    with client.Client(base_url=api_of_the_convention, raise_on_unexpected_status=True) as tracker:
        people = operation("reference.list_participants")(
            client=tracker, group=models.ListParticipantsGroup.EU
        )
        assert people.count == 27
        standings = operation("record.list_standings")(
            "hanoi", client=tracker, standing=[models.ListStandingsStandingItem.CONTRACTING]
        )
        assert [row.participant for row in standings.results] == ["QAT"]

        seen: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            page = operation("record.list_actions")("hanoi", client=tracker, revision=80, limit=30, **cursor)
            seen += [row.revision for row in page.results]
            if page.next_ is None:
                break
            cursor = {"cursor": page.next_.partition("cursor=")[2].partition("&")[0]}
        assert seen == list(range(1, 81))

        past = operation("record.get_status")("hanoi", client=tracker, revision=40, as_of=date(2025, 10, 25))
        assert (past.as_of, past.revision, past.signatories) == (date(2025, 10, 25), 40, 40)


def test_the_documentation_page_works_under_the_strict_policy(api_of_the_convention: str, page: Page) -> None:
    page.goto(f"{api_of_the_convention}/docs/")
    page.get_by_text("/treaties/{slug}/status/").wait_for()
    page.get_by_text("/treaties/{slug}/status/").click()
    page.get_by_role("button", name="Try it out").wait_for()
