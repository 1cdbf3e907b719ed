"""Pages of a one-time link, by which a person sets a first password or one in place of a lost one.

The link is made by an administrator, or asked for by the person, who gets it at the address that is confirmed.
"""

from collections.abc import Iterable
from datetime import timedelta
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic.base import ContextMixin, View

from common.budget import BusyError
from panel.hashing import PASSWORDS, busy
from ratification.operations import accounts

PAUSE = int(timedelta(minutes=10).total_seconds())
SENDING = "sending of a password link"
"""Name of the threads that send links."""


class _InPanel(ContextMixin, View):
    """Mixin of Django's views: their pages look like the panel's."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        """Add what the panel's pages need."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class SetPassword(_InPanel, PasswordResetConfirmView):
    """The form for the password; only while the proposal that made the link waits."""

    template_name = "admin/panel/set_password.html"
    success_url = reverse_lazy("admin:password_set")

    def get_user(self, uidb64: str) -> User | None:
        """Return the account if a link of it is open, and check the token against that proposal."""
        user = super().get_user(uidb64)
        change = accounts.open_access(user) if isinstance(user, User) else None
        if change is None:
            return None
        self.token_generator = accounts.AccessTokens(change)
        return user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        """Name the page after what it says."""
        context = super().get_context_data(**kwargs)
        return context if context["validlink"] else {**context, "title": "A link that no longer works"}

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Set the password, one at a time as at the log-in."""
        try:
            with PASSWORDS.place():
                return super().post(request, *args, **kwargs)
        except BusyError:
            return busy()

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401 - Django's form
        """Set the password."""
        response = super().form_valid(form)
        self.keep(form.user)
        return response

    def keep(self, user: User) -> None:
        """Close the account until a second administrator accepts."""
        accounts.password_was_set(user, now=timezone.now())
        LogEntry.objects.log_actions(
            user.pk, [user], CHANGE, "Set a password through a one-time link.", single_object=True
        )


class ResetForm(PasswordResetForm):
    """The address that a person's link is sent to; others, and unconfirmed ones, get nothing and are not told apart."""

    def get_users(self, email: str) -> Iterable[User]:
        """Return the accounts whose confirmed address it is, each at most every ten minutes."""
        for user in User.objects.filter(email__iexact=email, is_active=True):
            if accounts.confirmed_address(user) and cache.add(f"reset-{user.pk}", 1, PAUSE):
                yield user

    def send_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Send a link beside the answer: the time that a mail server takes would tell accounts from others."""
        Thread(target=super().send_mail, args=args, kwargs=kwargs, name=SENDING).start()


class AskForReset(_InPanel, PasswordResetView):
    """The page on which people ask for a link themselves."""

    form_class = ResetForm
    email_template_name = "admin/panel/mail_reset.txt"
    success_url = reverse_lazy("admin:password_reset_done")


class OwnReset(SetPassword):
    """The form for a password whose link the person asked for: the address is confirmed, so the account stays open."""

    success_url = reverse_lazy("admin:login")

    def get_user(self, uidb64: str) -> User | None:
        """Return the account if it is open, and check Django's own token."""
        user = super(SetPassword, self).get_user(uidb64)
        return (
            user if isinstance(user, User) and user.is_active and accounts.confirmed_address(user) else None
        )

    def keep(self, user: User) -> None:
        """Log it."""
        LogEntry.objects.log_actions(
            user.pk,
            [user],
            CHANGE,
            "Set a password through a link sent to the own address.",
            single_object=True,
        )
        messages.success(self.request, "Your password is set.")


@require_safe
def reset_asked(request: HttpRequest) -> HttpResponse:
    """Say that a message is on its way, if the address is that of an account."""
    context = {**admin.site.each_context(request), "title": "Link sent"}
    return TemplateResponse(request, "admin/panel/reset_asked.html", context)


@require_safe
def password_set(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    context = {**admin.site.each_context(request), "title": "Password set"}
    return TemplateResponse(request, "admin/panel/password_set.html", context)


def locked_out(request: HttpRequest, _response: HttpResponse | None, _credentials: object) -> HttpResponse:
    """Say that passwords for an account are not taken from this place for a while."""
    context = {**admin.site.each_context(request), "title": "Log-in closed for a quarter of an hour"}
    page = TemplateResponse(request, "admin/panel/locked_out.html", context, status=429)
    page["Cache-Control"] = "no-store"
    page["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return page.render()
