"""Files, feeds and calendars in the language that `?lang=` asks for; in that of the address where it is left out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from common.languages import asked_language, current

View = Callable[..., HttpResponse]


def in_asked_language(view: View) -> View:
    """Answer in the language of `?lang=`."""

    @wraps(view)
    def answered(request: HttpRequest, *parts: Any, **path: Any) -> HttpResponse:  # noqa: ANN401 - of an address
        try:
            language = asked_language(request.GET.getlist("lang")) or current()
        except ValueError as error:
            raise BadRequest(str(error)) from error
        with override(language.code):
            return view(request, *parts, **path)

    return answered
