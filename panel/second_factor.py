"""Second factor: set up, asked for after the password, and required of those who publish or administer."""

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp import login, match_token

from common.budget import BusyError
from common.sealing import SealError
from panel.base import typed, user_of
from panel.hashing import PASSWORDS, busy
from ratification.models import SecondFactor
from ratification.models.second_factors import has_second_factor, lacks_second_factor
from ratification.operations import accounts, second_factors
from ratification.operations.second_factors import Passkeys, SecondFactorError

_STATE = "passkey-challenge"
_APP = "authenticator-app"
"""Marks in the session: the challenge to a passkey, and that the password was given to set up an app."""
REFUSED = (
    "Your roles publish or administer, which takes a second factor: set up an authenticator app or a passkey here."
    " Nothing has been changed."
)


def is_asked(request: HttpRequest) -> bool:
    """Return whether a person has given the password, and still has to give a second factor."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return False
    is_verified: Callable[[], bool] | None = getattr(user, "is_verified", None)
    return not (is_verified and is_verified()) and has_second_factor(user)


def must_set_up(request: HttpRequest) -> bool:
    """Return whether a person's roles need a second factor, and there is none."""
    user = request.user
    return isinstance(user, User) and lacks_second_factor(user) and accounts.has_guarded_role(user)


def check_address(request: HttpRequest, then: str) -> str:
    """Return the address of the page that asks for the second factor, and leads on from there."""
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    return reverse("admin:second_factor_check") + "?" + urlencode({"next": then if safe else ""})


@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey after the password."""
    then = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure()):
        then = reverse("admin:index")
    if not isinstance(request.user, User):
        return HttpResponseRedirect(reverse("admin:login"))
    if not is_asked(request):
        return HttpResponseRedirect(then)
    refusal = ""
    if request.method == "POST":
        try:
            factor = match_token(request.user, request.POST.get("code", ""))
        except SealError as error:
            factor, refusal = None, str(error)
        if factor is not None:
            _let_in(request, factor)
            if factor.kind == SecondFactor.Kind.CODES:
                messages.warning(request, "A recovery code has been used up.")
            return HttpResponseRedirect(then)
        refusal = (
            refusal or "The code is not right, or has been used. After a wrong code, wait a few seconds."
        )
    kinds = SecondFactor.objects.filter(user=request.user, confirmed=True).values_list("kind", flat=True)
    context = {"title": "Second factor", "then": then, "refusal": refusal, "kinds": set(kinds)}
    context |= _address(request)
    page = {**admin.site.each_context(request), **context, "has_permission": False}
    return TemplateResponse(request, "admin/panel/second_factor_check.html", page)


@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person's own second factors."""
    return _page(request)


@require_POST
def app(request: HttpRequest) -> HttpResponse:
    """Begin to set up an authenticator app, or finish it with a code."""
    user = user_of(request)
    try:
        if not request.session.get(_APP) or "code" not in request.POST:
            if refused := _refuse_wrong_password(request):
                return refused
            request.session[_APP] = True
            return _page(request, app=second_factors.begin_app(user))
        login(request, second_factors.confirm_app(user, request.POST["code"]))
    except SealError as error:
        return _page(request, refusal=str(error))
    except SecondFactorError as error:
        return _page(request, app=second_factors.begin_app(user), refusal=str(error))
    del request.session[_APP]
    return _set_up(request, "The authenticator app is set up.")


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge, then keep the passkey that it made."""
    user, keys = user_of(request), _keys(request)
    try:
        if "answer" not in request.POST:
            if _wrong_password(request):
                return HttpResponseBadRequest("The password is not right.")
            return _challenge(request, *keys.begin(user))
        answer = _read(request.POST["answer"])
        name = typed(request, "name").strip()[:60]
        login(request, keys.keep(user, name, request.session.pop(_STATE, None), answer))
    except BusyError:
        return busy()
    except (SecondFactorError, SealError) as error:
        return _page(request, refusal=str(error))
    return _set_up(request, "The passkey is set up.")


@require_POST
def use_passkey(request: HttpRequest) -> HttpResponse:
    """Give the browser a challenge, then let in the person whose passkey answers it."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect(reverse("admin:login"))
    keys = _keys(request)
    try:
        if "answer" not in request.POST:
            return _challenge(request, *keys.ask(request.user))
        state = request.session.pop(_STATE, None)
        _let_in(request, keys.check(request.user, state, _read(request.POST["answer"])))
    except (SecondFactorError, SealError) as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(check_address(request, request.POST.get("next", "")))


