"""Another record in the place of the one that a process has read: keys, revisions and editions are numbered alike."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat

from ratification.models import Action, Edition, Revision
from ratification.models.triggers import lifted
from states.models import Group, Participant
from tests.api.conftest import Get
from treaty.models import Treaty

OTHER = " Of the other record."
LISTS = ("actions/", "actions.csv", "statements/", "statements.csv")


@pytest.fixture(autouse=True)
def _reads(record: Treaty, now: datetime) -> None:  # noqa: ARG001 - it stands in the database
    """From its first writing on, a test keeps what it reads."""
    Edition.objects.create(digest="1" * 64, noted_at=now)


def restore_other_acts() -> None:
    """Have entries in their places that were published a second later, in other words."""
    with lifted(connection):
        published = Action.objects.filter(revision__isnull=False)
        later = F("published_at") + timedelta(seconds=1)
        published.update(summary=Concat("summary", Value(OTHER)), published_at=later)
        Revision.objects.update(hash=Concat(F("number"), Value("0" * 40)))


def restore_other_reference_data() -> None:
    """Have participants and groups with other names in their places."""
    with lifted(connection):
        Participant.objects.update(name=Concat("name", Value(OTHER)))
        Group.objects.filter(slug="eu").update(slug="another-group")
        Edition.objects.update(digest="0" * 64)


@pytest.mark.parametrize("path", LISTS)
def test_acts_are_those_of_the_other_record(get: Get, path: str) -> None:
    before = get(f"treaties/hanoi/{path}").content.decode()
    restore_other_acts()
    after = get(f"treaties/hanoi/{path}").content.decode()
    assert (OTHER in before, OTHER in after) == (False, True)


@pytest.mark.parametrize("path", [*LISTS, "participants/", "participants.csv"])
def test_names_are_those_of_the_other_edition(get: Get, path: str) -> None:
    before = get(f"treaties/hanoi/{path}").content.decode()
    restore_other_reference_data()
    after = get(f"treaties/hanoi/{path}").content.decode()
    assert (f"Qatar{OTHER}" in before, f"Qatar{OTHER}" in after) == (False, True)


def test_the_description_is_that_of_the_other_edition(get: Get) -> None:
    before = get("schema/").content
    restore_other_reference_data()
    after = get("schema/").content
    assert (b"another-group" in before, b"another-group" in after) == (False, True)


@pytest.mark.parametrize("restore", [restore_other_acts, restore_other_reference_data])
@pytest.mark.parametrize("path", ["actions/", "statements/", "status/"])
def test_a_client_is_sent_the_answer_of_the_other_record(
    get: Get, restore: Callable[[], None], path: str
) -> None:
    """What it has was of the same address, revision and number of edition."""
    first = get(f"treaties/hanoi/{path}")
    again = {"if-none-match": first["ETag"]}
    assert get(f"treaties/hanoi/{path}", headers=again).status_code == 304
    restore()
    assert get(f"treaties/hanoi/{path}", headers=again).status_code == 200
