"""What schemathesis needs to know that a schema cannot say: each record has only so many revisions, and a scenario
names participants, groups and days that exist; a cursor is only what a list gave."""

import re

import schemathesis

LONGEST = 4000
LEAST_LATEST = 80
"""Every bundled record has at least so many revisions."""


@schemathesis.hook
def before_call(context, case, kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001 - its own types
    """Ask for a revision that exists and for a scenario that can be read, wherever the request is meant to be valid."""
    revision = str((case.query or {}).get("revision"))
    if re.fullmatch(r"\d{1,10}", revision, re.ASCII) and int(revision) < 2**31:
        case.query["revision"] = int(revision) % LEAST_LATEST
    (case.query or {}).pop("cursor", None)
    deposits = str((case.query or {}).get("deposits"))
    if 0 < len(deposits) <= LONGEST and re.search(r"^[^\x00-\x1f]+ (on|by) [0-9/-]+$", deposits):
        case.query["deposits"] = "26 more on 2027-03-01"
