"""A notification as it is kept: its page, its text with the words of each field, one state, archive and audit log."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.migrations import _notifications as filling
from ratification.models import Action, Notification, Record, UnfinishedForm
from ratification.models.notifications import state_of
from ratification.operations import archive
from states.models import Participant
from tests.panel.conftest import account
from tests.ratification.intake.test_notifications import CASES
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
ADD = "/admin/ratification/notification/add/"
NUMBER = "C.N.501.2026.TREATIES-XVIII.16"
TEXT = CASES["ratification with reservation and declaration"].text
At = Callable[[User], Client]
Say = Callable[..., ActionContent]


def pasted(client: Client, treaty: Treaty, text: str = TEXT, step: str = "_submit") -> Notification:
    """Paste a text, have it read, and confirm what was read."""
    empty = {"treaty": str(treaty.pk), "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    page = client.post(ADD, {**empty, "text": text, "_read": "1"}).context["page"]
    sent = {name: value for name, value in page.sent.items() if name != "_read"}
    answer = client.post(ADD, {**sent, "text": text, step: "1"}, follow=True)
    assert "drafted from" in answer.content.decode(), answer.content.decode()
    return Notification.objects.get(treaty=treaty, number=NUMBER)


def address(kept: Notification) -> str:
    return reverse("admin:ratification_notification_change", args=[kept.pk])


def sent_of(client: Client, kept: Notification, **more: str) -> dict[str, str]:
    """Return the fields of the page as a browser would send them, with some changed."""
    page = client.get(address(kept)).context["page"]
    sent = {"text": page.text}
    for form in (page.head, page.lines.management_form, *page.lines.forms):
        for bound in form:
            value = bound.field.prepare_value(bound.value())
            sent[bound.html_name] = "" if value is None else str(value)
    return {**sent, **more}


def test_a_notification_keeps_its_text_and_can_be_opened_again(hanoi: Treaty, clerk: User, at: At) -> None:
    kept = pasted(at(clerk), hanoi)
    assert kept.text == TEXT.strip()
    assert (kept.language, kept.notified_on, kept.entered_by) == ("en", date(2026, 11, 12), clerk)
    assert kept.source is not None
    assert [line.kind for line in kept.lines] == ["ratification", "reservation", "declaration"]
    page = at(clerk).get(address(kept)).content.decode()
    assert f"{NUMBER}: in review" in page
    assert "<mark>The above action was effected on 10 November 2026</mark>" in page
    listed = at(clerk).get("/admin/ratification/notification/?q=Brazil").content.decode()
    assert "Brazil: ratification; Brazil: reservation" in listed
    assert NUMBER not in at(clerk).get("/admin/ratification/notification/?q=Japan").content.decode()


def test_at_review_each_field_stands_with_the_words_that_it_came_from(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    kept = pasted(at(clerk), hanoi)
    answer = at(reviewer).get(reverse("admin:ratification_action_set") + f"?notification={NUMBER}")
    [text] = answer.context["notification_texts"]
    origins = {(each.line, each.field): (each.value, each.words) for each in text.origins}
    assert origins[0, "number"] == (NUMBER, NUMBER)
    assert origins[1, "participant"] == ("Brazil", "BRAZIL")
    assert origins[1, "effected on"] == ("2026-11-10", "The above action was effected on 10 November 2026")
    assert origins[2, "provisions"][0] == "63(3)"
    assert all(words in " ".join(TEXT.split()) for _, words in origins.values())
    one = at(reviewer).get(reverse("admin:ratification_action_change", args=[kept.lines[0].pk]))
    assert one.context["notification_texts"][0].origins == text.origins
    assert "read only" not in at(reviewer).get(address(kept)).content.decode()
    assert at(reviewer).post(address(kept), {"_draft": "1"}).status_code == 403


def test_the_lines_are_published_as_one_and_one_of_them_can_be_returned(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    kept, before = pasted(at(clerk), hanoi), Record.objects.get(treaty=hanoi).revision
    where = reverse("admin:ratification_action_set") + f"?notification={NUMBER}"
    steps = reverse("admin:ratification_action_changelist")

    def confirm(**more: object) -> str:
        lines = at(reviewer).get(where).context["lines"]
        form: dict[str, object] = {
            "action": "publish_selected",
            "_confirmed": "1",
            "_selected_action": [line.entry.pk for line in lines if not line.is_beside],
            "_beside": [line.entry.pk for line in lines if line.is_beside],
            **{f"shown-{line.key}": line.shown for line in lines},
            **more,
        }
        return at(reviewer).post(steps, form, follow=True).content.decode()

    declaration = kept.lines.get(kind="declaration")
    confirm(_return=str(declaration.pk), reason="Which ministry?")
    assert state_of(kept.lines) == "1 draft, 2 in review of 3 lines"
    assert "returned: Which ministry?" in at(reviewer).get(address(kept)).content.decode()
    confirm()
    assert [line.revision for line in kept.lines] == [before + 1, before + 2, None]
    assert kept.facts.get().revision == before + 3  # the printed day of entry into force
    page = at(clerk).get(address(kept)).content.decode()
    assert "1 draft, 3 published of 4 lines" in page
    assert "this stays as it is" in page


@pytest.mark.production  # other tests send SQLite the same statements
def test_all_lines_can_be_returned_and_are_sent_again_from_the_page(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    kept = pasted(at(clerk), hanoi)
    for line in kept.lines:
        ledger.reject(line, reviewer=reviewer, reason="Look again.", shown=ledger_shown(line))
    sent = sent_of(at(clerk), kept, **{"form-1-provisions": "13, 63(2)", "_submit": "1"})
    answer = at(clerk).post(address(kept), sent, follow=True)
    assert "They wait for review" in answer.content.decode(), answer.context["head"].errors
    assert state_of(kept.lines) == "in review"
    assert kept.lines.get(kind="reservation").provisions == ["13", "63(2)"]
    said = " ".join(entry.get_change_message() for entry in LogEntry.objects.all())
    assert "provisions: “63(3)” → “13, 63(2)”" in said


def ledger_shown(line: Action) -> dict[str, str]:
    from ratification.ledger.shown import shown_of  # noqa: PLC0415 - only here

    return shown_of(line)


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_wrong_number_is_mended_on_its_page_and_the_audit_log_says_from_what(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    kept = pasted(at(clerk), hanoi, step="_draft")
    right = "C.N.511.2026.TREATIES-XVIII.16"
    sent = sent_of(at(clerk), kept, number=right, _draft="1")
    at(clerk).post(address(kept), sent, follow=True)
    assert Notification.objects.get().number == right
    assert {line.notification for line in Action.objects.filter(author=clerk)} == {right}
    said = " ".join(entry.get_change_message() for entry in LogEntry.objects.all())
    assert f"number: “{NUMBER}” → “{right}”" in said
    assert TEXT.strip() in said  # kept with its entry, whatever is pasted later


def test_a_second_text_under_a_number_is_not_taken_silently(hanoi: Treaty, clerk: User, at: At) -> None:
    kept = pasted(at(clerk), hanoi, step="_draft")
    other = account("other", "data entry")
    form = {
        "treaty": str(hanoi.pk), "number": NUMBER, "text": TEXT.replace("Justice", "Finance"), "_draft": "1",
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0",
        "form-0-participant": str(Participant.objects.get(iso3="JPN").pk),
        "form-0-kind": "ratification", "form-0-taken_on": "11 November 2026",
    }  # fmt: skip
    page = at(other).post(ADD, form).content.decode()
    assert "is kept with another text" in page
    assert not Action.objects.filter(author=other).exists()
    at(other).post(ADD, {**form, "text": ""})
    assert [str(line.author) for line in kept.lines] == ["clerk", "clerk", "clerk", "other"]


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_form_sent_twice_leads_to_the_notification_that_it_has_made(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    client = at(clerk)
    empty = {"treaty": str(hanoi.pk), "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    page = client.post(ADD, {**empty, "text": TEXT, "_read": "1"}).context["page"]
    sent = {name: value for name, value in page.sent.items() if name != "_read"}
    sent |= {"text": TEXT, "_submit": "1", **{f"form-{line}-override": "As printed." for line in range(3)}}
    client.post(ADD, sent)
    kept = Notification.objects.get(treaty=hanoi, number=NUMBER)
    answer = client.post(ADD, sent, follow=True)
    assert answer.redirect_chain[-1][0] == address(kept)
    assert "has these lines already: the form was sent before" in answer.content.decode()
    assert kept.lines.count() == 3
    assert not UnfinishedForm.objects.exists()


def test_another_tab_is_not_overwritten(hanoi: Treaty, clerk: User, at: At) -> None:
    kept, client = pasted(at(clerk), hanoi, step="_draft"), at(clerk)
    old = sent_of(client, kept, **{"form-1-provisions": "13", "_draft": "1"})
    new = sent_of(client, kept, **{"form-1-provisions": "40", "_draft": "1"})
    client.post(address(kept), new)
    answer = client.post(address(kept), old)
    page = answer.content.decode()
    assert "Stored meanwhile: 40. Yours stands in the field." in page
    assert kept.lines.get(kind="reservation").provisions == ["40"]
    again = sent_of(client, kept, **{"form-1-provisions": "13", "_draft": "1"})
    client.post(address(kept), again)
    assert kept.lines.get(kind="reservation").provisions == ["13"]


def test_another_tab_does_not_overwrite_the_notification_itself(hanoi: Treaty, clerk: User, at: At) -> None:
    kept, client = pasted(at(clerk), hanoi, step="_draft"), at(clerk)
    more = {"notified_on": "2026-11-12", "text": f"{TEXT}\n\nA line more.", "_draft": "1"}
    old = sent_of(client, kept, **{"form-1-provisions": "13", "_draft": "1"})
    new = sent_of(client, kept, **(more | {"notified_on": "2026-11-13"}))
    client.post(address(kept), new)
    page = client.post(address(kept), old).content.decode()
    assert "The notification has been saved elsewhere since you opened it" in page
    assert "Stored meanwhile: 2026-11-13. Yours stands in the field." in page
    assert "A line more. Yours stands in the field." in page
    kept.refresh_from_db()
    assert (str(kept.notified_on), "A line more" in kept.text) == ("2026-11-13", True)
    assert kept.lines.get(kind="reservation").provisions != ["13"]
    versions = dict(re.findall(r'name="((?:form-\d+-)?version)" value="(\w+)"', page))
    assert len(versions) == 4  # of the notification and its three lines
    client.post(address(kept), old | versions)
    kept.refresh_from_db()
    assert (str(kept.notified_on), "A line more" in kept.text) == ("2026-11-12", False)


def test_unusual_and_impossible_lines_are_parked_and_only_submission_asks(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    text = TEXT.replace("BRAZIL", "QATAR").replace("Brazil", "Qatar")  # it has ratified already
    kept = pasted(at(clerk), hanoi, text, step="_draft")
    page = at(clerk).get(address(kept)).content.decode()
    assert "Cannot be submitted yet" in page
    sent = sent_of(at(clerk), kept, _submit="1")
    assert "withdrawn or" in at(clerk).post(address(kept), sent).content.decode()
    assert state_of(kept.lines) == "draft"
    assert UnfinishedForm.objects.filter(owner=clerk).exists()


def test_what_was_typed_stays_when_a_text_is_read_after_it(hanoi: Treaty, clerk: User, at: At) -> None:
    japan = str(Participant.objects.get(iso3="JPN").pk)
    form = {
        "treaty": str(hanoi.pk), "number": "C.N.9.2026.TREATIES-XVIII.16", "text": TEXT, "_read": "1",
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-participant": japan,
        "form-0-kind": "ratification", "form-0-taken_on": "3 November 2026",
    }  # fmt: skip
    answer = at(clerk).post(ADD, form)
    sent = answer.context["page"].sent
    assert (sent["number"], sent["form-0-participant"], sent["form-0-taken_on"]) == (
        "C.N.9.2026.TREATIES-XVIII.16", japan, "3 November 2026",
    )  # fmt: skip
    assert [sent[f"form-{row}-kind"] for row in range(4)] == [
        "ratification", "ratification", "reservation", "declaration",
    ]  # fmt: skip
    assert f"the text says {NUMBER}" in answer.content.decode()


def test_entries_that_come_in_otherwise_have_their_notification_too(
    hanoi: Treaty, clerk: User, reviewer: User, say: Say, now: datetime
) -> None:
    content = say("VNM ratification 2026-04-15", notification="C.N.7.2026.TREATIES-XVIII.16")
    entry = ledger.draft(hanoi, content, author=clerk, now=now)
    assert Notification.objects.get().lines.get() == entry
    mended = say("VNM ratification 2026-04-15", notification="C.N.8.2026.TREATIES-XVIII.16")
    entry = ledger.revise(entry, mended, by=clerk, now=now)
    assert [str(each) for each in Notification.objects.all()] == ["C.N.8.2026.TREATIES-XVIII.16"]
    ledger.discard(entry, by=clerk)
    assert not Notification.objects.exists()
    ledger.record(hanoi, [content], author=clerk, reviewer=reviewer, now=now)
    assert state_of(Notification.objects.get().lines) == "published"


def test_an_upgrade_makes_a_notification_of_the_numbers_that_entries_have(
    hanoi: Treaty, clerk: User, say: Say, now: datetime
) -> None:
    for iso3, notified in (("VNM", None), ("AUS", date(2026, 4, 20))):
        content = say(f"{iso3} ratification 2026-04-15", notification=NUMBER, notified_on=notified)
        ledger.draft(hanoi, content, author=clerk, now=now)
    Notification.objects.all().delete()
    filling.fill(apps, None)
    kept = Notification.objects.get()
    assert (kept.number, kept.notified_on, kept.entered_by) == (NUMBER, date(2026, 4, 20), clerk)
    assert kept.lines.count() == 2


def test_a_notification_stands_in_the_archive(hanoi: Treaty, clerk: User, at: At, tmp_path: Path) -> None:
    pasted(at(clerk), hanoi)
    written = {table.name: table.rows for table in archive.write(tmp_path / "archive.zip")}
    assert written["ratification.Notification"] == 1