@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes, and show the new ones once."""
    if refused := _refuse_wrong_password(request):
        return refused
    if not has_second_factor(user_of(request)):
        return _page(request, refusal="Set up an authenticator app or a passkey first.")
    return _page(request, codes=second_factors.make_codes(user_of(request)))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of a person's own second factors."""
    factor = get_object_or_404(SecondFactor, pk=pk, user=user_of(request))
    if refused := _refuse_wrong_password(request):
        return refused
    second_factors.remove(factor)
    messages.success(request, f"Removed: {factor}.")
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _let_in(request: HttpRequest, factor: SecondFactor) -> None:
    """Note that the second factor was given; the session gets another key, as at a log-in."""
    login(request, factor)
    request.session.cycle_key()


def _page(request: HttpRequest, **more: Any) -> HttpResponse:  # noqa: ANN401 - a template's context
    user = user_of(request)
    factors = SecondFactor.objects.filter(user=user, confirmed=True)
    app: SecondFactor | None = more.get("app")
    if app:
        address = app.address(str(admin.site.site_header))
        more["picture"] = segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff")
    context = {
        **admin.site.each_context(request),
        "title": "Second factor",
        "factors": factors,
        "is_required": must_set_up(request),
        "has_one": has_second_factor(user),
        **_address(request),
        **more,
    }
    return TemplateResponse(request, "admin/panel/second_factor.html", context)


def _address(request: HttpRequest) -> dict[str, str]:
    """Return the address in the place of a name at which the site is open, and this page's on the same machine.

    A passkey belongs to a name: a browser makes none for an address.
    """
    host, port = split_domain_port(request.get_host())
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return {}
    here = f"{request.scheme}://localhost{port and f':{port}'}{request.path}" if address.is_loopback else ""
    return {"address": str(address), "by_name": here}


def _set_up(request: HttpRequest, message: str) -> HttpResponse:
    """Say so; with the first one come recovery codes."""
    user = user_of(request)
    messages.success(request, message)
    if SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.CODES).exists():
        return HttpResponseRedirect(reverse("admin:second_factor"))
    return _page(request, codes=second_factors.make_codes(user))


def _wrong_password(request: HttpRequest) -> bool:
    """Whether what follows needs the password again, and it is wrong: a session left open sets nothing up."""
    with PASSWORDS.place():
        return not user_of(request).check_password(request.POST.get("password", ""))


def _refuse_wrong_password(request: HttpRequest) -> HttpResponse | None:
    try:
        if not _wrong_password(request):
            return None
    except BusyError:
        return busy()
    return _page(request, refusal="The password is not right. Nothing has been changed.")


def _keys(request: HttpRequest) -> Passkeys:
    origin = f"{request.scheme}://{request.get_host()}"
    return Passkeys(request.get_host().rsplit(":", 1)[0], origin)


def _challenge(request: HttpRequest, options: dict[str, Any], state: object) -> JsonResponse:
    request.session[_STATE] = state
    return JsonResponse(options["publicKey"])


def _read(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise SecondFactorError("The browser's answer cannot be read.") from error
    if not isinstance(answer, dict):
        raise SecondFactorError("The browser's answer cannot be read.")
    return answer


def urls(own: Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]) -> list[URLPattern]:
    """Return the addresses; `own` admits who has signed in."""
    return [
        path("second-factor/check/", check, name="second_factor_check"),
        path("second-factor/check/passkey/", use_passkey, name="second_factor_use_passkey"),
        path("second-factor/", own(mine), name="second_factor"),
        path("second-factor/app/", own(app), name="second_factor_app"),
        path("second-factor/passkey/", own(passkey), name="second_factor_passkey"),
        path("second-factor/codes/", own(codes), name="second_factor_codes"),
        path("second-factor/<int:pk>/remove/", own(remove), name="second_factor_remove"),
    ]
