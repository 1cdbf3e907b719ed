from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import User

from ratification import ledger
from ratification.ledger import Statement
from ratification.models import Action
from ratification.rules.dates import parse_edtf
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty


@pytest.fixture
def clerk(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return User.objects.create_user("clerk")


@pytest.fixture
def reviewer(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return User.objects.create_user("reviewer")


@pytest.fixture
def say(hanoi: Treaty) -> Callable[..., Statement]:
    """A statement about the Convention: `say("VNM ratification 2026-04-15", note="...")`."""

    def statement(text: str, **more: object) -> Statement:
        iso3, kind, taken = text.split()
        fields = {
            "participant": Participant.objects.get(iso3=iso3),
            "kind": ActionKind(kind),
            "taken": parse_edtf(taken),
            "source": hanoi.sources.get(key="untc-xviii-16"),
        }
        return Statement(**(fields | more))  # type: ignore[arg-type]  # the keyword arguments of a test

    return statement


@pytest.fixture
def published(hanoi: Treaty, clerk: User, reviewer: User, now: datetime) -> Callable[[Statement], Action]:
    """Takes a statement all the way."""

    def publish(statement: Statement) -> Action:
        entry = ledger.draft(hanoi, statement, author=clerk, now=now)
        return ledger.publish(ledger.submit(entry, by=clerk), reviewer=reviewer, now=now)

    return publish
