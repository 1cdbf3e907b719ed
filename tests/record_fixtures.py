"""Fixtures for records of the Convention: accounts, entries, definitions."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, E, EntryContent
from ratification.rules.dates import parse_edtf
from states.models import Participant
from tests.bundles import NOW
from treaty.clauses import ActionKind
from treaty.loading import DATA
from treaty.models import Treaty

TODAY = NOW.date()


@pytest.fixture
def now() -> datetime:
    """The frozen moment at which tests happen."""
    return NOW


@pytest.fixture
def today() -> date:
    """The frozen day on which tests happen."""
    return TODAY


@pytest.fixture
def make_treaty(tmp_path: Path, with_participants: None) -> Callable[..., Path]:  # noqa: ARG001 - for the actions
    """Writes a definition directory: the Convention's clause, and the given lines of actions.csv."""

    def make(actions: Sequence[str] = (), *, slug: str = "example", clause: str = "") -> Path:
        folder = tmp_path / slug
        folder.mkdir(exist_ok=True)
        text = (DATA / "hanoi" / "treaty.toml").read_text().replace('slug = "hanoi"', f'slug = "{slug}"')
        (folder / "treaty.toml").write_text(clause or text)
        heading = "participant,kind,taken_on,withdrawn_on,articles,summary,notification,source"
        (folder / "actions.csv").write_text("\n".join([heading, *actions]) + "\n")
        return folder

    return make


@pytest.fixture
def clerk(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return User.objects.create_user("clerk")


@pytest.fixture
def reviewer(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return User.objects.create_user("reviewer")


@pytest.fixture
def say(hanoi: Treaty) -> Callable[..., ActionContent]:
    """A statement about the Convention: `say("VNM ratification 2026-04-15", note="...")`."""

    def statement(text: str, **more: object) -> ActionContent:
        iso3, kind, taken = text.split()
        fields = {
            "participant": Participant.objects.get(iso3=iso3),
            "kind": ActionKind(kind),
            "taken": parse_edtf(taken),
            "source": hanoi.sources.get(key="untc-xviii-16"),
        }
        return ActionContent(**(fields | more))  # type: ignore[arg-type]  # the keyword arguments of a test

    return statement


@pytest.fixture
def published(hanoi: Treaty, clerk: User, reviewer: User, now: datetime) -> Callable[[EntryContent[E]], E]:
    """Takes a statement or an account all the way."""

    def publish(said: EntryContent[E]) -> E:
        entry = ledger.draft(hanoi, said, author=clerk, now=now)
        return ledger.publish(ledger.submit(entry, by=clerk), reviewer=reviewer, now=now)

    return publish
