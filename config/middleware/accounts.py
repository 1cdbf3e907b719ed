"""Middleware of sessions and accounts, which the API has none of: its requests pass by (docs/performance.md)."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware


class _BesideApi:
    """Part of a middleware class: pass the API's requests on as they are."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - as Django's middleware has it
        """Answer a request."""
        if request.path_info.startswith("/api/"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # the middleware's


class Sessions(_BesideApi, SessionMiddleware):
    """Django's sessions."""


class Accounts(_BesideApi, AuthenticationMiddleware):
    """Django's accounts."""


class SecondFactors(_BesideApi, OTPMiddleware):
    """The second factor of an account."""


class Messages(_BesideApi, MessageMiddleware):
    """Django's messages from one page to the next."""
