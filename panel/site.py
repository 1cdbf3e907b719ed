"""AdminSite of the data-entry panel, with a start page for the staff."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.checks import CheckMessage
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

from common.budget import BusyError
from panel.hashing import PASSWORDS, busy


class _Choices(AutocompleteJsonView):
    """Suggestions with the model's full description, if it has one."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, Any]:
        """Return one suggestion: its id, its text, and whether it alone fits, if its search decides that."""
        words = getattr(obj, "in_full", None) or str(obj)
        suggestion = {"id": str(getattr(obj, to_field_name)), "text": words}
        is_certain = getattr(obj, "is_certain", None)
        return suggestion if is_certain is None else {**suggestion, "certain": is_certain}


class Panel(admin.AdminSite):
    """The site of the data-entry staff."""

    site_header = "Treaty status tracker"
    site_title = "Treaty status tracker"
    index_title = "Today"
    index_template = "admin/panel/start.html"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form and log in; one password at a time is hashed, which costs a quarter of a second."""
        if request.method != "POST":
            return super().login(request, extra_context)
        try:
            with PASSWORDS.place():
                return super().login(request, extra_context)
        except BusyError:
            return busy()

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Load the pages of every app, which only a process that shows them needs; add those of a one-time link."""
        admin.autodiscover()
        from panel.passwords import SetPassword, password_set  # noqa: PLC0415  (models are there only after the start)

        return [
            path("password/set/", password_set, name="password_set"),
            path("password/<uidb64>/<token>/", SetPassword.as_view(), name="password_link"),
            *super().get_urls(),
        ]

    def check(self, app_configs: Sequence[AppConfig] | None) -> list[CheckMessage]:
        """Check the pages of every app."""
        admin.autodiscover()
        return super().check(app_configs)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page, with the lists below."""
        from panel.start import start_of  # noqa: PLC0415  (models are there only after the start)

        start = start_of(request.user, now=timezone.now())
        return super().index(request, {"start": start, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Put the record first, then the reference data, then the lists of administrators."""
        order = ["ratification", "treaty", "states"]
        lists = super().get_app_list(request, app_label)
        return sorted(
            lists, key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order)
        )

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the search fields."""
        answer = _Choices.as_view(admin_site=self)(request)
        assert isinstance(answer, HttpResponse)  # noqa: S101  (for the types: a JsonResponse)
        return answer
