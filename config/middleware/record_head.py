"""Headers of public responses that name the state of the record which they show: `Record-Head`, and Memento's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from api.memento import negotiated
from ratification.record.heads import HEADER, noted_head

Handler = Callable[[HttpRequest], HttpResponse]


def record_head(get_response: Handler) -> Handler:
    """Middleware: name the state of the record in the response that was made from it; answer Accept-Datetime."""

    def named(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (noted := noted_head(request)) is not None and response.status_code < 400:  # noqa: PLR2004 - HTTP
            response.headers[HEADER] = noted.text
            return negotiated(request, response, noted)
        return response

    return named
