"""What a notification prints: its date, and the day of entry into force, in both forms of the panel."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import TreatyFactContent
from ratification.models import Action, Record, Revision, TreatyFact
from ratification.record.entries import latest_revision, treaty_facts_at
from ratification.rules.dates import Span
from tests.panel.conftest import account
from tests.panel.test_notifications import ADDRESS, sent
from tests.ratification.intake.test_notifications import CASES
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Filled = Callable[..., dict[str, object]]
ADD = "admin:ratification_action_add"
PRINTED = {"in_force_on": "6 February 2027", "notified_on": "12 November 2026"}


def publish(client: Client, entry: Action) -> None:
    step(client, entry, "publish")


def step(client: Client, entry: Action, name: str, **more: str) -> str:
    """Press a button of the page of an act, with all that stands beside it in its form."""
    page = client.get(reverse("admin:ratification_action_change", args=[entry.pk]))
    days = page.context["beside"]
    form: dict[str, object] = {"shown": to_text(shown_of(entry)), "_beside": [day.pk for day, _ in days]}
    form |= {f"shown-beside-{day.pk}": text for day, text in days}
    address = reverse(f"admin:ratification_action_{name}", args=[entry.pk])
    return client.post(address, {**form, **more}, follow=True).content.decode()


def facts() -> list[tuple[str, str, str, str]]:
    """Return participant, day, notification and state of each declared day."""
    found = TreatyFact.objects.filter(kind="entry_into_force_for").order_by("pk")
    return [
        (each.participant.iso3, each.taken.edtf, each.notification, each.state)
        for each in found
        if each.participant
    ]


def test_the_printed_day_is_kept_beside_the_act_and_reviewed(
    hanoi: Treaty,
    clerk: User,
    reviewer: User,
    at: At,
    filled: Filled,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    """Submitted with the act, named on its page, published by the reviewer, and then on the participant's page."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    form = filled("BRA ratification 2026-11-08", **PRINTED, _submit="1")
    del form["_save"]
    at(clerk).post(reverse(ADD), form)
    assert facts() == [("BRA", "2027-02-06", "C.N.123.2026.TREATIES-XVIII.16", "in_review")]
    entry, fact = Action.objects.get(author=clerk), TreatyFact.objects.get(author=clerk)
    assert (entry.state, fact.notified_on) == ("in_review", date(2026, 11, 12))
    page = at(reviewer).get(reverse("admin:ratification_action_change", args=[entry.pk])).content.decode()
    assert "2027-02-06</a>, as the notification prints it" in page
    before = Record.objects.get(treaty=hanoi).revision
    publish(at(reviewer), entry)
    entry.refresh_from_db()
    fact.refresh_from_db()
    assert (entry.revision, fact.revision) == (before + 1, before + 2)
    ends = Revision.objects.filter(treaty=hanoi, number__gt=before).values_list("ends_publication", flat=True)
    assert list(ends) == [False, True]
    assert treaty_facts_at(hanoi, latest_revision(hanoi)).filter(kind="entry_into_force_for").count() == 1
    page = " ".join(Client().get("/participants/BRA/").content.decode().split())
    assert (
        "The depositary declares 6 Feb 2027 as the day of entry into force for Brazil; no day follows yet."
        in page
    )
    assert "C.N.123.2026.TREATIES-XVIII.16, 12 Nov 2026" in page.replace('<time datetime="2026-11-12">', "")


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


@pytest.mark.production  # other tests send SQLite the same statements
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
    publish(at(reviewer), Action.objects.get(author=clerk))
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


