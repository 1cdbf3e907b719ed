"""The content policy is the same for all responses but those that say otherwise, and the API has no sessions."""

from typing import Any, cast

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.middleware import accounts
from config.middleware.policy import ContentPolicy

HEADER = "Content-Security-Policy"


def _parts(text: str) -> list[str]:
    return sorted(text.split("; "))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"_csp_update": {"frame-src": ["'self'"]}},
        {"_csp_replace": {"frame-ancestors": ["*"]}},
        {"_csp_exempt": True},
        {"_csp_config": {"default-src": ["'none'"]}},
    ],
    ids=str,
)
def test_the_policy_is_that_of_the_library(change: dict[str, object]) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        vars(response).update(change)
        return response

    request = RequestFactory().get("/")
    ours, theirs = (
        middleware(answer).process_response(request, answer(request)).headers.get(HEADER, "")
        for middleware in (ContentPolicy, CSPMiddleware)
    )
    assert _parts(ours) == _parts(theirs)
    assert bool(ours) is not bool(change.get("_csp_exempt"))


@pytest.mark.parametrize(("path", "has"), [("/api/v1/", False), ("/", True)])
def test_the_api_has_no_session_and_pages_have(path: str, has: bool) -> None:  # noqa: FBT001 - a table
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    inner: Any = answer
    for middleware in (
        accounts.Messages,
        accounts.SecondFactors,
        accounts.Accounts,
        accounts.Sessions,
    ):
        inner = cast("Any", middleware)(inner)
    inner(RequestFactory().get(path))
    assert [hasattr(seen[0], name) for name in ("session", "user", "_messages")] == [has] * 3


@pytest.mark.django_db
def test_the_api_answers_a_logged_in_reader_as_any_other(client: Client) -> None:
    address = "/api/v1/problems/"
    before = client.get(address)
    client.cookies["sessionid"] = "made-up"
    after = client.get(address)
    assert (before.status_code, before.content) == (after.status_code, after.content)
    assert "Cookie" not in after["Vary"]
