"""What every resource does the same way: strictness, refusals, validators, formats."""

import csv
import io
import json
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from ratification.status import editions as reference
from states.models import Participant
from treaty.models import Treaty

Get = Callable[..., Any]
Queries = Callable[[Callable[[], HttpResponse]], tuple[Any, int]]

LISTS = [
    "treaties",
    "participants",
    "groups",
    "problems",
    *(
        f"treaties/hanoi/{part}"
        for part in ("participants", "actions", "windows", "changes", "chapters", "articles")
    ),
]
ALL = [
    "",
    *(f"{path}/" for path in LISTS),
    "treaties/hanoi/",
    "treaties/hanoi/status/",
    "treaties/hanoi/participants/QAT/",
    "treaties/hanoi/articles/63/",
    "participants/EUE/",
    "groups/eu/",
]


def problem(answer: Any, status: int, kind: str) -> Any:  # noqa: ANN401 - Django's test response
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"] == f"/api/v1/problems/#{kind}"
    return document


@pytest.mark.parametrize("path", ALL)
def test_an_unknown_parameter_is_refused_by_name(get: Get, path: str) -> None:
    document = problem(get(path, colour="red"), 400, "unknown-parameter")
    assert document["parameter"] == "colour"
    assert document["allowed"] == sorted(document["allowed"])


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("treaties/hanoi/status/", {"as_of": "2026-02-30"}, []),
        ("treaties/hanoi/status/", {"as_of": "21.11.2026"}, []),
        ("treaties/hanoi/status/", {"as_of": ""}, []),
        ("treaties/hanoi/status/", {"revision": "-1"}, []),
        ("treaties/hanoi/status/", {"revision": "88"}, []),
        ("treaties/hanoi/status/", {"revision": "1" * 5000}, []),
        ("treaties/hanoi/status/", {"explain": "yes"}, ["0", "1"]),
        ("treaties/hanoi/participants/", {"counted": "1"}, ["true", "false"]),
        (
            "treaties/hanoi/participants/",
            {"standing": "party,guest"},
            ["none", "withdrawn", "signatory", "contracting", "party"],
        ),
        ("treaties/hanoi/participants/", {"group": "nowhere"}, ["eu", "nato"]),
        ("treaties/hanoi/participants/", {"region": "Atlantis"}, ["Africa", "Oceania"]),
        ("treaties/hanoi/participants/", {"ordering": "size"}, ["name", "-name"]),
        ("treaties/hanoi/actions/", {"participant": "ZZZ"}, ["QAT"]),
        ("treaties/hanoi/changes/feed/", {"participant": "ZZZ"}, ["QAT"]),
        ("treaties/hanoi/windows/", {"participant": "ZZZ"}, ["QAT"]),
        ("treaties/hanoi/scenario/", {"deposits": ""}, []),
        ("treaties/hanoi/actions/", {"limit": "251"}, []),
        ("treaties/hanoi/articles/", {"theme": "weather"}, ["asset-recovery"]),
        ("participants/", {"q": "\x00"}, []),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name(
    get: Get, path: str, query: dict[str, str], named: list[str]
) -> None:
    document = problem(get(path, **query), 400, "invalid-value")
    assert document["parameter"] == next(iter(query))
    assert set(named) <= set(document["allowed"])


def test_a_parameter_given_twice_is_refused(get: Get) -> None:
    problem(get("/api/v1/treaties/hanoi/status/?as_of=2026-01-01&as_of=2026-01-02"), 400, "invalid-value")


@pytest.mark.parametrize(
    "path",
    [
        "nowhere/",
        "treaties/nowhere/",
        "treaties/nowhere/status/",
        "treaties/hanoi/articles/999/",
        "treaties/hanoi/participants/ZZZ/",
        "participants/ZZZ/",
        "groups/nowhere/",
        "treaties/hanoi/status.csv",
        "treaties/hanoi/status.pdf/",
    ],
)
def test_what_is_not_there_is_a_problem_document(get: Get, path: str) -> None:
    problem(get(path), 404, "not-found")


def cursor_of(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "%00",
        *map(
            cursor_of,
            [
                "[]",
                '["n"]',
                '["n", "x"]',
                '["n", 1]',
                '["n", null]',
                '["x", "1"]',
                '[["n"], "1"]',
                '{"a": 1}',
                "null",
                '["n", "\\u0000"]',
                '["n", "\\ud800"]',
                '["n", "٣", "x"]',
                '["n", "1", "2", "3", "4"]',
                "[" * 3000,
                f'["n", "{"9" * 4400}"]',
            ],
        ),
    ],
)
@pytest.mark.parametrize(
    "path", ["actions/?ordering=revision", "actions/?ordering=-taken_on", "changes/?since=0", "reports/?"]
)
def test_a_cursor_made_by_hand_leads_nowhere(get: Get, cursor: str, path: str) -> None:
    document = problem(get(f"/api/v1/treaties/hanoi/{path}&cursor={quote(cursor)}"), 400, "invalid-value")
    assert document["parameter"] == "cursor"


