"""Editions of the reference data: a change of them moves no revision, but changes the answers that quote them."""

import hashlib
from datetime import datetime

from ratification.models import Edition
from states.models import Group, Membership, Participant, ParticipantName, Responsibility
from treaty.models import (
    Article,
    Chapter,
    Claim,
    InterpretativeNote,
    Measure,
    OfficialText,
    Requirement,
    Source,
    Theme,
    Treaty,
)

TABLES = (
    Participant,
    ParticipantName,
    Group,
    Membership,
    Responsibility,
    Treaty,
    Source,
    Theme,
    Chapter,
    Article,
    Article.themes.through,
    Requirement,
    InterpretativeNote,
    OfficialText,
    Claim,
    Measure,
)


def note_edition(now: datetime) -> bool:
    """Begin a new edition if the reference data differ from the last one; one query a table.

    Args:
        now: the moment of a new edition.

    Returns:
        Whether there is a new edition. A second call finds none.
    """
    digest = hashlib.sha256()
    for model in TABLES:
        for row in model._default_manager.order_by("pk").values_list():  # noqa: SLF001 - documented API
            digest.update(repr(row).encode())
    last = Edition.objects.order_by("-pk").values_list("digest", flat=True).first()
    if last == digest.hexdigest():
        return False
    Edition.objects.create(digest=digest.hexdigest(), noted_at=now)
    return True
