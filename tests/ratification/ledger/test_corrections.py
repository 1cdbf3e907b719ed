"""The public correction log."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratification.ledger import writing as ledger
from ratification.ledger.corrections import corrections_of
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.models.decisions import Amended
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


def test_the_log_says_what_was_wrong_what_is_right_since_when_and_why(
    hanoi: Treaty,
    say: Callable[..., ActionContent],
    published: Callable[[ActionContent], Action],
    clerk: User,
    reviewer: User,
    now: datetime,
) -> None:
    assert corrections_of(hanoi) == []
    entry = published(say("VNM ratification 2026-04-15"))
    later = now + timedelta(days=1)
    changed = say(
        "VNM acceptance 2026-04-16", notification="C.N.1.2026.TREATIES-XVIII.16", provisions=["63(3)"]
    )
    correction = ledger.correct(entry, changed, author=clerk, reason="The notification says so.", now=now)
    assert corrections_of(hanoi) == []  # a draft is nobody's business

    correction = ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=later)
    (line,) = corrections_of(hanoi)
    assert (line.entry, line.corrected, line.since, line.revision) == (correction, entry, later, 89)
    assert (line.reason, line.retracts) == ("The notification says so.", False)
    assert line.amended == (
        Amended("kind", "ratification", "acceptance"),
        Amended("date", "2026-04-15", "2026-04-16"),
        Amended("provisions", "", "63(3)"),
        Amended("notification", "", "C.N.1.2026.TREATIES-XVIII.16"),
    )

    retraction = ledger.retract(correction, author=clerk, reason="It was Laos.", now=now)
    retraction = ledger.publish(ledger.submit(retraction, by=clerk), reviewer=reviewer, now=later)
    after_all = ledger.correct(
        retraction, ledger.content_of(entry), author=clerk, reason="It was Viet Nam.", now=now
    )
    ledger.publish(ledger.submit(after_all, by=clerk), reviewer=reviewer, now=later)
    back, taken_back, first = corrections_of(hanoi)
    assert first == line
    assert taken_back.retracts
    assert taken_back.amended == (
        Amended("entry", "Viet Nam: acceptance, 2026-04-16", "nothing: it did not happen"),
    )
    assert back.amended == (
        Amended("entry", "nothing: it did not happen", "Viet Nam: ratification, 2026-04-15"),
    )

    assert corrections_of(hanoi, revision=89) == [line]
    assert corrections_of(hanoi, revision=88) == []
    assert corrections_of(hanoi, as_of=date(2026, 4, 15)) == [back, first]
    assert corrections_of(hanoi, as_of=date(2026, 4, 14)) == []
    with CaptureQueriesContext(connection) as queries:
        corrections_of(hanoi)
    assert len(queries) == 3  # one for each kind of entry
