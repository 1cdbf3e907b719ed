"""Pages of a one-time link, by which a person sets a first password or one in place of a lost one."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.budget import BusyError
from panel.hashing import PASSWORDS, busy
from ratification.operations import accounts


class SetPassword(PasswordResetConfirmView):
    """The form for the password; only while the proposal that made the link waits."""

    template_name = "registration/password_reset_confirm.html"
    success_url = reverse_lazy("admin:password_set")

    def get_user(self, uidb64: str) -> User | None:
        """Return the account if a link of it is open, and check the token against that proposal."""
        user = super().get_user(uidb64)
        change = accounts.open_access(user) if isinstance(user, User) else None
        if change is None:
            return None
        self.token_generator = accounts.AccessTokens(change)
        return user

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Set the password, one at a time as at the log-in."""
        try:
            with PASSWORDS.place():
                return super().post(request, *args, **kwargs)
        except BusyError:
            return busy()

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - Django's form
        """Set the password, and close the account until a second administrator accepts."""
        response = super().form_valid(form)
        user = form.user
        accounts.password_was_set(user, now=timezone.now())
        LogEntry.objects.log_actions(
            user.pk, [user], CHANGE, "Set a password through a one-time link.", single_object=True
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        """Add what the panel's pages need."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


@require_safe
def password_set(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    context = {**admin.site.each_context(request), "title": "Password set"}
    return TemplateResponse(request, "admin/panel/password_set.html", context)
