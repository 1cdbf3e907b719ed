"""Header `Record-Head` of public responses: which state of the record they show, fixed by its hash."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ratification.record.heads import HEADER, noted_head

Handler = Callable[[HttpRequest], HttpResponse]


def record_head(get_response: Handler) -> Handler:
    """Middleware: name the head of the record in the response that was made from it."""

    def named(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (head := noted_head(request)) is not None and response.status_code < 400:  # noqa: PLR2004 - HTTP
            response.headers[HEADER] = head
        return response

    return named
