"""Every request of docs/api.md is sent, and the signature's example verifies."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from api import RELEASE
from api.problems import TITLES
from ratification.partners import webhooks

Get = Callable[..., Any]
DOCS = Path(settings.BASE_DIR) / "docs"
GUIDE = (DOCS / "api.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"^GET (\S.*?)(?: -> (\d{3}))?$", GUIDE, flags=re.MULTILINE)


def test_there_are_requests() -> None:
    assert len(REQUESTS) >= 25


@pytest.mark.parametrize(("address", "status"), REQUESTS)
def test_a_request_of_the_guide_answers_as_it_says(get: Get, address: str, status: str) -> None:
    answer = get(address)
    assert answer.status_code == int(status or 200)
    if not status and answer["Content-Type"] == "application/json":
        rows = answer.json().get("results")
        assert rows is None or rows, "an example that finds nothing teaches nothing"


def test_the_guides_verification_is_ours(now: datetime) -> None:
    code = re.search(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102 - the example itself is what is tested
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's  # pragma: allowlist secret
    stamp = str(int(now.timestamp()))
    headers = {
        "webhook-id": "7",
        "webhook-timestamp": stamp,
        "webhook-signature": webhooks.signature(secret, "7", stamp, b"{}"),
    }
    assert names["genuine"](secret, headers, b"{}")
    assert not names["genuine"](secret, headers, b"{ }")


def test_the_change_log_names_the_release() -> None:
    assert f"## {RELEASE}, " in (DOCS / "api-changes.md").read_text(encoding="utf-8")


def test_every_kind_of_problem_is_listed(get: Get) -> None:
    assert {row["type"].partition("#")[2] for row in get("problems/").json()["results"]} == set(TITLES)
