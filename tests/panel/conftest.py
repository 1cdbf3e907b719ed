from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.operations import roles
from states.models import Participant
from treaty.models import Treaty

PASSWORD = "a long enough phrase"  # noqa: S105  (of accounts that live for one test)  # pragma: allowlist secret


def account(name: str, *held: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=held))
    return user


@pytest.fixture
def clerk(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("clerk", roles.DATA_ENTRY)


@pytest.fixture
def reviewer(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("reviewer", roles.REVIEWER)


@pytest.fixture
def administrator(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("administrator", roles.ADMINISTRATOR)


@pytest.fixture
def at() -> Callable[[User], Client]:
    """A browser in which somebody has signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def draft(hanoi: Treaty, clerk: User, now: datetime) -> Callable[[ActionContent], Action]:
    return lambda statement: ledger.draft(hanoi, statement, author=clerk, now=now)


@pytest.fixture
def waiting(draft: Callable[[ActionContent], Action], clerk: User) -> Callable[[ActionContent], Action]:
    return lambda statement: ledger.submit(draft(statement), by=clerk)


@pytest.fixture
def filled(hanoi: Treaty) -> Callable[..., dict[str, object]]:
    """The form of an entry, filled in: `filled("VNM ratification 2026-04-15", note="...")`."""

    def form(text: str, **more: object) -> dict[str, object]:
        iso3, kind, taken = text.split()
        return {
            "treaty": hanoi.pk,
            "notification": "C.N.123.2026.TREATIES-XVIII.16",
            "source": hanoi.sources.get(key="untc-xviii-16").pk,
            "participant": Participant.objects.get(iso3=iso3).pk,
            "kind": kind,
            "taken_on": taken,
            "effective_on": "",
            "provisions": "",
            "relates_to": "",
            "summary": "",
            "confidence": "primary",
            "note": "",
            "override": "",
            "_save": "1",
            **more,
        }

    return form
