from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from states.loading import load_participants
from states.models import Participant
from tests.bundles import NOW
from treaty.loading import DATA
from treaty.models import Treaty

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    """Tests ask more than a visitor may."""
    settings.API_LIMIT = 1_000_000


@pytest.fixture
def now() -> datetime:
    """The frozen moment at which tests happen."""
    return NOW


@pytest.fixture
def today() -> date:
    """The frozen day on which tests happen."""
    return TODAY


@pytest.fixture
def hanoi(with_convention: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record."""
    return Treaty.objects.get(slug="hanoi")


@pytest.fixture
def make_treaty(tmp_path: Path, db: None) -> Callable[..., Path]:  # noqa: ARG001 - it stands in the database
    """Writes a definition directory: the Convention's clause, and the given lines of actions.csv."""
    if not Participant.objects.exists():
        load_participants()

    def make(actions: Sequence[str] = (), *, slug: str = "example", clause: str = "") -> Path:
        folder = tmp_path / slug
        folder.mkdir(exist_ok=True)
        text = (DATA / "hanoi" / "treaty.toml").read_text().replace('slug = "hanoi"', f'slug = "{slug}"')
        (folder / "treaty.toml").write_text(clause or text)
        heading = "participant,kind,taken_on,withdrawn_on,articles,summary,notification,source"
        (folder / "actions.csv").write_text("\n".join([heading, *actions]) + "\n")
        return folder

    return make
