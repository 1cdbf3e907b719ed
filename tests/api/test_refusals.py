"""Refusals by Django, by the site's errors and by the API's pages are problem documents, as those of resources are."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from api.problems import TITLES
from api.records import StatusOf

Get = Callable[..., Any]
STATUS = "/api/v1/treaties/hanoi/status/"


def problem(response: Any, status: int, kind: str) -> dict[str, Any]:  # noqa: ANN401
    """Return the document of a refusal, which must be of a kind that the API lists."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    document: dict[str, Any] = json.loads(response.content)
    assert document["type"] == f"/api/v1/problems/#{kind}"
    assert (document["title"], document["status"]) == (TITLES[kind], status)
    assert document["detail"]
    return document


@pytest.mark.django_db
def test_an_unknown_host_is_refused_with_a_problem(client: Client) -> None:
    refusal = client.get("/api/v1/", headers={"host": "evil.example"})
    problem(refusal, 400, "malformed-request")
    assert refusal["Cache-Control"] == "no-store"
    page = client.get("/", headers={"host": "evil.example"})
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Client:
    """Return a client of a site whose status fails."""

    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(StatusOf, "basis_of", fail)
    return Client(raise_request_exception=False)


@pytest.mark.usefixtures("record")
def test_a_failure_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = failing(monkeypatch, RuntimeError("secret")).get(STATUS)
    assert "secret" not in str(problem(refusal, 500, "internal-error"))
    assert refusal["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("record")
def test_a_database_that_is_away_is_a_problem_with_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = failing(monkeypatch, OperationalError("gone")).get(STATUS)
    assert refusal["Retry-After"] == str(problem(refusal, 503, "unavailable")["wait"])


@pytest.mark.parametrize("page", ["guide/", "guide/verify.md", "docs/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "PROPFIND"])
@pytest.mark.usefixtures("record")
def test_pages_of_the_api_only_read(page: str, method: str) -> None:
    refusal = Client(enforce_csrf_checks=True).generic(method, f"/api/v1/{page}")
    problem(refusal, 405, "method-not-allowed")
    assert refusal["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("page", ["guide/", "docs/"])
def test_pages_of_the_api_name_their_methods(get: Get, client: Client, page: str) -> None:
    assert get(page).status_code == 200
    answer = client.options(f"/api/v1/{page}")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_a_page_that_the_guide_does_not_have_is_a_problem(get: Get) -> None:
    problem(get("guide/operations.md"), 404, "not-found")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("QAT,AZE", "'QAT,AZE' does not match ^[A-Z0-9]{3}$. One value is taken, not several."),
        ("qat", "'qat' does not match ^[A-Z0-9]{3}$."),
        ("", "a value of 0 characters; 1 to 100 are allowed."),
        ("A" * 101, "a value of 101 characters; 1 to 100 are allowed."),
    ],
)
@pytest.mark.usefixtures("hanoi")
def test_a_text_is_refused_for_the_one_thing_that_is_wrong(get: Get, given: str, said: str) -> None:
    for resource in ("actions", "statements", "windows"):
        refusal = problem(get(f"treaties/hanoi/{resource}/", participant=given), 400, "invalid-value")
        assert refusal["detail"] == f"'participant': {said}"
