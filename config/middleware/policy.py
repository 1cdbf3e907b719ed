"""Content-Security-Policy, written once for all responses that change nothing of it."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

_CHANGES = {"_csp_config", "_csp_exempt", "_csp_replace", "_csp_update"}
"""Attributes that django-csp's decorators set."""


class ContentPolicy(CSPMiddleware):
    """django-csp's middleware, which writes the policy of the settings anew for each response."""

    @cached_property
    def _usual(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header."""
        changed = hasattr(request, "_csp_nonce") or not _CHANGES.isdisjoint(vars(response))
        if changed or settings.DEBUG:
            return super().process_response(request, response)
        response.setdefault(HEADER, self._usual)
        return response
