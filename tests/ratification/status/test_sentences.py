"""Sentences on changes: what they say follows from the values alone."""

import pytest

from ratification.models import Change
from ratification.status.changes import sentence_of
from states.models import Participant
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "signed", "said"),
    [
        ("unknown", None, "No signature and no consent to be bound of Serbia is recorded."),
        ("unknown", "2026-04", "It is not certain that Serbia has signed or consented to be bound."),
        ("signatory", "2026-04-01", "Serbia no longer exists."),
    ],
)
def test_no_act_is_said_to_be_missing_beyond_what_is_recorded(
    hanoi: Treaty, before: str, signed: str | None, said: str
) -> None:
    """Whether the list has an end or not, that nothing happened is known of no participant."""
    values = {"signed": signed, "consent": None, "in_force": None, "counted": False}
    change = Change(
        treaty=hanoi,
        subject="standing",
        cause=Change.Cause.DAY,
        participant=Participant.objects.get(iso3="SRB"),
        before={"standing": before, **values},
        after={"standing": "none", **values},
    )
    assert sentence_of(change) == said
