"""Partner sites in the panel: registered by an administrator, their secrets shown when they should be."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from ratification import tasks
from ratification.models import Delivery, PartnerToken, Subscription
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


def test_data_entry_sees_no_partners(at: Callable[[User], Client], clerk: User) -> None:
    panel = at(clerk)
    for model in ("partnertoken", "subscription", "delivery"):
        assert panel.get(f"{PANEL}{model}/").status_code == 403
