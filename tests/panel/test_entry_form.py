"""The form of an entry: what a clerk may write, what is said about it, and what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panel.action_form import ActionForm
from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from states.models import Participant
from treaty.models import Source, Treaty

pytestmark = pytest.mark.django_db

ADD = "/admin/ratification/action/add/"
At = Callable[[User], Client]
Filled = Callable[..., dict[str, Any]]


def change(entry: Action) -> str:
    return reverse("admin:ratification_action_change", args=[entry.pk])


def errors(client: Client, address: str, data: dict[str, Any]) -> dict[str, list[str]]:
    form = client.post(address, data).context["adminform"].form
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_the_fields_follow_a_notification(hanoi: Treaty, clerk: User, at: At) -> None:
    form = at(clerk).get(ADD).context["adminform"]
    names = [name for _, options in form.fieldsets for name in options["fields"]]
    assert names == [
        *("treaty", "notification", "notified_on", "source", "participant", "kind", "taken_on"),
        *("provisions", "relates_to", "summary", "texts", "effective_on", "in_force_on"),
        *("excludes", "precludes", "territories", "predecessor"),
        *("confidence", "note", "override"),
    ]
    assert form.form.initial["treaty"] == hanoi.pk


def test_the_form_saves_as_any_model_form_does_and_through_the_ledger(
    clerk: User, now: datetime, filled: Filled
) -> None:
    class Form(ActionForm):
        user = clerk

    Form.now = now
    form = Form(filled("VNM ratification 2026-04-15", reason="of a correction only"))
    assert form.is_valid(), form.errors
    assert not Action.objects.filter(author=clerk).exists()  # validation is undone
    entry = form.save()
    assert form.instance is entry
    assert list(Action.objects.filter(author=clerk)) == [entry]
    assert entry.created_at == now


def test_a_clerk_drafts_submits_and_cannot_publish(clerk: User, at: At, filled: Filled) -> None:
    client = at(clerk)
    form = filled(
        "VNM ratification 2026-04-01/2026-04-15", provisions="63(3); 14", note="Two dates in the press."
    )
    client.post(ADD, form)
    entry = Action.objects.get(author=clerk)
    assert (entry.state, entry.taken.edtf) == ("draft", "2026-04-01/2026-04-15")
    assert (entry.provisions, entry.notification) == (["63(3)", "14"], "C.N.123.2026.TREATIES-XVIII.16")

    shown = client.get(change(entry)).context["adminform"].form
    assert shown["taken_on"].value() == "2026-04-01/2026-04-15"
    assert shown["provisions"].value() == "63(3), 14"
    del form["_save"]
    response = client.post(change(entry), {**form, "taken_on": "2026-04-15", "_submit": "1"}, follow=True)
    entry.refresh_from_db()
    assert (entry.state, entry.taken.edtf) == ("in_review", "2026-04-15")
    assert "waits for review now" in response.content.decode()
    assert "This is yours: another person reviews it." in response.content.decode()

    publish = reverse("admin:ratification_action_publish", args=[entry.pk])
    assert client.post(publish).status_code == 403
    entry.refresh_from_db()
    assert entry.state == "in_review"
    log = [line.get_change_message() for line in LogEntry.objects.filter(user=clerk).order_by("pk")]
    assert log == [
        "Added.",
        "Changed Effected on: “2026-04-01/2026-04-15” → “2026-04-15”.",
        "Submitted for review.",
    ]


def refused(tomorrow: str) -> dict[str, tuple[str, dict[str, str], str, str]]:
    return {
        "no date": ("VNM ratification yesterday", {}, "taken_on", '"yesterday" is no date; write 2026-11-10'),
        "no such day": ("VNM ratification 2026-02-30", {}, "taken_on", "does not exist"),
        "backwards": ("VNM ratification 2026-05/2026-04", {}, "taken_on", "ends before it begins"),
        "future": (f"VNM ratification {tomorrow}", {}, "taken_on", "lies in the future"),
        "too early": (
            "IND signature 2025-10-24",
            {},
            "taken_on",
            "before the treaty was opened for signature",
        ),
        "second": (
            "QAT ratification 2026-05-01",
            {},
            "kind",
            "would have to be withdrawn or denounced first",
        ),
        "organization": ("EUE approval 2026-05-01", {}, "kind", "None of the organization's member States"),
        "nothing": ("VNM objection 2026-05-01", {}, "relates_to", "does not say what it objects to"),
        "no article": ("VNM reservation 2025-10-25", {"provisions": "99"}, "provisions", "has no article 99"),
        "no provision": (
            "VNM reservation 2025-10-25",
            {"provisions": "chapter IV"},
            "provisions",
            "is no provision",
        ),
        "no source": (
            "VNM ratification 2026-05-01",
            {"source": "", "_submit": "1"},
            "source",
            "Needed before",
        ),
        "nobody": (
            "VNM ratification 2026-05-01",
            {"participant": "0"},
            "participant",
            "not one of the available",
        ),
        "long": (
            "VNM ratification 2026-05-01",
            {"notification": "C" * 81},
            "notification",
            "at most 80 characters",
        ),
        "no text": (
            "VNM ratification 2026-05-01",
            {"summary": "a\0b"},
            "summary",
            "Null characters are not allowed",
        ),
    }


@pytest.mark.production  # other tests send SQLite the same statements
def test_bad_input_is_refused_beside_its_field_and_changes_nothing(
    clerk: User, at: At, filled: Filled
) -> None:
    client, before = at(clerk), None
    tomorrow = (timezone.now().date() + timedelta(days=1)).isoformat()
    for name, (text, more, field, message) in refused(tomorrow).items():
        form = filled(text, **{"_submit": "1", **more})
        before = before or Action.objects.count()
        found = errors(client, ADD, form)
        assert message in " ".join(found.get(field, [])), (name, found)
        assert Action.objects.count() == before
    assert LogEntry.objects.count() == 0


@pytest.mark.production  # other tests send SQLite the same statements
def test_the_unusual_is_taken_once_it_is_explained(clerk: User, at: At, filled: Filled) -> None:
    client = at(clerk)
    form = filled("VNM accession 2026-05-01", _submit="1")
    found = errors(client, ADD, form)
    assert "A signatory ratifies" in found["kind"][0]
    assert "say here why it is right all the same" in found["override"][0]
    client.post(ADD, {**form, "override": "The instrument is called so."})
    assert Action.objects.get(author=clerk).override == "The instrument is called so."


def test_a_source_of_another_treaty_is_refused(clerk: User, at: At, filled: Filled) -> None:
    form = filled("VNM ratification 2026-05-01")
    other = Treaty.objects.create(slug="other", title="Other", short_title="Other", depositary="SG")
    source = other.sources.create(key="list", title="List", confidence="primary")
    assert "belongs to another treaty" in str(errors(at(clerk), ADD, {**form, "source": source.pk}))


def test_what_was_refused_is_saved_once_it_is_mended(
    clerk: User, at: At, draft: Callable[[ActionContent], Action], say: Callable[..., ActionContent]
) -> None:
    """The refused form holds what was typed; nobody has saved the draft elsewhere since."""
    entry, client = draft(say("VNM ratification 2026-04-15")), at(clerk)

    def sent(form: Any, **more: str) -> dict[str, str]:  # noqa: ANN401 - a form's page
        shown = {name: form[name].value() for name in form.fields}
        return {**{name: str(value or "") for name, value in shown.items()}, "_version": form.version, **more}

    opened = client.get(change(entry)).context["adminform"].form
    first = sent(opened, source="", summary="Typed.", _submit="1")
    refused = client.post(change(entry), first).context["adminform"].form
    assert refused.errors == {"source": ["Needed before the entry can be submitted for review."]}
    answer = client.post(change(entry), sent(refused, summary="Typed again.", _save="1"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entry.refresh_from_db()
    assert entry.summary == "Typed again."


def test_another_persons_draft_is_shown_and_not_changed(
    clerk: User,
    at: At,
    filled: Filled,
    draft: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
) -> None:
    entry = draft(say("VNM ratification 2026-04-15"))
    other = User.objects.create_user("other", is_staff=True)
    other.groups.set(clerk.groups.all())
    client = at(other)
    page = client.get(change(entry))
    assert "adminform" not in page.context
    assert "If this is published" in page.content.decode()
    client.post(change(entry), filled("VNM ratification 2026-04-16"))
    delete = reverse("admin:ratification_action_delete", args=[entry.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    entry.refresh_from_db()
    assert entry.taken.edtf == "2026-04-15"

    clerk.is_active = False
    clerk.save()
    client.post(change(entry), filled("VNM ratification 2026-04-16"))
    entry.refresh_from_db()
    assert (entry.taken.edtf, entry.author) == ("2026-04-16", other)


def test_a_draft_is_deleted_by_its_author(
    clerk: User, at: At, draft: Callable[[ActionContent], Action], say: Callable[..., ActionContent]
) -> None:
    entry = draft(say("VNM ratification 2026-04-15"))
    at(clerk).post(reverse("admin:ratification_action_delete", args=[entry.pk]), {"post": "yes"})
    assert not Action.objects.filter(pk=entry.pk).exists()
    assert LogEntry.objects.get(user=clerk).is_deletion()


def test_a_correction_begins_with_what_is_corrected(
    hanoi: Treaty, clerk: User, at: At, filled: Filled
) -> None:
    entry = hanoi.actions.get(participant__iso3="QAT", kind="ratification")
    client, address = at(clerk), f"{ADD}?corrects={entry.pk}"
    form = client.get(address).context["adminform"].form
    assert form["taken_on"].value() == "2026-02-01/2026-02-13"
    assert form["participant"].value() == entry.participant_id
    exact = filled("QAT ratification 2026-02-11", source=entry.source_id)
    assert "This field is required" in str(errors(client, address, exact)["reason"])
    client.post(address, {**exact, "reason": "The notification gives the day."})
    correction = Action.objects.get(author=clerk)
    assert (correction.supersedes, correction.entry, correction.state) == (entry, "correction", "draft")
    assert correction.taken.edtf == "2026-02-11"
    assert client.get(change(correction)).context["adminform"].form["reason"].value() == correction.reason
    same = filled("QAT ratification 2026-02-12", source=entry.source_id, reason="It says the 12th.")
    client.post(change(correction), same)
    correction.refresh_from_db()
    assert (correction.reason, correction.taken.edtf) == ("It says the 12th.", "2026-02-12")


@pytest.mark.production  # other tests send SQLite the same statements
def test_markup_in_a_name_or_summary_stays_text(
    clerk: User, at: At, draft: Callable[[ActionContent], Action], say: Callable[..., ActionContent]
) -> None:
    script = "<script>alert(1)</script>"
    Participant.objects.filter(iso3="VNM").update(name=script)
    entry = draft(say("VNM ratification 2026-04-15", summary=script, note=script))
    ledger.submit(entry, by=clerk)
    client = at(clerk)
    for address in (change(entry), "/admin/ratification/action/", "/admin/states/participant/", "/admin/"):
        text = client.get(address).content.decode()
        assert script not in text, address
    assert "&lt;script&gt;" in client.get(change(entry)).content.decode()


SEARCH = "/admin/autocomplete/?app_label=ratification&model_name=action&field_name={}&term={}"


FOUND: list[tuple[str, str | None]] = [
    ("viet nam", "Viet Nam (VNM)"),
    ("VIỆT NAM", "Viet Nam (VNM)"),
    ("vnm", "Viet Nam (VNM)"),
    ("704", "Viet Nam (VNM)"),
    ("burma", "Myanmar (MMR)"),
    ("turkey", "Türkiye (TUR)"),
    ("turkiye", "Türkiye (TUR)"),
    ("cote d'ivoire", "Côte d'Ivoire (CIV)"),
    ("Russia", "Russian Federation (RUS)"),
    ("<script>", None),
    ("!!!", None),
]


def test_a_participant_is_found_by_any_name_or_code(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    for term, expected in FOUND:
        results = [one["text"] for one in client.get(SEARCH.format("participant", term)).json()["results"]]
        assert (expected in results) if expected else results == [], term
    first = client.get(SEARCH.format("participant", "viet")).json()["results"][0]
    assert first["text"] == "Viet Nam (VNM)"  # before the Democratic Republic of Viet-Nam
    belarus = Participant.objects.get(iso3="BLR")
    results = client.get(SEARCH.format("participant", "viet")).json()["results"]
    assert str(belarus.pk) not in [one["id"] for one in results], hanoi  # once a Soviet republic


def test_only_what_holds_is_offered_as_reference(hanoi: Treaty, clerk: User, at: At, now: datetime) -> None:
    results = at(clerk).get(SEARCH.format("relates_to", "qatar")).json()["results"]
    assert "Qatar: reservation, 2026-02-01/2026-02-13 on 63(3) (Hanoi Convention, revision 81)" in [
        one["text"] for one in results
    ]
    reservation = hanoi.actions.get(participant__iso3="QAT", provisions=["63(3)"])
    retraction = ledger.retract(reservation, author=clerk, reason="Not in the notification.", now=now)
    ledger.publish(ledger.submit(retraction, by=clerk), reviewer=User.objects.create_user("other"), now=now)
    results = at(clerk).get(SEARCH.format("relates_to", "qatar")).json()["results"]
    assert not [one for one in results if "63(3)" in one["text"]]


def test_only_sources_of_the_treaty_are_offered(hanoi: Treaty, clerk: User, at: At) -> None:
    other = Treaty.objects.create(slug="other", title="Another treaty")
    for treaty in (hanoi, other):
        Source.objects.create(treaty=treaty, key="gazette", title="A gazette")
    asked = SEARCH.format("source", "gazette")
    found = at(clerk).get(f"{asked}&treaty={hanoi.pk}").json()["results"]
    assert [one["text"] for one in found] == ["A gazette (Hanoi Convention)"]
    assert len(at(clerk).get(asked).json()["results"]) == 2


def test_the_form_takes_texts_territories_effects_and_a_predecessor(
    clerk: User, now: datetime, filled: Filled
) -> None:
    class Form(ActionForm):
        user = clerk

    Form.now = now
    words = "[pt, authentic]\r\nO Brasil\r\nreserva.\r\n\r\n[en, own]\r\nBrazil reserves."
    more = {"provisions": "13, 63(3)", "excludes": "true", "texts": words, "notified_on": "2026-11-12"}
    form = Form(filled("BRA reservation 2026-11-10", reason="of a correction only") | more)
    assert form.is_valid(), form.errors
    entry = form.save()
    assert (entry.excludes, entry.precludes, entry.provisions) == (True, None, ["13", "63(3)"])
    assert entry.texts == [
        {"language": "pt", "status": "authentic", "text": "O Brasil\nreserva."},
        {"language": "en", "status": "own", "text": "Brazil reserves."},
    ]
    again = Form(instance=entry)
    assert again["texts"].value() == "[pt, authentic]\nO Brasil\nreserva.\n\n[en, own]\nBrazil reserves."
    form = Form(
        filled("GBR territorial_application 2026-11-10", reason="of a correction only")
        | {"territories": "GIB, IMN"}
    )
    assert form.is_valid(), form.errors
    assert form.save().territories == ["GIB", "IMN"]
    for texts in ("Brazil reserves.", "[pt]\nO Brasil"):
        form = Form(filled("BRA declaration 2026-11-10", reason="of a correction only") | {"texts": texts})
        assert "Begin each version with a line" in str(form.errors["texts"])
