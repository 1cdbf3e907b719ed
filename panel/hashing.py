"""Budget of password hashes: one at a time in a process, since each costs a quarter of a second."""

from django.http import HttpResponse

from common.budget import Budget

PASSWORDS = Budget(1)


def busy() -> HttpResponse:
    """Return the answer while another password is hashed."""
    return HttpResponse(
        "Many people are logging in: please try again in a few seconds.\n",
        status=503,
        content_type="text/plain",
        headers={"Retry-After": "2", "Cache-Control": "no-store"},
    )
