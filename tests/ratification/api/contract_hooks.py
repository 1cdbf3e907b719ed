"""What schemathesis needs to know that a schema cannot say: each record has only so many revisions."""

import re

import schemathesis

LEAST_LATEST = 80
"""Every bundled record has at least so many revisions."""


@schemathesis.hook
def before_call(context, case, kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001 - its own types
    """Ask for a revision that exists, wherever the request is meant to be valid."""
    revision = str((case.query or {}).get("revision"))
    if re.fullmatch(r"\d{1,10}", revision, re.ASCII) and int(revision) < 2**31:
        case.query["revision"] = int(revision) % LEAST_LATEST
