"""Partner sites in the panel: registered by an administrator, their secrets shown when they should be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panel.partners import DeliveryAdmin, PartnerTokenAdmin, SubscriptionAdmin
from ratification import tasks
from ratification.following import subscriptions
from ratification.following.question import ChangeQuestion
from ratification.models import Delivery, MailSubscription, PartnerToken, Subscription
from ratification.partners import tokens, webhooks
from ratification.status import recompute as status
from ratification.status.changes import changes_of
from treaty.models import Treaty

PANEL = f"/{settings.ADMIN_PATH}ratification/"


@pytest.fixture
def panel(at: Callable[[User], Client], administrator: User, hanoi: Treaty) -> Client:
    status.recompute(hanoi.pk, today=timezone.now().date(), now=timezone.now())
    return at(administrator)


def test_a_token_is_shown_once_and_works_until_it_is_revoked(panel: Client) -> None:
    page = panel.post(f"{PANEL}partnertoken/add/", {"name": "University"}, follow=True).content.decode()
    token = page.partition("shown only now: ")[2].split("<")[0].strip()
    row = PartnerToken.objects.get()
    assert tokens.holder_of(token, now=timezone.now()) == row
    assert token not in panel.get(f"{PANEL}partnertoken/").content.decode()
    panel.post(f"{PANEL}partnertoken/", {"action": "revoke", "_selected_action": [row.pk]})
    assert tokens.holder_of(token, now=timezone.now()) is None


def test_a_subscription_is_made_with_its_secret_from_now_on(panel: Client, hanoi: Treaty) -> None:
    sent = {"name": "University", "treaty": hanoi.pk, "url": "https://partner.example/hook"}
    panel.post(f"{PANEL}subscription/add/", sent)
    row = Subscription.objects.get()
    last = changes_of(hanoi).last()
    assert last is not None
    assert row.position == last.number
    assert row.secret in panel.get(f"{PANEL}subscription/{row.pk}/change/").content.decode()
    panel.post(f"{PANEL}subscription/{row.pk}/change/", {**sent, "url": "https://partner.example/other"})
    row.refresh_from_db()
    assert (row.url, row.active) == ("https://partner.example/other", False)


def test_a_secret_is_replaced_and_a_test_event_queued(
    panel: Client, hanoi: Treaty, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = webhooks.subscribe("University", hanoi, "https://partner.example/", now=timezone.now())
    page = panel.post(
        f"{PANEL}subscription/", {"action": "rotate", "_selected_action": [row.pk]}, follow=True
    )
    assert "University has a new secret" in page.content.decode()
    renewed = Subscription.objects.get()
    assert (renewed.earlier_secret, renewed.secret == row.secret) == (row.secret, False)
    page = panel.get(f"{PANEL}subscription/{row.pk}/change/")
    assert renewed.secret in page.content.decode()
    assert row.secret not in page.content.decode()
    queued: list[int] = []
    monkeypatch.setattr(tasks.send_test_event, "apply_async", lambda args, **_: queued.extend(args))
    panel.post(f"{PANEL}subscription/", {"action": "send_test", "_selected_action": [row.pk]})
    assert queued == [row.pk]


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "url", ["http://partner.example/", "https://10.0.0.1:8443/", "https://u:p@partner.example/"]
)
def test_an_address_that_would_never_be_called_is_refused(panel: Client, hanoi: Treaty, url: str) -> None:
    answer = panel.post(f"{PANEL}subscription/add/", {"name": "x", "treaty": hanoi.pk, "url": url})
    assert answer.status_code == 200
    assert not Subscription.objects.exists()


def test_any_line_of_the_log_can_be_sent_again(panel: Client, hanoi: Treaty) -> None:
    now = timezone.now()
    subscription = webhooks.subscribe("University", hanoi, "https://partner.example/", now=now)
    change = changes_of(hanoi)[3]
    line = Delivery.objects.create(
        subscription=subscription,
        change=change,
        attempted_at=now,
        status=500,
        error="The address answered 500.",
    )
    panel.post(f"{PANEL}delivery/", {"action": "replay_from", "_selected_action": [line.pk]})
    subscription.refresh_from_db()
    assert changes_of(hanoi).filter(number__gt=subscription.position).first() == change
    assert panel.get(f"{PANEL}delivery/{line.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    ("model", "action"),
    [
        *(("partnertoken", str(action)) for action in PartnerTokenAdmin.actions),
        *(("subscription", str(action)) for action in SubscriptionAdmin.actions),
        *(("delivery", str(action)) for action in DeliveryAdmin.actions),
    ],
)
def test_each_action_says_what_it_did_and_stands_in_the_audit_log(
    panel: Client, hanoi: Treaty, monkeypatch: pytest.MonkeyPatch, model: str, action: str
) -> None:
    monkeypatch.setattr(tasks.send_test_event, "apply_async", lambda *_, **__: None)
    now = timezone.now()
    token, _ = tokens.issue("University", now=now)
    subscription = webhooks.subscribe("University", hanoi, "https://partner.example/", now=now)
    change = changes_of(hanoi)[3]
    line = Delivery.objects.create(
        subscription=subscription, change=change, attempted_at=now, status=500, error="x"
    )
    row = {"partnertoken": token, "subscription": subscription, "delivery": line}[model]
    sent = {"action": action, "_selected_action": [row.pk]}
    page = panel.post(f"{PANEL}{model}/", sent, follow=True).content.decode()
    assert '<ul class="messagelist">' in page
    entry = LogEntry.objects.get()
    assert entry.object_repr == "University"
    assert entry.change_message


def test_the_log_says_which_change_was_sent_in_words(panel: Client, hanoi: Treaty) -> None:
    now = timezone.now()
    subscription = webhooks.subscribe("University", hanoi, "https://partner.example/", now=now)
    signed = changes_of(hanoi).filter(participant__iso3="BRA").first()
    for change in (signed, None):
        Delivery.objects.create(subscription=subscription, change=change, attempted_at=now, status=200)
    assert signed is not None
    page = panel.get(f"{PANEL}delivery/").content.decode()
    assert f"{signed.number}: Brazil signed on 25 October 2025." in page
    assert "test event" in page
    assert "{&#x27;" not in page
    of_one = panel.get(f"{PANEL}delivery/{Delivery.objects.earliest('pk').pk}/change/").content.decode()
    assert "Brazil signed on 25 October 2025." in of_one


@pytest.mark.parametrize(
    "mended", [{"active": "on"}, {"active": "on", "url": "https://partner.example/other"}]
)
def test_a_subscription_that_was_given_up_begins_anew_when_its_form_makes_it_active(
    panel: Client, hanoi: Treaty, mended: dict[str, str]
) -> None:
    """Otherwise the next failure, a day and more after the first, would deactivate it at once."""
    now = timezone.now()
    row = webhooks.subscribe("University", hanoi, "https://partner.example/", now=now)
    row.position, row.active, row.attempts = 3, False, 28
    row.failing_since, row.next_attempt_at = now - timedelta(days=2), now + timedelta(hours=1)
    row.save()
    page = panel.get("/admin/")
    (count,) = page.context["start"].today
    assert (count.label, count.number) == ("partner site not reached", 1)
    assert "1 subscription" in panel.get(count.address).content.decode()
    sent = {"name": "University", "treaty": hanoi.pk, "url": row.url, **mended}
    panel.post(f"{PANEL}subscription/{row.pk}/change/", sent)
    mended_row = Subscription.objects.get()
    assert (mended_row.active, mended_row.position, mended_row.attempts) == (True, 3, 0)
    assert (mended_row.failing_since, mended_row.next_attempt_at) == (None, None)
    assert panel.get("/admin/").context["start"].today == []
    assert "Active: “False” → “True”" in LogEntry.objects.get().get_change_message()


def test_followers_are_listed_with_their_question_in_words(panel: Client, hanoi: Treaty) -> None:
    asked = subscriptions.Asked(
        hanoi, ChangeQuestion(participants=("BRA", "QAT"), thresholds=(40,)), "at_once", "a@example.org"
    )
    subscriptions.subscribe(asked, site="https://x.example/", visitor="203.0.113.1", now=timezone.now())
    row = MailSubscription.objects.get()
    for address in ("", f"{row.pk}/change/"):
        page = panel.get(f"{PANEL}mailsubscription/{address}").content.decode()
        assert "BRA, QAT: all changes; the day on which 40 have deposited" in page
        assert "participant=BRA" not in page


def test_data_entry_sees_no_partners(at: Callable[[User], Client], clerk: User) -> None:
    panel = at(clerk)
    for model in ("partnertoken", "subscription", "delivery"):
        assert panel.get(f"{PANEL}{model}/").status_code == 403
