"""What the job reads after a publication: what is new, and nothing that is out of date."""

from datetime import date, datetime

import pytest
from django.db.models.signals import post_init

from ratification.models import Standing, TreatyStatus
from ratification.record import kept, selectors
from ratification.status import editions
from ratification.status import recompute as status
from states.models import Participant
from tests.ratification.status.test_recompute import deposit, signatories_without_deposit
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


def test_somebody_added_since_the_last_job_has_a_standing(hanoi: Treaty, now: datetime) -> None:
    """A worker keeps the participants of an edition for a minute; an edition is noted after the change."""
    editions.note_edition(now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    kind = Participant.Kind.OTHER_STATE
    Participant.objects.create(iso3="XQX", name="New State", kind=kind, source="A test.")
    deposit(hanoi, ["XQX"], date(2026, 11, 20), now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    assert Standing.objects.get(treaty=hanoi, participant__iso3="XQX").standing == "contracting"


def test_a_job_reads_what_was_published_since_the_last_one(hanoi: Treaty, now: datetime) -> None:
    editions.note_edition(now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    deposit(hanoi, signatories_without_deposit(hanoi)[:2], date(2026, 11, 20), now)
    kept.forget()
    kept_none = _rows_read(hanoi, now)
    deposit(hanoi, signatories_without_deposit(hanoi)[2:4], date(2026, 11, 20), now)
    assert 0 < _rows_read(hanoi, now) < kept_none
    stored = TreatyStatus.objects.get(treaty=hanoi).document
    kept.forget()
    assert status.recompute(hanoi.pk, today=now.date(), now=now) == 0
    assert stored == selectors.document_of(hanoi, today=now.date())


def _rows_read(treaty: Treaty, now: datetime) -> int:
    """Compute the status; return how often a participant was made into an object."""
    made: list[object] = []
    post_init.connect(count := lambda **_signal: made.append(None), sender=Participant)
    status.recompute(treaty.pk, today=now.date(), now=now)
    post_init.disconnect(count, sender=Participant)
    return len(made)
