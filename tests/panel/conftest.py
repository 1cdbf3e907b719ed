from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.operations import roles
from states.models import Participant
from treaty.models import Source, Treaty

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


@pytest.fixture
def enter(
    clerk: User, reviewer: User, at: Callable[[User], Client]
) -> Callable[..., tuple[Action | None, dict[str, list[str]]]]:
    """Fills in the form and submits it; what is unusual is explained on the second try. Returns entry and refusals."""

    by_clerk, by_reviewer = at(clerk), at(reviewer)

    def fill(
        treaty: Treaty, text: str, about: Action | None = None, **more: str
    ) -> tuple[Action | None, dict[str, list[str]]]:
        iso3, kind, taken = text.split()
        source = Source.objects.get_or_create(
            treaty=treaty, key="list", defaults={"title": "Status list", "confidence": "primary"}
        )[0]
        data: dict[str, Any] = {
            "treaty": treaty.pk,
            "source": source.pk,
            "participant": Participant.objects.get(iso3=iso3).pk,
            "kind": kind,
            "taken_on": taken,
            "relates_to": about.pk if about else "",
            "confidence": "primary",
            "_submit": "1",
            **more,
        }
        address = reverse("admin:ratification_action_add")
        response = by_clerk.post(address, data)
        if response.status_code == 200 and "override" in response.context["adminform"].form.errors:
            response = by_clerk.post(address, data | {"override": "The status list has it so."})
        if response.status_code == 200:
            form = response.context["adminform"].form
            return None, {name: [str(error) for error in found] for name, found in form.errors.items()}
        entry = Action.objects.get(treaty=treaty, revision=None, author=clerk)
        address = reverse("admin:ratification_action_publish", args=[entry.pk])
        by_reviewer.post(address, {"shown": to_text(shown_of(entry))})
        entry.refresh_from_db()
        assert entry.revision
        return entry, {}

    return fill
