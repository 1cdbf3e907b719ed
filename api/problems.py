"""Errors as problem documents (RFC 9457). Each type has a stable name; docs/api.md lists them."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

TITLES = {
    "unknown-parameter": "The address has a parameter that this resource does not take.",
    "invalid-value": "A parameter has a value that is not allowed.",
    "not-found": "There is nothing at this address.",
    "ahead-of-record": "The place in the list lies beyond the record's end: start again.",
    "method-not-allowed": "The API only reads: GET, HEAD and OPTIONS.",
    "not-acceptable": "None of the formats asked for is offered here.",
    "precondition-failed": "The condition of the request is not met.",
    "invalid-token": "The token is not known, or was revoked.",
    "too-many-requests": "The limit of requests for this while is used up.",
    "internal-error": "The site has failed; the failure has been noted.",
    # Of nginx (deploy/nginx) too, which answers before a web process does.
    "malformed-request": "The request cannot be read.",
    "address-too-long": "The address is too long.",
    "unavailable": "The site cannot answer now.",
}
BY_HEADER = (401, 406, 412, 429)
"""Statuses that depend on a header of the request or on its sender: no cache may give them to another."""
Row = TypeVar("Row")


class Problem(exceptions.APIException):
    """Refusal of a request: its type, a sentence, and members for programs."""

    def __init__(self, kind: str, status: int, detail: str, **members: Any) -> None:  # noqa: ANN401 - JSON
        super().__init__(detail, kind)
        self.kind, self.status_code, self.members = kind, status, members


def unknown_parameter(name: str, allowed: list[str]) -> Problem:
    """Refuse a parameter that the resource does not take."""
    known = ", ".join(allowed) or "none"
    detail = f"{name!r} is not a parameter of this resource; it takes: {known}."
    return Problem("unknown-parameter", 400, detail, parameter=name, allowed=allowed)


def invalid_value(name: str, detail: str, allowed: list[str] | None = None) -> Problem:
    """Refuse the value of a parameter; `allowed` names the values where they can be listed."""
    return Problem("invalid-value", 400, detail, parameter=name, allowed=allowed or [])


def not_found(detail: str) -> Problem:
    """Return a 404."""
    return Problem("not-found", 404, detail)


def or_404(row: Row | None, kind: str, name: str) -> Row:
    """Return a row; without one refuse the name, and say where those of its kind are listed.

    Raises:
        Problem: 404, if there is no row.
    """
    if row is None:
        raise not_found(f"There is no {kind} {name!r}; /api/v1/{kind}s/ lists them.")
    return row


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn the exception of a view into a problem document (EXCEPTION_HANDLER); leave errors to Django."""
    return None if _problem_of(error) is None else refuse(error, context["request"])


def refuse(error: Exception, request: HttpRequest) -> HttpResponse:
    """Return a refusal as a response, with the headers that belong to it. Re-raise errors that are not refusals."""
    problem = _problem_of(error)
    if problem is None:
        raise error
    response = respond(problem, request)
    if "wait" in problem.members:
        response["Retry-After"] = str(problem.members["wait"])
    if isinstance(error, exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = "Bearer"
    return response


def respond(problem: Problem, request: HttpRequest) -> HttpResponse:
    """Return the problem as a response, always in JSON, as RFC 9457 permits."""
    document = {
        "type": f"/api/v1/problems/#{problem.kind}",
        "title": TITLES[problem.kind],
        "status": problem.status_code,
        "detail": problem.detail,
        "instance": request.get_full_path(),
        **problem.members,
    }
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, status=problem.status_code, content_type="application/problem+json")
    response["Cache-Control"] = "no-store" if problem.status_code in BY_HEADER else "public, max-age=10"
    return response


def _problem_of(error: Exception) -> Problem | None:
    problem = None
    match error:
        case Problem():
            problem = error
        case Http404() | exceptions.NotFound():
            problem = not_found("There is nothing at this address; /api/v1/ lists what there is.")
        case exceptions.MethodNotAllowed():
            problem = Problem("method-not-allowed", 405, str(error.detail))
        case exceptions.NotAcceptable():
            offered = [renderer.media_type for renderer in error.available_renderers or []]
            problem = Problem("not-acceptable", 406, f"Offered here: {', '.join(offered)}.", allowed=offered)
        case exceptions.AuthenticationFailed():
            problem = Problem("invalid-token", 401, str(error.detail))
    return problem
