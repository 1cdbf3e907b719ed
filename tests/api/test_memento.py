"""Memento (RFC 7089): an archive's client asks for a moment and gets what this site said then."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest

from ratification.models import Revision
from treaty.models import Treaty

Get = Callable[..., Any]
HERE = "http://testserver"
STATUS = "treaties/hanoi/status/"


def links_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """Parse links (RFC 8288) with their attributes."""
    return [
        (target, dict(re.findall(r'(\w+)="([^"]*)"', attributes)))
        for target, attributes in re.findall(r"<([^>]*)>((?:; ?\w+=\"[^\"]*\")*)", text)
    ]


def related(answer: Any, relation: str) -> str:  # noqa: ANN401 - Django's test response
    (target,) = [target for target, named in links_of(answer["Link"]) if named["rel"] == relation]
    assert target.startswith(HERE), "clients of archives ask it as it stands"
    return target


def path_of(address: str) -> str:
    return address.removeprefix(HERE)


def at(moment: datetime) -> dict[str, str]:
    return {"Accept-Datetime": format_datetime(moment, usegmt=True)}


@pytest.fixture
def states(record: Treaty) -> list[tuple[int, datetime]]:
    """Number and moment of each state of the record."""
    return list(
        Revision.objects.filter(treaty=record, ends_publication=True)
        .order_by("number")
        .values_list("number", "recorded_at")
    )


@pytest.mark.parametrize(
    "path",
    [STATUS, "treaties/hanoi/actions.csv?kind=ratification", "/participants/", "/embed/hanoi/badge.svg"],
)
def test_a_moment_leads_to_what_was_said_then(
    get: Get, states: list[tuple[int, datetime]], path: str
) -> None:
    number, recorded_at = states[-1]
    gate = get(path, headers=at(recorded_at))
    assert (gate.status_code, gate["Cache-Control"]) == (302, "no-store")
    assert "Accept-Datetime" in gate["Vary"]
    assert f"revision={number}" in gate["Location"]
    memento = get(path_of(gate["Location"]))
    assert memento.status_code == 200
    assert parsedate_to_datetime(memento["Memento-Datetime"]) == recorded_at.replace(microsecond=0)
    original = related(memento, "original")
    assert original == related(get(path), "timegate") == related(gate, "original")
    assert "revision" not in original
    assert "Accept-Datetime" not in memento.get("Vary", "")
    assert "Accept-Datetime" in get(path)["Vary"]


def test_before_the_record_the_first_state_and_after_it_the_last(
    get: Get, states: list[tuple[int, datetime]]
) -> None:
    first = get(STATUS, headers=at(datetime(1999, 1, 1, tzinfo=UTC)))
    assert f"revision={states[0][0]}" in first["Location"]
    last = get(STATUS, headers=at(datetime(2999, 1, 1, tzinfo=UTC)))
    assert last["Location"] == f"{HERE}/api/v1/treaties/hanoi/status/?as_of=2026-11-21&revision=87"


def test_the_state_of_each_moment_is_the_newest_before_it(
    get: Get, states: list[tuple[int, datetime]]
) -> None:
    by_moment: dict[datetime, int] = {}
    for number, moment in states:
        by_moment[moment.replace(microsecond=0)] = number
    for moment, number in by_moment.items():
        gate = get(STATUS, headers=at(moment + timedelta(seconds=1)))
        assert f"revision={number}" in gate["Location"]


def test_the_legal_date_asked_for_stays(get: Get, states: list[tuple[int, datetime]]) -> None:
    gate = get(STATUS, as_of="2025-10-25", headers=at(states[-1][1]))
    assert (
        gate["Location"] == f"{HERE}/api/v1/treaties/hanoi/status/?as_of=2025-10-25&revision={states[-1][0]}"
    )


@pytest.mark.parametrize("given", ["yesterday", "2026-10-01", "Thu, 99 Oct 2026 12:00:00 GMT"])
def test_what_is_no_moment_is_refused(get: Get, given: str) -> None:
    refusal = get(STATUS, headers={"Accept-Datetime": given})
    assert (refusal.status_code, refusal["Content-Type"]) == (400, "application/problem+json")
    assert refusal["Cache-Control"] == "no-store"
    assert "Accept-Datetime" in refusal["Vary"]


def test_a_permalink_answers_for_itself(get: Get, states: list[tuple[int, datetime]]) -> None:
    address = f"{STATUS}?as_of=2026-11-21&revision=80"
    assert get(address, headers=at(states[-1][1])).content == get(address).content


def test_the_timemap_names_each_state(get: Get, states: list[tuple[int, datetime]]) -> None:
    answer = get(path_of(related(get(STATUS), "timemap")))
    assert answer["Content-Type"] == "application/link-format"
    named = links_of(answer.content.decode())
    assert [kind["rel"] for _, kind in named[:2]] == ["original timegate", "self"]
    mementos = named[2:]
    assert len(mementos) == len(states)
    assert mementos[0][1]["rel"] == "first memento"
    assert mementos[-1][1]["rel"] == "last memento"
    for (target, kind), (number, recorded_at) in zip(mementos, states, strict=True):
        assert f"revision={number}" in target
        assert parsedate_to_datetime(kind["datetime"]) == recorded_at.replace(microsecond=0)
    for target, kind in (mementos[0], mementos[-1]):
        shown = get(path_of(target))
        assert (shown.status_code, shown["Memento-Datetime"]) == (200, kind["datetime"])


@pytest.mark.parametrize(
    "path",
    ["api/v1/participants/", "api/v1/treaties/atlantis/status/", "nowhere/", "treaties/", "admin/login/"],
)
def test_what_shows_no_record_has_no_timemap(get: Get, path: str) -> None:
    assert get(f"/timemap/{path}").status_code == 404
