"""Responses and the headers of requests: weights of formats, caches, CORS; whole tables under names of their own."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from api import index
from api.paging import PAGE
from ratification.models import Action, Change
from ratification.status import recompute as status
from states.models import Participant
from tests.api.addresses import ONE_OF_EACH
from tests.ratification.status.test_changes import Desk
from treaty.clauses import ActionKind
from treaty.models import Treaty

Get = Callable[..., Any]
ORIGIN = {"Origin": "https://partner.example"}


def rows_of(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))[1:]


def test_tables_come_whole_unless_a_page_is_asked_for(get: Get) -> None:
    acts = Action.objects.filter(treaty__slug="untoc", revision__isnull=False).count()
    assert acts > 3 * PAGE
    table = get("treaties/untoc/actions.csv")
    assert len(rows_of(table.content)) == acts
    assert "next" not in table["Link"]
    sheet = openpyxl.load_workbook(io.BytesIO(get("treaties/untoc/actions.xlsx").content)).worksheets[0]
    assert sheet.max_row == acts + 1
    changes = Change.objects.filter(treaty__slug="untoc").count()
    assert len(rows_of(get("treaties/untoc/changes.csv", since=0).content)) == changes
    assert len(get("treaties/untoc/actions/").json()["results"]) == PAGE


@pytest.mark.slow
def test_120_new_entries_are_in_each_table(get: Get, record: Treaty, now: datetime) -> None:
    """More than a page of new acts: the newest are not the ones that are cut off."""
    desk = Desk(record, now + timedelta(minutes=1), eager=False)
    acted = Action.objects.filter(treaty=record).values("participant")
    free = Participant.objects.filter(kind__endswith="state", valid_until=None).exclude(pk__in=acted)
    codes = list(free.order_by("iso3").values_list("iso3", flat=True)[:120])
    assert len(codes) == 120
    known = get("treaties/hanoi/status/").json()["revision"]
    earlier = Action.objects.filter(treaty=record, revision__isnull=False).count()
    for code in codes:
        desk.deposit(code, day=record.legal_day(now), kind=ActionKind.ACCESSION)
    status.recompute(record.pk, today=record.legal_day(now), now=now)
    acts = Action.objects.filter(treaty=record, revision__isnull=False).count()
    assert acts == earlier + 120
    table = list(csv.DictReader(io.StringIO(get("treaties/hanoi/actions.csv").content.decode())))
    assert len(table) == acts
    assert [row["participant"] for row in table[-120:]] == codes
    sheet = openpyxl.load_workbook(io.BytesIO(get("treaties/hanoi/actions.xlsx").content)).worksheets[0]
    assert sheet.max_row == acts + 1
    for since in (0, known):
        told = list(
            csv.DictReader(io.StringIO(get("treaties/hanoi/changes.csv", since=since).content.decode()))
        )
        known_changes = Change.objects.filter(treaty=record)
        expected = known_changes.filter(revision__gt=since) if since else known_changes
        assert len(told) == expected.count() > 120
        assert {row["participant"] for row in told} >= set(codes)


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_page_of_a_table_leads_to_the_next(get: Get) -> None:
    rows = []
    address: str | None = "/api/v1/treaties/untoc/actions.csv?limit=150"
    while address:
        page = get(address)
        rows += rows_of(page.content)
        links = dict(reversed(link.split("; rel=")) for link in page["Link"].split(", "))
        address = links.get('"next"', "").strip("<>") or None
    assert rows == rows_of(get("treaties/untoc/actions.csv").content)


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("treaties/hanoi/actions.csv", "hanoi-actions_2026-11-21_r87.csv"),
        (
            "treaties/hanoi/participants.xlsx?as_of=2026-03-01&revision=80",
            "hanoi-participants_2026-03-01_r80.xlsx",
        ),
        ("treaties/hanoi/articles.csv", "hanoi-articles.csv"),
        ("treaties/hanoi/dataset/", "hanoi-dataset_2026-11-21_r87.zip"),
        ("participants.csv", "participants_2026-11-21.csv"),
        ("treaties.csv", "treaties.csv"),
    ],
)
def test_a_file_is_named_after_treaty_day_and_revision(get: Get, path: str, name: str) -> None:
    assert get(f"/api/v1/{path}")["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv, application/json;q=0.5", "text/csv"),
        ("application/json;q=0, text/csv", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/*;q=0.9, application/json;q=0.2", "text/csv"),
        ("text/csv, */*", "text/csv"),
        ("text/csv, application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/json"),
        ("", "application/json"),
        (",, text/csv,", "text/csv"),
        (" , ,", "application/json"),
    ],
)
def test_accept_is_read_with_its_weights(get: Get, accept: str, form: str) -> None:
    answer = get("treaties/hanoi/actions/", headers={"Accept": accept})
    assert answer["Content-Type"].partition(";")[0] == form


@pytest.mark.parametrize("accept", ["application/json;q=0", "image/png", "application/json;q=0, image/*"])
def test_what_is_not_accepted_is_refused(get: Get, accept: str) -> None:
    assert get("treaties/hanoi/status/", headers={"Accept": accept}).status_code == 406


def test_a_permalink_gives_the_format_that_accept_chose(get: Get) -> None:
    answer = get("treaties/hanoi/actions/", headers={"Accept": "text/csv"})
    link = answer["Link"].partition(">")[0].strip("<")
    assert link.startswith("/api/v1/treaties/hanoi/actions.csv?")
    assert get(link).content == answer.content


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize("path", ONE_OF_EACH.values())
def test_no_cache_gives_a_refusal_to_those_that_sent_other_headers(get: Get, path: str) -> None:
    for headers, code in (
        ({"Accept": "image/png"}, 406),
        ({"If-Match": '"other"'}, 412),
        ({"Authorization": "Bearer tst_unknown"}, 401),
    ):
        refusal = get(path, headers=headers)
        assert (refusal.status_code, refusal["Cache-Control"]) == (code, "no-store")
    assert "accept" in get(path)["Vary"].lower()
    assert "accept" in get(path, colour="red")["Vary"].lower()


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/treaties/",
        "/api/v1/nowhere/",
        "/changes.atom",
        "/changes.json",
        "/calendar.ics",
        "/embed/hanoi/badge.svg",
    ],
)
def test_pages_of_other_sites_may_read_what_is_public(get: Get, client: Client, path: str) -> None:
    plain, other = get(path), get(path, headers=ORIGIN)
    for answer in (plain, other):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "origin" not in answer.get("Vary", "").lower()
    assert {"repr-digest", "x-request-id", "deprecation", "sunset"} <= set(
        other["Access-Control-Expose-Headers"].split(", ")
    )
    asked = ORIGIN | {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options(path, headers=asked)
    allowed = preflight["Access-Control-Allow-Headers"].split(", ")
    assert {"content-type", "cache-control", "x-requested-with", "traceparent", "authorization"} <= set(
        allowed
    )


def test_the_panel_is_read_by_no_other_site(client: Client, db: None) -> None:  # noqa: ARG001 - the log-in page asks it
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/", headers=ORIGIN)


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v2/",
        "/api/v2/treaties/hanoi/",
        "/api/v1/nowhere/",
        "/api/v1/nowhere",
        "/api/v2",
        "/api/v1/treaties/hanoi/status.pdf",
    ],
)
def test_an_address_below_api_that_is_not_there_is_a_problem(get: Get, path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["participants/", "participants/QAT/", "groups/", "groups/eu/"])
def test_last_modified_moves_with_the_day(
    get: Get, now: datetime, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Who asks with yesterday's gets today's memberships; a day that is named stays as it is."""
    before, named = get(path), get(path, as_of="2026-11-21")
    since = {"If-Modified-Since": before["Last-Modified"]}
    assert get(path, headers=since).status_code == 304
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=1))
    after = get(path, headers=since)
    assert (after.status_code, after["Last-Modified"]) == (200, "Sun, 22 Nov 2026 00:00:00 GMT")
    assert get(path, as_of="2026-11-21")["Last-Modified"] == named["Last-Modified"]


