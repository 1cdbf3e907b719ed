"""Second factors of staff accounts: authenticator apps, passkeys and recovery codes.

They are devices of django-otp, which throttles wrong codes and remembers in the session which one was used. What a
device knows is sealed (`common.sealing`); archives leave the table out, because a copy of the record must log nobody
in.
"""

import json
import secrets
from base64 import b32encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from common.sealing import open_sealed, seal

DIGITS = 6
TOLERANCE = 1
"""Steps of 30 seconds by which a telephone's clock may be wrong."""
_CLOCKS_APART = timedelta(minutes=1)
"""By which the clocks of the site's machines may differ."""


class SecondFactor(TimestampMixin, ThrottlingMixin, Device):
    """One authenticator app, passkey or set of recovery codes of an account."""

    class Kind(models.TextChoices):
        APP = "app", "authenticator app"
        PASSKEY = "passkey", "passkey"
        CODES = "codes", "recovery codes"

    kind = models.CharField(max_length=10, choices=Kind)
    sealed = models.TextField(help_text="What the device knows, encrypted.")
    last_step = models.BigIntegerField(
        default=0,
        help_text="Time step of the last code, or a passkey's count of uses: none is accepted twice.",
    )

    class Meta(Device.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def content(self) -> dict[str, Any]:
        """Secret values of the device."""
        found: dict[str, Any] = json.loads(open_sealed(self.sealed))
        return found

    @content.setter
    def content(self, content: dict[str, Any]) -> None:
        self.sealed = seal(json.dumps(content))

    def get_throttle_factor(self) -> int:
        """Return the seconds to wait after the first wrong code; they double with each further one."""
        return 1

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Return whether a code may be tried; a wrong one of a day to come, when the clock was ahead, delays none."""
        failed_at = self.throttling_failure_timestamp
        if failed_at is not None and failed_at > timezone.now() + _CLOCKS_APART:
            return True, None
        return super().verify_is_allowed()  # type: ignore[no-any-return, no-untyped-call]

    def verify_token(self, token: str) -> bool:
        """Return whether a code is right, and use it up."""
        code = "".join(str(token).split()).replace("-", "").lower()
        is_of_app = len(code) == DIGITS and code.isdecimal()
        if self.kind == self.Kind.PASSKEY or is_of_app != (self.kind == self.Kind.APP):
            return False
        if not self.verify_is_allowed()[0]:
            return False
        right = self._verify_app(int(code)) if is_of_app else self._verify_recovery(code)
        if not right:
            self.throttle_increment()  # type: ignore[no-untyped-call]
            return False
        self.throttle_reset(commit=False)  # type: ignore[no-untyped-call]
        self.set_last_used_timestamp(commit=False)  # type: ignore[no-untyped-call]
        self.save()
        return True

    def _verify_app(self, code: int) -> bool:
        totp = TOTP(bytes.fromhex(self.content["key"]), digits=DIGITS)
        # A last step in the future was stored while the clock was ahead. It does not count: else nobody could log in
        # until then.
        last = self.last_step if self.last_step <= totp.t() + TOLERANCE else 0
        if not totp.verify(code, tolerance=TOLERANCE, min_t=last + 1):
            return False
        self.last_step = totp.t()
        return True

    def _verify_recovery(self, code: str) -> bool:
        left: list[str] = self.content["left"]
        found = next((each for each in left if secrets.compare_digest(each.encode(), code.encode())), None)
        if found is None:
            return False
        self.content = {"left": [each for each in left if each != found]}
        return True

    def address(self, site: str) -> str:
        """Return the address of an authenticator app's key (`otpauth:`), which the app reads as a QR code."""
        label = quote(f"{site}:{self.user}")
        return f"otpauth://totp/{label}?" + urlencode(
            {"secret": self.key_text, "issuer": site, "digits": DIGITS}, quote_via=quote
        )

    @property
    def key_text(self) -> str:
        """The key of an authenticator app, as people type it."""
        return b32encode(bytes.fromhex(self.content["key"])).decode().rstrip("=")


def has_second_factor(user: User) -> bool:
    """Return whether an account has an authenticator app or a passkey."""
    kinds = [SecondFactor.Kind.APP, SecondFactor.Kind.PASSKEY]
    return bool(SecondFactor.objects.filter(user=user, confirmed=True, kind__in=kinds).exists())


def lacks_second_factor(user: User) -> bool:
    """Return whether an account must have a second factor before it publishes or administers, and has none.

    Accounts that stand for programs cannot log in and need none.
    """
    return (
        bool(settings.SECOND_FACTOR_REQUIRED) and user.has_usable_password() and not has_second_factor(user)
    )
