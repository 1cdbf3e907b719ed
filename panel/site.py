"""AdminSite of the data-entry panel, with a start page for the staff."""

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

from django.apps import AppConfig, apps
from django.contrib import admin, messages
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.checks import CheckMessage
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from tablib.formats import registry

from common.budget import BusyError
from panel.hashing import PASSWORDS, busy

_NAMES = {
    "ratification": "Record",
    "treaty": "Treaties",
    "states": "Participants",
    "auth": "People",
    "admin": "Audit",
    "axes": "Log-ins",
}
"""Parts of the menu, in their order."""
_OF_PEOPLE = {"StaffRole", "AccountChange"}
"""Models of the record's app that stand with the people."""


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
    login_template = "admin/panel/login.html"
    index_template = "admin/panel/start.html"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the form and log in; one password at a time is hashed, which costs a quarter of a second."""
        from panel.second_factor import check_address, is_asked  # noqa: PLC0415  (models are there only after the start)

        if is_asked(request):
            return HttpResponseRedirect(check_address(request, request.GET.get(REDIRECT_FIELD_NAME, "")))
        if request.method != "POST":
            return super().login(request, extra_context)
        from panel import sent_again  # noqa: PLC0415  (as above)

        try:
            with PASSWORDS.place():
                sent = {"sent": request.POST.get(sent_again.FIELD, "")}
                answer = super().login(request, {**(extra_context or {}), **sent})
        except BusyError:
            return busy()
        if request.user.is_authenticated:
            sent_again.keep_in_session(request)
        return answer

    def password_change(  # type: ignore[override]  # its own stubs leave the redirect out
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form and change the own password, which is hashed twice: one at a time too."""
        if request.method != "POST":
            return super().password_change(request, extra_context)
        from panel.base import note, user_of  # noqa: PLC0415  (models are there only after the start)

        try:
            with PASSWORDS.place():
                answer = super().password_change(request, extra_context)
        except BusyError:
            return busy()
        if isinstance(answer, HttpResponseRedirect):  # else the form is shown again
            note(request, user_of(request), "Changed the own password.")
        return answer

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether a person is staff, and has given the second factor where the account has one."""
        from panel.second_factor import is_asked  # noqa: PLC0415  (models are there only after the start)

        return super().has_permission(request) and not is_asked(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - Django's signature
        """Refuse every change to a person whose roles need a second factor, and who has none.

        A form that is sent after the session has ended is carried by the page of the log-in.
        """

        def changing(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any view's
            from panel import sent_again  # noqa: PLC0415  (as above)
            from panel.second_factor import REFUSED, must_set_up  # noqa: PLC0415  (as above)

            changes = request.method not in {"GET", "HEAD", "OPTIONS"}
            if changes:
                sent_again.forget(request)
            if "" in {
                request.GET.get(TO_FIELD_VAR),
                request.POST.get(TO_FIELD_VAR),
            }:  # Django would look it up
                return HttpResponseBadRequest("The request names a field that no row has.")
            if not changes or view in {self.logout, self.password_change} or not must_set_up(request):
                try:
                    return view(request, *args, **kwargs)
                except OverflowError:  # SQLite's, of a primary key in a request
                    return HttpResponseBadRequest("The request has a number that no row has.")
            messages.error(request, REFUSED)
            return HttpResponseRedirect(reverse("admin:second_factor"))

        guarded = super().admin_view(update_wrapper(changing, view), cacheable)

        def carrying(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any view's
            from panel import sent_again  # noqa: PLC0415  (as above)

            if view != self.logout and sent_again.is_sent_in_vain(request):
                return sent_again.login_page(self, request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(carrying, guarded)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Load the pages of every app, which only a process that shows them needs; add those of a one-time link."""
        # django-import-export tries each of tablib's formats: that of openpyxl would load 18 MB, and ours replaces it.
        registry._formats.pop("xlsx", None)  # noqa: SLF001 - tablib has no other way
        admin.autodiscover()
        for label, name in _NAMES.items():  # the way above each page says it too
            apps.get_app_config(label).verbose_name = name
        from panel import second_factor  # noqa: PLC0415  (models are there only after the start)
        from panel.passwords import AskForReset, OwnReset, SetPassword, password_set, reset_asked  # noqa: PLC0415  (as above)
        from panel.sent_again import sent_again  # noqa: PLC0415  (as above)
        from panel.unfinished import unfinished  # noqa: PLC0415  (as above)

        return [
            # Not behind `admin_view`: who has given the password and not yet the second factor may log out too.
            path("logout/", self.logout, name="logout"),
            *second_factor.urls(super().admin_view),
            path("sent-again/", self.admin_view(sent_again), name="sent_again"),
            path("unfinished/", self.admin_view(unfinished), name="unfinished"),
            path("password/set/", password_set, name="password_set"),
            path("password/reset/", AskForReset.as_view(), name="password_reset"),
            path("password/reset/sent/", reset_asked, name="password_reset_done"),
            path("password/reset/<uidb64>/<token>/", OwnReset.as_view(), name="password_reset_confirm"),
            path("password/<uidb64>/<token>/", SetPassword.as_view(), name="password_link"),
            *(url for url in super().get_urls() if getattr(url, "name", "") != "logout"),
        ]

    def check(self, app_configs: Sequence[AppConfig] | None) -> list[CheckMessage]:
        """Check the pages of every app."""
        admin.autodiscover()
        return super().check(app_configs)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the start page, with the lists below."""
        from panel.second_factor import must_set_up  # noqa: PLC0415  (models are there only after the start)
        from panel.start import start_of  # noqa: PLC0415  (as above)

        start = start_of(request.user, now=timezone.now())
        context = {"start": start, "must_set_up": must_set_up(request)}
        return super().index(request, {**context, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Put the record first, then the reference data, then the lists of administrators, under words of their own."""
        lists = super().get_app_list(request, app_label)
        if app_label is None:
            record: dict[str, Any] = next(
                (app for app in lists if app["app_label"] == "ratification"), {"models": []}
            )
            people = [row for row in record["models"] if row["object_name"] in _OF_PEOPLE]
            record["models"] = [row for row in record["models"] if row not in people]
            for app in lists:
                if app["app_label"] == "auth":
                    app["models"] = [*app["models"], *people]
        order = list(_NAMES)
        return sorted(
            (app for app in lists if app["models"]),
            key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order),
        )

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the search fields."""
        answer = _Choices.as_view(admin_site=self)(request)
        assert isinstance(answer, HttpResponse)  # noqa: S101  (for the types: a JsonResponse)
        return answer
