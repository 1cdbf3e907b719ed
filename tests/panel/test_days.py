"""Days in the panel's forms: each form reads them as depositaries print them, and asks where one can be two."""

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from panel.base import PrintedDateField
from panel.entry_form import SpanField

pytestmark = pytest.mark.django_db
AS_PRINTED = {
    "10 November 2026": "2026-11-10",
    "10 Nov. 2026": "2026-11-10",
    "10 novembre 2026": "2026-11-10",
    "1er mars 2027": "2027-03-01",
    "10.11.2026": "2026-11-10",
    "2026/11/10": "2026-11-10",
    "2026\u201311\u201310": "2026-11-10",
    "2026-11-10": "2026-11-10",
    "25/12/2026": "2026-12-25",
}
REFUSED = {
    "03/04/2026": "can be 4 March 2026 or 3 April 2026: write which",
    "31 April 2026": "does not exist",
    "29 February 2027": "does not exist",
    "10November2026x": "is no date",
}


def forms_of(user: User) -> list[tuple[str, Any]]:
    """Return the forms of all pages that write something, and those of their rows."""
    admin.autodiscover()
    request: Any = RequestFactory().get("/")
    request.user = user
    found: list[tuple[str, Any]] = []
    for model, page in admin.site._registry.items():  # noqa: SLF001 - the only list of the pages
        if not page.has_add_permission(request) and not page.has_change_permission(request):
            continue
        found.append((model.__name__, page.get_form(request)))
        found += [
            (f"{model.__name__}, {row.model.__name__}", row.get_formset(request).form)
            for row in page.get_inline_instances(request)
        ]
    return found


@pytest.mark.usefixtures("hanoi")
def test_every_form_reads_days_alike() -> None:
    days = {
        f"{name}: {field}": type(each)
        for name, form in forms_of(User.objects.create_superuser("root"))
        for field, each in form.base_fields.items()
        if isinstance(each, forms.DateField | forms.DateTimeField)
    }
    assert len(days) >= 15
    assert {name for name, kind in days.items() if not issubclass(kind, PrintedDateField)} == set()


@pytest.mark.parametrize("field", [SpanField(), PrintedDateField()], ids=["interval", "day"])
def test_both_fields_for_days_read_the_same_and_refuse_the_same(field: forms.Field) -> None:
    for text, day in AS_PRINTED.items():
        read = field.clean(text)
        assert str(getattr(read, "on", read)) == day, text
    for text, sentence in REFUSED.items():
        with pytest.raises(forms.ValidationError, match=sentence):
            field.clean(text)
