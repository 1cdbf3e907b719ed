from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from ratification.loading import load_treaty
from states.loading import load_participants
from tests.ratification.conftest import NOW
from treaty.loading import DATA
from treaty.models import Treaty


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001 - first
    """The Convention with its bundled record, loaded once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_participants()
        load_treaty(DATA / "hanoi", now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def hanoi(_loaded: None, db: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record."""
    return Treaty.objects.get(slug="hanoi")
