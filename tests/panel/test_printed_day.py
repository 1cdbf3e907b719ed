"""What a notification prints: its date, and the day of entry into force, in both forms of the panel."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger.shown import shown_of, to_text
from ratification.models import Action, TreatyFact
from ratification.record.entries import latest_revision, treaty_facts_at
from tests.panel.test_notifications import ADDRESS, sent
from tests.ratification.intake.test_notifications import CASES
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Filled = Callable[..., dict[str, object]]
ADD = "admin:ratification_action_add"
PRINTED = {"in_force_on": "6 February 2027", "notified_on": "12 November 2026"}


def publish(client: Client, entry: Action | TreatyFact) -> None:
    address = reverse(f"admin:ratification_{entry._meta.model_name}_publish", args=[entry.pk])  # noqa: SLF001
    client.post(address, {"shown": to_text(shown_of(entry))})


def facts() -> list[tuple[str, str, str, str]]:
    """Return participant, day, notification and state of each declared day."""
    found = TreatyFact.objects.filter(kind="entry_into_force_for").order_by("pk")
    return [
        (each.participant.iso3, each.taken.edtf, each.notification, each.state)
        for each in found
        if each.participant
    ]


def test_the_printed_day_is_kept_beside_the_act_and_reviewed(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, filled: Filled
) -> None:
    """Submitted with the act, named on its page, published by the reviewer, and then on the participant's page."""
    form = filled("BRA ratification 2026-11-08", **PRINTED, _submit="1")
    del form["_save"]
    at(clerk).post(reverse(ADD), form)
    assert facts() == [("BRA", "2027-02-06", "C.N.123.2026.TREATIES-XVIII.16", "in_review")]
    entry, fact = Action.objects.get(author=clerk), TreatyFact.objects.get(author=clerk)
    assert (entry.state, fact.notified_on) == ("in_review", date(2026, 11, 12))
    page = at(reviewer).get(reverse("admin:ratification_action_change", args=[entry.pk])).content.decode()
    assert "2027-02-06</a>, as the notification prints it" in page
    for each in (entry, fact):
        publish(at(reviewer), each)
    assert treaty_facts_at(hanoi, latest_revision(hanoi)).filter(kind="entry_into_force_for").count() == 1
    page = Client().get("/participants/BRA/").content.decode()
    assert (
        "The depositary declares 6 Feb 2027 as the day of entry into force for Brazil; no day follows yet."
        in page
    )
    assert "C.N.123.2026.TREATIES-XVIII.16, 12 Nov 2026" in " ".join(
        page.replace('<time datetime="2026-11-12">', "").split()
    )


@pytest.mark.usefixtures("hanoi")
def test_a_draft_of_the_printed_day_follows_its_act(clerk: User, at: At, filled: Filled) -> None:
    client = at(clerk)
    client.post(reverse(ADD), filled("BRA ratification 2026-11-08", **PRINTED))
    address = reverse("admin:ratification_action_change", args=[Action.objects.get(author=clerk).pk])
    assert 'value="2027-02-06"' in client.get(address).content.decode()
    number = "C.N.124.2026.TREATIES-XVIII.16"
    changed = filled("BRA ratification 2026-11-08", in_force_on="2027-02-07", notification=number)
    client.post(address, changed)
    assert facts() == [("BRA", "2027-02-07", number, "draft")]
    client.post(address, filled("BRA ratification 2026-11-08", notification=number))
    assert facts() == []


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        (
            "BRA ratification 2026-11-08",
            {"in_force_on": "7 November 2026"},
            "lies before the deposit of 2026-11-08",
        ),
        (
            "BRA declaration 2026-11-08",
            {"in_force_on": "6 February 2027"},
            "does not enter into force by a declaration",
        ),
        ("BRA ratification 2026-11-08", {"in_force_on": "2027-02"}, "2027-02 is not a single day."),
        (
            "BRA ratification 2026-11-08",
            {"in_force_on": "2027-02-06", "notification": ""},
            "Give the number of",
        ),
    ],
)
@pytest.mark.usefixtures("hanoi")
def test_a_printed_day_that_cannot_be_is_refused_at_its_field(
    clerk: User, at: At, filled: Filled, text: str, more: dict[str, str], sentence: str
) -> None:
    response = at(clerk).post(reverse(ADD), filled(text, **more))
    (error,) = response.context["adminform"].form.errors["in_force_on"]
    assert sentence in error
    assert not Action.objects.filter(author=clerk).exists()
    assert facts() == []


def test_another_day_than_the_published_one_is_refused(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, filled: Filled
) -> None:
    """Also when the act is corrected: the published fact is corrected by itself."""
    form = filled("BRA ratification 2026-11-08", **PRINTED, _submit="1")
    at(clerk).post(reverse(ADD), {name: value for name, value in form.items() if name != "_save"})
    for each in (Action.objects.get(author=clerk), TreatyFact.objects.get(author=clerk)):
        publish(at(reviewer), each)
    published = hanoi.actions.get(author=clerk)
    address = f"{reverse(ADD)}?corrects={published.pk}"
    assert 'value="2027-02-06"' in at(clerk).get(address).content.decode()
    wrong = filled("BRA ratification 2026-11-07", in_force_on="2027-02-05", reason="The day was misread.")
    response = at(clerk).post(address, wrong)
    assert "Another day is published: 2027-02-06" in str(
        response.context["adminform"].form.errors["in_force_on"]
    )
    at(clerk).post(address, {**wrong, "in_force_on": "2027-02-06"})
    assert Action.objects.get(author=clerk, revision=None).taken.on == date(2026, 11, 7)
    assert len(facts()) == 1


def test_each_line_of_a_notification_has_its_printed_day(hanoi: Treaty, clerk: User, at: At) -> None:
    client, text = at(clerk), CASES["ratification"].text
    page = client.post(ADDRESS, sent(hanoi, text=text, _read="1"))
    assert 'name="form-0-in_force_on" value="2027-02-08"' in page.content.decode()
    assert facts() == []
    read = {
        f"form-0-{name}": str(page.context["lines"].forms[0][name].value() or "")
        for name in ("participant", "kind", "taken_on", "in_force_on")
    }
    number = "C.N.501.2026.TREATIES-XVIII.16"
    client.post(ADDRESS, sent(hanoi, number=number, **read, _submit="1"))
    assert facts() == [("BRA", "2027-02-08", number, "in_review")]
    page = client.post(
        ADDRESS, sent(hanoi, number=number, **read | {"form-0-kind": "declaration"}, _submit="1")
    )
    assert "does not enter into force by a declaration" in page.content.decode()