@pytest.mark.parametrize("path", ["", "problems/", "schema/"])
def test_last_modified_of_the_codes_texts_moves_with_the_code(
    get: Get, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    before = get(path)
    since = {"If-Modified-Since": before["Last-Modified"]}
    assert get(path, headers=since).status_code == 304
    monkeypatch.setattr("api.index.CODE_AT", index.CODE_AT + timedelta(days=1))
    assert get(path, headers=since).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/treaties?q=hanoi", "/api/v1/treaties/hanoi/status", "/api/v1/docs", "/api"]
)
def test_a_missing_slash_is_added(get: Get, path: str) -> None:
    answer = get(path)
    address, _, query = path.partition("?")
    assert (answer.status_code, answer["Location"]) == (301, f"{address}/{'?' if query else ''}{query}")


def test_articles_are_those_of_the_adopted_text_unless_others_are_asked_for(get: Get) -> None:
    def statuses(**query: str) -> list[str]:
        rows = get("treaties/hanoi/articles/", **query).json()["results"]
        return [row["status"] for row in rows]

    assert statuses() == ["adopted"] * 68
    assert statuses(status="reported") == ["reported"] * 3


def test_answers_and_their_description_name_the_licence_of_the_data(get: Get) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert f'<{licence}>; rel="license"' in get("treaties/hanoi/status/")["Link"]
    assert get("schema/").json()["info"]["license"]["url"] == licence


def test_the_catalogue_leads_to_the_api_and_its_description(get: Get, client: Client) -> None:
    answer = get("/.well-known/api-catalog", headers=ORIGIN)
    assert answer["Content-Type"].startswith("application/linkset+json")
    head = client.head("/.well-known/api-catalog")
    assert head["Link"] == '<http://testserver/.well-known/api-catalog>; rel="api-catalog"'
    assert answer["Access-Control-Allow-Origin"] == "*"
    (api,) = answer.json()["linkset"]
    for address in (api["anchor"], api["service-desc"][0]["href"], api["service-doc"][0]["href"]):
        assert get(address.removeprefix("http://testserver")).status_code == 200
