"""Forms sent after a session has ended: the log-in carries them, and afterwards they are sent again, or not.

The site keeps nothing of them before the log-in: until then nobody is known whose they would be.
"""

import json
from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from panel.base import storable
from panel.unfinished import SEALED
from ratification.models import UnfinishedForm

MOST = 500_000
"""Characters that the page of the log-in carries at most."""
FIELD = "_sent"
"""The hidden field of that page."""
_PLACE = "sent-without-session"
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def is_sent_in_vain(request: HttpRequest) -> bool:
    """Return whether a person, and no script, has sent a form and is not logged in (any more)."""
    by_person = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    is_form = request.method == "POST" and request.content_type in _FORMS
    return is_form and by_person and not request.user.is_authenticated


def login_page(panel: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """Ask to log in on a page that says what became of the form, and carries it."""
    sent = json.dumps({"address": request.get_full_path(), "fields": _fields(request)})
    is_carried = len(sent) <= MOST
    then = reverse("admin:sent_again") if is_carried else request.get_full_path()
    shown = copy(request)
    shown.method = "GET"
    shown.GET = QueryDict(urlencode({"next": then}))
    address = f"{reverse('admin:login')}?{urlencode({'next': then})}"
    more = {"is_sent_in_vain": True, "sent": sent if is_carried else "", "app_path": address}
    return panel.login(shown, more)


def keep_in_session(request: HttpRequest) -> None:
    """Keep in the session what the page of the log-in carried: its owner is known now."""
    try:
        sent = json.loads(request.POST.get(FIELD, ""))
        address = str(sent["address"])
        fields = [(storable(name), storable(value)) for name, value in sent["fields"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if address.startswith(reverse("admin:index")):
        request.session[_PLACE] = {"address": address, "fields": fields}


def forget(request: HttpRequest) -> None:
    """Forget the form once it has been sent again."""
    if request.session.get(_PLACE, {}).get("address") == request.get_full_path():
        del request.session[_PLACE]


@never_cache
def sent_again(request: HttpRequest) -> HttpResponse:
    """Offer to send the form again; go to its page where a browser's script has kept it, which offers it there."""
    sent = request.session.get(_PLACE)
    if sent is None or request.method == "POST":
        request.session.pop(_PLACE, None)
        return HttpResponseRedirect(reverse("admin:index"))
    if UnfinishedForm.objects.filter(owner=request.user.pk, address=sent["address"]).exists():
        del request.session[_PLACE]
        return HttpResponseRedirect(sent["address"])
    shown = [
        (name.lstrip("_").replace("_", " "), value)
        for name, value in sent["fields"]
        if value and not name.startswith("_")
    ]
    context: dict[str, Any] = {"title": "Sent after your session had ended", "sent": sent, "shown": shown}
    page = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, "admin/panel/sent_again.html", page)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return names and values as sent, without passwords and what is stored sealed."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name and not name.startswith(SEALED)
    ]
