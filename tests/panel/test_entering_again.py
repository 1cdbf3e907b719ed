"""What the form keeps from one entry to the next, and what it fills in by itself."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, UnfinishedForm
from ratification.rules.dates import Span
from treaty.models import Source, Treaty

ADD = "/admin/ratification/action/add/"
At = Callable[[User], Client]
Say = Callable[..., ActionContent]
Filled = Callable[..., dict[str, object]]


def test_enter_another_keeps_treaty_source_number_and_participant(
    clerk: User, at: At, filled: Filled
) -> None:
    form = filled("VNM ratification 2026-04-15", _addanother="1", notified_on="17 April 2026")
    del form["_save"]
    answer = at(clerk).post(ADD, form, follow=True)
    initial = answer.context["adminform"].form.initial
    entry = Action.objects.get(author=clerk)
    kept = {
        name: str(initial[name])
        for name in ("treaty", "source", "notification", "participant", "notified_on")
    }
    assert kept == {
        "treaty": str(entry.treaty_id),
        "source": str(entry.source_id),
        "notification": entry.notification,
        "participant": str(entry.participant_id),
        "notified_on": "2026-04-17",
    }
    assert 'name="taken_on" value' not in answer.content.decode()


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("notification", "of_source", "chosen", "stored"),
    [
        ("C.N.123.2026.TREATIES-XVIII.16", "secondary", "", "primary"),
        ("", "secondary", "", "secondary"),
        ("", "primary", "", "primary"),
        ("C.N.123.2026.TREATIES-XVIII.16", "primary", "secondary", "secondary"),
    ],
)
def test_confidence_follows_from_notification_and_source_unless_it_is_chosen(
    hanoi: Treaty,
    clerk: User,
    at: At,
    filled: Filled,
    notification: str,
    of_source: str,
    chosen: str,
    stored: str,
) -> None:
    source = Source.objects.create(treaty=hanoi, key="a", title="A", confidence=of_source)
    at(clerk).post(
        ADD,
        filled("VNM ratification 2026-04-15", notification=notification, source=source.pk, confidence=chosen),
    )
    assert Action.objects.get(author=clerk).confidence == stored


def test_today_is_entered_and_tomorrow_with_an_explanation(
    hanoi: Treaty, clerk: User, say: Say, now: datetime
) -> None:
    today = hanoi.legal_day(now)
    tomorrow, after = (today.replace(day=today.day + days).isoformat() for days in (1, 2))
    ledger.draft(hanoi, say(f"VNM ratification {today}"), author=clerk, now=now)
    with pytest.raises(LedgerError, match="it is tomorrow"):
        ledger.draft(hanoi, say(f"AUS ratification {tomorrow}"), author=clerk, now=now)
    ledger.draft(
        hanoi, say(f"AUS ratification {tomorrow}", override="It is the 22nd in Hanoi."), author=clerk, now=now
    )
    with pytest.raises(LedgerError, match="lies in the future"):
        ledger.draft(hanoi, say(f"BRA ratification {after}", override="It is late."), author=clerk, now=now)


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        (
            "VNM ratification 2026-04-15",
            {"effective": Span.day(date(2030, 1, 1))},
            "It is to take effect on 2030-01-01",
        ),
        (
            "QAT reservation 2024-12-01/2025-12-01",
            {"provisions": ["13"]},
            "Part of 2024-12-01/2025-12-01 lies before",
        ),
        (
            "QAT designation 2026-04-15",
            {"notification": "C.N.1.2026.TREATIES-XVIII.16"},
            "The depositary has notified it",
        ),
    ],
    ids=["effect", "interval before the opening day", "kind that no depositary notifies"],
)
def test_what_hardly_is_right_is_asked_about(
    hanoi: Treaty, clerk: User, say: Say, now: datetime, text: str, more: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LedgerError, match=sentence) as refusal:
        ledger.draft(hanoi, say(text, **more), author=clerk, now=now)
    assert any(sentence in doubt.sentence and not doubt.impossible for doubt in refusal.value.doubts)


def test_an_exact_copy_of_a_published_statement_is_asked_about(
    hanoi: Treaty,
    clerk: User,
    reviewer: User,
    say: Say,
    waiting: Callable[[ActionContent], Action],
    now: datetime,
) -> None:
    content = say(
        "QAT declaration 2026-04-15", provisions=["40"], notification="C.N.1.2026.TREATIES-XVIII.16"
    )
    entry = waiting(content)
    ledger.publish(entry, reviewer=reviewer, now=now, shown=shown_of(entry))
    with pytest.raises(LedgerError, match="article 40 already"):
        ledger.draft(hanoi, content, author=clerk, now=now)


def test_a_refusal_is_said_once_and_in_good_english(
    hanoi: Treaty,
    clerk: User,
    reviewer: User,
    say: Say,
    waiting: Callable[[ActionContent], Action],
    now: datetime,
) -> None:
    entry = waiting(say("VNM ratification 2026-05-01"))
    ledger.publish(entry, reviewer=reviewer, now=now, shown=shown_of(entry))
    with pytest.raises(LedgerError) as refusal:
        ledger.draft(hanoi, say("VNM acceptance 2026-05-01"), author=clerk, now=now)
    assert [doubt.rule for doubt in refusal.value.doubts].count("repetition") == 1
    for kind, more in (("accession", {"excludes": True}), ("objection", {"territories": ["GIB"]})):
        with pytest.raises(LedgerError, match=f"an {kind}"):
            ledger.draft(hanoi, say(f"AUS {kind} 2026-04-15", **more), author=clerk, now=now)


@pytest.mark.parametrize("button", ["_submit", "_save"])
def test_a_form_sent_twice_leads_to_the_draft_that_it_has_made(
    clerk: User, at: Callable[[User], Client], filled: Callable[..., dict[str, object]], button: str
) -> None:
    client, address = at(clerk), reverse("admin:ratification_action_add")
    form = {name: value for name, value in filled("NOR communication 2026-11-10").items() if name != "_save"}
    form |= {"override": "It is unusual.", button: "1"}
    client.post(address, form)
    entry = Action.objects.get(author=clerk)
    answer = client.post(address, form, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:ratification_action_change", args=[entry.pk])
    assert "You have drafted this already: Norway: communication" in answer.content.decode()
    assert Action.objects.filter(author=clerk).count() == 1
    assert not UnfinishedForm.objects.exists()