def test_the_printed_day_is_returned_recalled_handed_over_and_deleted_with_its_act(
    clerk: User, reviewer: User, at: At, filled: Filled
) -> None:
    form = filled("BRA ratification 2026-11-08", **PRINTED, _submit="1")
    del form["_save"]
    client = at(clerk)
    client.post(reverse(ADD), form)
    entry = Action.objects.get(author=clerk)

    def states() -> set[str]:
        return {facts()[0][3], Action.objects.get(pk=entry.pk).state}

    assert "Returned to clerk" in step(at(reviewer), entry, "return", reason="Which day?")
    assert states() == {"draft"}
    address = reverse("admin:ratification_action_change", args=[entry.pk])
    client.post(address, {**filled("BRA ratification 2026-11-08", **PRINTED), "_save": "", "_submit": "1"})
    assert states() == {"in_review"}
    client.post(reverse("admin:ratification_action_recall", args=[entry.pk]))
    assert states() == {"draft"}
    second = account("second", "data entry")
    client.post(reverse("admin:ratification_action_hand-over", args=[entry.pk]), {"to": second.pk})
    assert TreatyFact.objects.get(author=second).state == "draft"
    at(second).post(reverse("admin:ratification_action_delete", args=[entry.pk]), {"post": "yes"})
    assert facts() == []
    assert not Action.objects.filter(pk=entry.pk).exists()


def test_selected_drafts_are_submitted_and_published_with_their_printed_days(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, filled: Filled
) -> None:
    """What the notification says of the treaty as a whole goes with the set; a day of another act does not."""
    for iso3 in ("BRA", "VNM"):
        at(clerk).post(reverse(ADD), filled(f"{iso3} ratification 2026-11-08", **PRINTED))
    listed = reverse("admin:ratification_action_changelist")
    drafts = list(Action.objects.filter(author=clerk).order_by("pk"))
    chosen: dict[str, object] = {"_selected_action": [entry.pk for entry in drafts]}
    at(clerk).post(listed, {"action": "submit_selected", **chosen})
    assert [fact[3] for fact in facts()] == ["in_review", "in_review"]
    whole = TreatyFactContent(
        kind=TreatyFact.Kind.THRESHOLD_REACHED,
        taken=Span.day(date(2026, 11, 8)),
        notification="C.N.123.2026.TREATIES-XVIII.16",
        source=drafts[0].source,
    )
    now = drafts[0].created_at
    ledger.submit(ledger.draft(hanoi, whole, author=clerk, now=now), by=clerk)
    form: dict[str, object] = {"action": "publish_selected", "_selected_action": [drafts[0].pk]}
    page = at(reviewer).post(listed, form)
    lines = page.context["lines"]
    kinds = [line.entry.kind for line in lines]
    assert kinds == ["ratification", "threshold_reached", "entry_into_force_for"]
    assert "Declared entry into force for Brazil" in page.content.decode()
    form |= {f"shown-{line.key}": line.shown for line in lines}
    form["_beside"] = [line.entry.pk for line in lines if line.is_beside]
    before = Record.objects.get(treaty=hanoi).revision
    answer = at(reviewer).post(listed, {**form, "_confirmed": "1"}, follow=True).content.decode()
    assert f"Published together as revisions {before + 1} to {before + 3}." in answer
    assert [fact[::3] for fact in facts()] == [("BRA", "published"), ("VNM", "in_review")]


def test_what_was_recalled_meanwhile_is_not_left_out_silently(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, filled: Filled
) -> None:
    form = filled("BRA ratification 2026-11-08", **PRINTED, _submit="1")
    del form["_save"]
    at(clerk).post(reverse(ADD), form)
    entry, day = Action.objects.get(author=clerk), TreatyFact.objects.get(author=clerk)
    before = Record.objects.get(treaty=hanoi).revision
    sent = {
        "shown": to_text(shown_of(entry)),
        "_beside": day.pk,
        f"shown-beside-{day.pk}": to_text(shown_of(day)),
    }
    ledger.recall(day, by=clerk)
    address = reverse("admin:ratification_action_publish", args=[entry.pk])
    answer = at(reviewer).post(address, sent, follow=True).content.decode()
    assert "somebody was faster" in answer
    assert Record.objects.get(treaty=hanoi).revision == before


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
