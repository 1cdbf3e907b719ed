"""A State that acted and has ceased to exist: pages name it so, and never say that it did nothing."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import strip_tags

from ratification.intake.bundles import load_treaty

Get = Callable[..., str]


@pytest.fixture
def _old(make_treaty: Callable[..., Path], now: datetime, hanoi: object) -> None:  # noqa: ARG001 - beside the others
    """A treaty like the Convention, ratified by Yugoslavia in 1971 and by Norway in 1972."""
    lines = ["YUG,ratification,1971-06-02,,,,,source", "NOR,ratification,1972-09-13,,,,,source"]
    folder = make_treaty(lines, slug="old")
    heading = "key,title,url,publisher,published_on,confidence,note"
    (folder / "sources.csv").write_text(f"{heading}\nsource,A source,,,,primary,\n")
    text = (folder / "treaty.toml").read_text()
    for day in ("2024-12-24", "2025-10-25"):
        text = text.replace(day, "1966-12-16")
    (folder / "treaty.toml").write_text(text)
    load_treaty(folder, now=now)


def csv_cell(client: Client, language: str, iso3: str) -> str:
    """The status of a State in the table in another language."""
    text = client.get("/treaties/old/participants/csv", {"lang": language})
    rows = csv.reader(io.StringIO(text.content.decode().removeprefix("\ufeff")))
    return next(row[2] for row in rows if row[0] == iso3)


@pytest.mark.usefixtures("_old")
def test_a_former_state_is_named_so_and_is_none_of_those_without_an_act(get: Get, client: Client) -> None:
    page = strip_tags(get("/treaties/old/participants/YUG/"))
    assert "no longer exists It ceased to exist on 27 Apr 1992" in " ".join(page.split())
    assert "no action" not in page
    listed = {
        name: [row["participant"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
        for name in ("", "none")
        for text in [
            client.get("/treaties/old/participants/csv", {"list": name} if name else {}).content.decode()
        ]
    }
    assert "YUG" in listed[""]
    assert "YUG" not in listed["none"]
    assert "SWE" in listed["none"]
    assert "no longer exists" in get("/treaties/old/participants/", q="Yugoslavia")
    assert csv_cell(client, "fr", "YUG") == "n’existe plus"
    assert csv_cell(client, "fr", "SWE") == "aucun acte connu"
    assert '">no longer exists</span>' not in get("/treaties/old/participants/YUG/", as_of="1992-04-26")
