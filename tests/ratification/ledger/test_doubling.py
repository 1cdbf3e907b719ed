"""Two clerks at the same notification: who comes second is told, and explains."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import User

from ratification.ledger import writing as ledger
from ratification.ledger.many import Drafts
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action
from treaty.models import Treaty

Say = Callable[..., ActionContent]


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("before", "line", "warned"),
    [
        ("VNM ratification 2026-04-15", "VNM ratification 2026-04-15", True),
        ("VNM ratification 2026-04-15", "VNM acceptance 2026-04-16", True),
        ("VNM ratification 2026-04-15", "CHN ratification 2026-04-15", False),
        ("VNM ratification 2026-04-15", "VNM declaration 2026-04-15", False),
        ("VNM declaration 2026-04-15", "VNM declaration 2026-04-16", True),
    ],
)
def test_who_drafts_what_somebody_else_has_drafted_says_why(
    hanoi: Treaty,
    say: Say,
    clerk: User,
    reviewer: User,
    now: datetime,
    before: str,
    line: str,
    *,
    warned: bool,
) -> None:
    first = ledger.draft(hanoi, say(before), author=clerk, now=now)
    if warned:
        with pytest.raises(LedgerError, match=r"Drafted already: Viet Nam.*\(draft, clerk\)"):
            ledger.draft(hanoi, say(line), author=reviewer, now=now)
    explained = {"override": "The other is to be deleted."} if warned else {}
    second = ledger.draft(hanoi, say(line, **explained), author=reviewer, now=now)
    ledger.submit(first, by=clerk)  # who came first has nothing to explain
    ledger.submit(second, by=reviewer)


def test_two_corrections_of_one_entry_are_pointed_out(
    hanoi: Treaty, clerk: User, reviewer: User, now: datetime
) -> None:
    entry = hanoi.actions.get(participant__iso3="QAT", kind="ratification")
    again = replace(ledger.content_of(entry), note="As somebody has it.")
    ledger.correct(entry, again, author=clerk, reason="A note was missing.", now=now)
    with pytest.raises(LedgerError, match="Drafted already: Qatar"):
        ledger.correct(entry, again, author=reviewer, reason="A note was missing.", now=now)


def test_a_form_sent_twice_makes_one_draft_whatever_explains_it(
    hanoi: Treaty, clerk: User, say: Say, now: datetime
) -> None:
    content = say("NOR communication 2026-11-10", override="It is unusual.")
    first = ledger.draft(hanoi, content, author=clerk, now=now)
    for parked in (False, True):
        with pytest.raises(LedgerError, match="You have drafted this already: Norway: communication"):
            ledger.draft(hanoi, content, author=clerk, now=now, parked=parked)
    [refusal] = Drafts(hanoi, [content], author=clerk, now=now, submitted=True).outcomes
    assert "You have drafted this already" in str(refusal)
    ledger.draft(hanoi, replace(content, note="Another one."), author=clerk, now=now)
    ledger.submit(first, by=clerk)
    with pytest.raises(LedgerError, match="already: Norway: communication, 2026-11-10 \\(in review\\)"):
        ledger.draft(hanoi, content, author=clerk, now=now)


def test_a_correction_or_retraction_sent_twice_is_one(
    clerk: User, say: Say, now: datetime, published: Callable[[ActionContent], Action]
) -> None:
    entry = published(say("VNM ratification 2026-04-15"))
    other = say("VNM ratification 2026-04-16")
    ledger.retract(entry, author=clerk, reason="It did not happen.", now=now)
    with pytest.raises(LedgerError, match="You have drafted this already"):
        ledger.retract(entry, author=clerk, reason="As I said.", now=now)
    ledger.correct(entry, other, author=clerk, reason="A day later.", now=now)
    with pytest.raises(LedgerError, match="You have drafted this already"):
        ledger.correct(entry, other, author=clerk, reason="A day later.", now=now)