@pytest.mark.parametrize(
    "place", ["9" * 30, "9223372036854775808", "-5", "²", "\0", "\ud800", "5" * 5000, "hanoi", ""]
)
@pytest.mark.parametrize(
    "path", ["treaties/?", "treaties/hanoi/actions/?", "treaties/hanoi/changes/?ordering=-id"]
)
def test_no_cursor_is_an_error(get: Get, path: str, place: str) -> None:
    """Some are places of no list at all, which a database may not even take."""
    assert get(f"/api/v1/{path}&cursor={cursor_of(json.dumps(['n', place]))}").status_code in {200, 400, 409}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads(get: Get, client: Client, method: str) -> None:  # noqa: ARG001 - loads the record
    answer = getattr(client, method)("/api/v1/treaties/")
    problem(answer, 405, "method-not-allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_a_format_that_is_not_offered_is_refused_by_name(get: Get) -> None:
    document = problem(get("treaties/", headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert "text/csv" in document["allowed"]


@pytest.mark.parametrize("path", ALL)
def test_an_unchanged_answer_costs_one_query_at_most(get: Get, queries: Queries, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 200
    for header in ({"If-None-Match": answer["ETag"]}, {"If-Modified-Since": answer["Last-Modified"]}):
        unchanged, count = queries(partial(get, path, headers=header))
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert count <= 1
        assert unchanged["ETag"] == answer["ETag"]
        assert unchanged["Cache-Control"] == answer["Cache-Control"]


def test_the_validator_changes_with_reference_data(get: Get, now: datetime) -> None:
    before = get("treaties/hanoi/participants/")["ETag"]
    Participant.objects.filter(iso3="QAT").update(name="State of Qatar")
    assert reference.note_edition(now)
    assert not reference.note_edition(now)
    assert get("treaties/hanoi/participants/")["ETag"] != before


def test_the_validator_differs_by_form_day_and_query(get: Get) -> None:
    tags = {
        get("treaties/hanoi/participants/")["ETag"],
        get("treaties/hanoi/participants/", headers={"Accept": "text/csv"})["ETag"],
        get("treaties/hanoi/participants/", as_of="2026-01-01")["ETag"],
        get("treaties/hanoi/participants/", group="eu")["ETag"],
        get("treaties/hanoi/participants/", revision="3")["ETag"],
    }
    assert len(tags) == 5


def test_answers_whose_clocks_are_given_keep_for_long(get: Get) -> None:
    assert "stale-while-revalidate" in get("treaties/hanoi/status/")["Cache-Control"]
    assert "max-age=60" in get("treaties/hanoi/status/")["Cache-Control"]
    assert "max-age=86400" in get("treaties/hanoi/status/", as_of="2026-01-01", revision=3)["Cache-Control"]


def test_a_condition_that_fails_is_a_problem_document(get: Get) -> None:
    problem(get("treaties/", headers={"If-Match": '"other"'}), 412, "precondition-failed")


def test_every_other_origin_may_read(get: Get, client: Client) -> None:
    for path in ("treaties/hanoi/status/", "nowhere/", "treaties/?x=1"):
        answer = get(f"/api/v1/{path}", headers={"Origin": "https://partner.example"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "etag" in answer["Access-Control-Expose-Headers"]
    asked = {"Origin": "https://partner.example", "Access-Control-Request-Method": "GET"}
    assert (
        client.options("/api/v1/treaties/", headers=asked)["Access-Control-Allow-Methods"]
        == "GET, HEAD, OPTIONS"
    )
    assert client.options("/api/v1/treaties/").status_code == 204


@pytest.mark.parametrize("path", LISTS)
def test_lists_come_as_tables_too(get: Get, path: str) -> None:
    address: str | None = f"/api/v1/{path}/"
    whole: list[Any] = []
    while address:
        page = get(address).json()
        whole += page["results"]
        address = page.get("next")
    text = get(f"{path}.csv")
    assert text["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(text.content.decode(), newline="")))
    assert len(rows) == len(whole)
    assert get(f"{path}/", headers={"Accept": "text/csv"}).content == text.content
    with zipfile.ZipFile(io.BytesIO(get(f"{path}.xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(whole) + 1
    assert "<f>" not in sheet


def test_a_formula_in_the_record_comes_out_as_text(get: Get, record: Treaty, now: datetime) -> None:
    record.sources.update(title="=HYPERLINK(1)")
    reference.note_edition(now)
    assert ",'=HYPERLINK(1)," in get("treaties/hanoi/actions.csv").content.decode()


@pytest.mark.parametrize("path", ALL)
def test_every_link_leads_somewhere(get: Get, path: str) -> None:
    links = set(_links(get(path).json()))
    for address in links:
        get_resolver().resolve(address.partition("?")[0])
    for address in sorted(links)[:12]:
        assert get(address).status_code == 200, address


def _links(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    match value:
        case dict():
            own = list(value["links"].values()) if isinstance(value.get("links"), dict) else []
            return own + [each for inner in value.values() for each in _links(inner)]
        case list():
            return [each for inner in value for each in _links(inner)]
    return []
