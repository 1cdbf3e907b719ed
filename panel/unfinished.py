"""Unfinished forms: a form's page keeps here what is typed, and asks for it when the form is opened again."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, CheckboxInput, ModelChoiceField, RadioSelect
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from panel.base import storable, typed, user_of
from panel.row_fields import number_in
from ratification.ledger.characters import fault_of
from ratification.models import UnfinishedForm

KEPT = 200
"""Number of unfinished forms that are kept for one person; the oldest give way."""
SEALED = "contact_"
"""Beginning of the names of fields that are stored sealed, and never here."""


def unfinished(request: HttpRequest) -> HttpResponse:
    """Return the user's unfinished forms of an address (GET), keep one (POST), or discard one (DELETE)."""
    own = UnfinishedForm.objects.filter(owner=user_of(request))
    if request.method == "DELETE":
        own.filter(key=request.GET.get("key", "")).delete()
        return HttpResponse(status=204)
    if request.method == "POST":
        return _keep(request)
    found = own.filter(address=request.GET.get("address", ""))
    rows = [
        {"key": each.key, "at": each.saved_at.isoformat(), "version": each.version, "fields": each.fields}
        for each in found
    ]
    return JsonResponse({"forms": rows})


def keep_sent(request: HttpRequest, title: str, *forms: BaseForm) -> None:
    """Keep forms that were sent and cannot be saved, for a browser whose script does not; say where they are."""
    fields = {
        name: pair
        for form in forms
        for bound in form
        if not bound.name.startswith(SEALED)
        for name, pair in _sent(request, bound)
    }
    owner = user_of(request)
    UnfinishedForm.objects.update_or_create(
        owner=owner,
        key=_key(request),
        defaults={
            "address": request.get_full_path()[:500],
            "title": title[:300],
            "version": typed(request, "_version")[:100],
            "fields": fields,
            "saved_at": timezone.now(),
        },
    )
    messages.warning(request, "Not saved yet: what you typed is kept for you on the start page.")


def forget_sent(request: HttpRequest) -> None:
    """Discard what `keep_sent` kept of this address: it has been saved."""
    UnfinishedForm.objects.filter(owner=user_of(request), key=_key(request)).delete()


def _key(request: HttpRequest) -> str:
    return f"sent:{request.get_full_path()}"[:300]


def _sent(request: HttpRequest, bound: BoundField) -> Iterator[tuple[str, list[str]]]:
    """Yield what was sent of a field under the names that the script uses: boxes of one name are kept one by one."""
    name, widget = bound.html_name, bound.field.widget
    values = request.POST.getlist(name)
    if isinstance(widget, CheckboxInput):
        yield f"{name}=on", ["1" if values else "", ""]
    elif isinstance(widget, RadioSelect):  # and lists of several choices, which are Django's subclass of it
        for box in bound.subwidgets:
            value = str(box.data["value"])
            yield f"{name}={value}", ["1" if value in values else "", ""]
    elif values:
        yield name, [typed(request, name), _choice(bound)]


def _choice(bound: BoundField) -> str:
    """Return the words of the row that a field refers to; empty for any other field."""
    if not isinstance(bound.field, ModelChoiceField) or bound.field.queryset is None:
        return ""
    chosen = number_in(str(bound.value() or ""))
    return str(bound.field.queryset.filter(pk=chosen).first() or "")


def _keep(request: HttpRequest) -> HttpResponse:
    try:
        sent = json.loads(request.body)
        values = {name: _text(sent[name], field) for name, field in _COLUMNS.items()}
        fields = {
            storable(name): [storable(part) for part in pair]
            for name, pair in sent["fields"].items()
            if not str(name).startswith(SEALED)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponse("No form that can be kept.", status=400)
    owner = user_of(request)
    UnfinishedForm.objects.update_or_create(
        owner=owner,
        key=values.pop("key"),
        defaults={**values, "fields": fields, "saved_at": timezone.now()},
    )
    oldest = UnfinishedForm.objects.filter(owner=owner).values_list("pk", flat=True)[KEPT:]
    UnfinishedForm.objects.filter(pk__in=list(oldest)).delete()
    return HttpResponse(status=204)


_COLUMNS: dict[str, int] = {"key": 300, "address": 500, "title": 300, "version": 100}


def _text(value: Any, length: int) -> str:  # noqa: ANN401 - JSON
    """Return a text that its column can hold.

    Raises:
        ValueError: for anything else.
    """
    if not isinstance(value, str) or len(value) > length or fault_of(value):
        raise ValueError
    return value
