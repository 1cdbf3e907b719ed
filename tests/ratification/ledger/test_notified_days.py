"""The number and the date of a notification, held against the day of entry and against the act."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, TreatyFactContent
from ratification.ledger.writing import LedgerError
from ratification.models import TreatyFact
from ratification.rules.dates import Span
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
Say = Callable[..., ActionContent]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"notification": "C.N.5.2027.TREATIES-XVIII.16"},
            "C.N.5.2027.TREATIES-XVIII.16 is of a year to come.",
        ),
        (
            {"notification": "C.N.5.2026.TREATIES-XVIII.16 and C.N.6.2027.TREATIES-XVIII.16"},
            "is of a year to come",
        ),
        (
            {"notified_on": date(2027, 4, 16)},
            "The notification is dated 2027-04-16, which lies in the future.",
        ),
    ],
)
def test_a_notification_of_a_time_to_come_is_impossible(
    hanoi: Treaty, clerk: User, say: Say, now: datetime, more: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LedgerError, match=sentence):
        ledger.draft(
            hanoi, say("VNM ratification 2026-04-15", override="So it is.", **more), author=clerk, now=now
        )
    fact = TreatyFactContent(
        kind=TreatyFact.Kind.SIGNATORIES, taken=Span.day(date(2026, 4, 15)), number=1,
        source=hanoi.sources.get(key="untc-xviii-16"), **more,  # type: ignore[arg-type]  # as above
    )  # fmt: skip
    with pytest.raises(LedgerError, match=sentence):
        ledger.draft(hanoi, fact, author=clerk, now=now)


def test_a_notification_before_the_act_that_it_tells_is_to_be_explained(
    hanoi: Treaty, clerk: User, say: Say, now: datetime
) -> None:
    more = {"notification": "C.N.5.2026.TREATIES-XVIII.16", "notified_on": date(2026, 4, 14)}
    with pytest.raises(LedgerError, match="dated 2026-04-14, before the act"):
        ledger.draft(hanoi, say("VNM ratification 2026-04-15", **more), author=clerk, now=now)
    ledger.draft(
        hanoi, say("VNM ratification 2026-04-15", override="As printed.", **more), author=clerk, now=now
    )


def test_the_first_number_of_a_year_is_taken_where_that_year_has_begun_somewhere(
    hanoi: Treaty, clerk: User, say: Say, now: datetime
) -> None:
    eve = now.replace(month=12, day=31)
    more = {"notification": "C.N.1.2027.TREATIES-XVIII.16", "notified_on": eve.date() + timedelta(days=1)}
    entry = ledger.draft(hanoi, say("VNM ratification 2026-04-15", **more), author=clerk, now=eve)
    assert entry.notification == more["notification"]
