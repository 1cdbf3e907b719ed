"""Pages travel compressed, also where no proxy stands in front."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompression(GZipMiddleware):
    """Compress what anybody sees; pages with a session carry tokens, whose length compression would betray (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:  # noqa: ANN401 - as inherited
        """Return a page compressed where the client takes it, anything else as it is."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or request.COOKIES or not isinstance(response, HttpResponse):
            return response
        return super().process_response(request, response)
