"""Second factors of staff accounts: set up, used, removed, each with a line in the audit log.

People set up their own. A lost one is removed by two administrators (`operations.accounts`).
"""

import secrets
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction

from common.lazy import lazy_module
from common.sealing import reseal_rows
from ratification.models import SecondFactor

if TYPE_CHECKING:
    from fido2 import server as fido2_server
    from fido2 import webauthn
else:
    fido2_server = lazy_module("fido2.server")
    webauthn = lazy_module("fido2.webauthn")

CODES = 10
"""Recovery codes in a set."""
_KEY_BYTES = 20
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # pragma: allowlist secret
_CODE_LENGTH = 10


class SecondFactorError(Exception):
    """A refused step; the message says why."""


@transaction.atomic
def begin_app(user: User) -> SecondFactor:
    """Return the authenticator app that is being set up; it counts once a code of it has been entered."""
    waiting: SecondFactor | None = SecondFactor.objects.filter(
        user=user, kind=SecondFactor.Kind.APP, confirmed=False
    ).first()
    if waiting:
        return waiting
    app = SecondFactor(user=user, kind=SecondFactor.Kind.APP, name="authenticator app", confirmed=False)
    app.content = {"key": secrets.token_hex(_KEY_BYTES)}
    app.save()
    return app


def confirm_app(user: User, code: str) -> SecondFactor:
    """Finish setting up an authenticator app with a code of it. A wrong code is noted, and delays the next one.

    Raises:
        SecondFactorError: if the code is wrong.
    """
    with transaction.atomic():
        app: SecondFactor = SecondFactor.objects.select_for_update().get(pk=begin_app(user).pk)
        if app.verify_token(code):
            app.confirmed = True
            app.save()
            _log(user, "Set up an authenticator app as second factor.")
    if not app.confirmed:
        raise SecondFactorError(
            "The code is not the one that the app shows now. The clock of the telephone may be wrong; after a wrong"
            " code, wait a few seconds."
        )
    return app


class Passkeys:
    """Passkeys of one address of the site (WebAuthn): their challenges and the answers to them."""

    def __init__(self, host: str, origin: str) -> None:
        entity = webauthn.PublicKeyCredentialRpEntity(name="Treaty status tracker", id=host)
        self._server = fido2_server.Fido2Server(entity, verify_origin=lambda given: given == origin)

    def begin(self, user: User) -> tuple[dict[str, Any], Any]:
        """Return what the browser needs to make a passkey, and the state to keep in the session."""
        entity = webauthn.PublicKeyCredentialUserEntity(
            id=str(user.pk).encode(), name=user.get_username(), display_name=str(user)
        )
        options, state = self._server.register_begin(
            entity, _credentials(user), user_verification=webauthn.UserVerificationRequirement.PREFERRED
        )
        return dict(options), state

    @transaction.atomic
    def keep(self, user: User, name: str, state: object, answer: dict[str, Any]) -> SecondFactor:
        """Keep a new passkey.

        Raises:
            SecondFactorError: if the answer is not one to the challenge.
        """
        try:
            data = self._server.register_complete(state, answer)
        except (ValueError, KeyError, TypeError) as error:
            raise SecondFactorError(f"The passkey was not accepted: {error}") from error
        passkey = SecondFactor(
            user=user, kind=SecondFactor.Kind.PASSKEY, name=name or "passkey", last_step=data.counter
        )
        passkey.content = {"credential": b64encode(bytes(data.credential_data or b"")).decode()}
        passkey.save()
        _log(user, f"Set up a passkey as second factor: {passkey}.")
        return passkey

    def ask(self, user: User) -> tuple[dict[str, Any], Any]:
        """Return what the browser needs to use a passkey, and the state to keep in the session."""
        options, state = self._server.authenticate_begin(
            _credentials(user), user_verification=webauthn.UserVerificationRequirement.PREFERRED
        )
        return dict(options), state

    @transaction.atomic
    def check(self, user: User, state: object, answer: dict[str, Any]) -> SecondFactor:
        """Return the passkey that answered the challenge.

        Raises:
            SecondFactorError: if none did, or a copy of it has been used meanwhile.
        """
        known = {_credential(each).credential_id: each for each in _passkeys(user).select_for_update()}
        try:
            used = self._server.authenticate_complete(
                state, [_credential(each) for each in known.values()], answer
            )
            counter = webauthn.AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
        except (ValueError, KeyError, TypeError) as error:
            raise SecondFactorError(f"The passkey was not accepted: {error}") from error
        passkey: SecondFactor = known[used.credential_id]
        if counter <= passkey.last_step and (counter or passkey.last_step):
            raise SecondFactorError(
                "The passkey was not accepted: its count of uses went back, as a copy's would."
            )
        passkey.last_step = counter
        passkey.set_last_used_timestamp(commit=False)  # type: ignore[no-untyped-call]
        passkey.save()
        return passkey


@transaction.atomic
def make_codes(user: User) -> list[str]:
    """Replace the recovery codes by new ones, which are shown once."""
    SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.CODES).delete()
    left = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    codes = SecondFactor(user=user, kind=SecondFactor.Kind.CODES, name="recovery codes")
    codes.content = {"left": left}
    codes.save()
    _log(user, "Made new recovery codes.")
    return [f"{code[:5]}-{code[5:]}" for code in left]


@transaction.atomic
def remove(factor: SecondFactor) -> None:
    """Remove one of a person's own; the recovery codes go with the last other one."""
    user = factor.user
    factor.delete()
    if not SecondFactor.objects.filter(user=user).exclude(kind=SecondFactor.Kind.CODES).exists():
        SecondFactor.objects.filter(user=user).delete()
    _log(user, f"Removed a second factor: {factor}.")


def remove_all(user: User) -> None:
    """Remove all of an account, after two administrators have agreed."""
    SecondFactor.objects.filter(user=user).delete()


def reseal() -> int:
    """Encrypt all with the current key, from any known key; return their number.

    Raises:
        SealError: if there is no key, or none of the keys is the one; then nothing is changed.
    """
    return reseal_rows(SecondFactor.objects.all())


def _passkeys(user: User) -> Any:  # noqa: ANN401 - django-otp ships no types
    return SecondFactor.objects.filter(user=user, kind=SecondFactor.Kind.PASSKEY, confirmed=True)


def _credentials(user: User) -> "list[webauthn.AttestedCredentialData]":
    return [_credential(each) for each in _passkeys(user)]


def _credential(passkey: SecondFactor) -> "webauthn.AttestedCredentialData":
    return webauthn.AttestedCredentialData(b64decode(passkey.content["credential"]))


def _log(user: User, message: str) -> None:
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, message, single_object=True)
