"""Reports in the panel, and the details of contact points: who enters and reads them, and where they are not."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ratification.ledger.shown import shown_of, to_text
from ratification.models import Contact, ContactLookup, Report
from ratification.operations import roles
from ratification.partners import dataset
from ratification.readiness import contacts
from ratification.readiness.contacts import ContactError, Details
from ratification.status import recompute as status
from states.models import Participant
from tests.panel.conftest import account
from tests.panel.hands import begin_session
from tests.panel.test_working_day import choose
from treaty.models import Treaty

TELEPHONE = "+84 24 5550 0147"
NAME, ADDRESS = "Ms. Planted Name", "1 Planted Street"
At = Callable[[User], Client]

PUBLIC = [
    "",
    "participants/",
    "participants/VNM/",
    "readiness/",
    "readiness/central-authority/",
    "readiness/assistance/",
    "changes/",
    "changes.atom",
    "changes.json",
    "calendar.ics",
    "corrections/",
    "participants/csv",
    "api/v1/treaties/hanoi/reports/",
    "api/v1/treaties/hanoi/reports.csv",
    "api/v1/treaties/hanoi/measures/",
    "api/v1/treaties/hanoi/participants/VNM/",
    "api/v1/treaties/hanoi/changes/",
    "api/v1/treaties/hanoi/changes/feed.atom",
    "api/v1/treaties/hanoi/changes/feed.json",
    "api/v1/treaties/hanoi/corrections/",
    "api/v1/treaties/hanoi/stages/",
    "api/v1/treaties/hanoi/actions/",
    "api/v1/treaties/hanoi/dataset/",
    "api/v1/schema/",
]


@pytest.fixture
def filled(hanoi: Treaty) -> dict[str, str]:
    """The form of a central authority with details of its contact point, as a browser sends it."""
    return {
        "measure": str(hanoi.measures.get(slug="central-authority").pk),
        "participant": str(Participant.objects.get(iso3="VNM").pk),
        "stage": "designated",
        "taken_on": "2026-05-01",
        "source": str(hanoi.sources.get(key="untc-xviii-16").pk),
        "summary": "The Ministry of Public Security.",
        "confidence": "secondary",
        "contact_name": NAME,
        "contact_telephone": TELEPHONE,
        "contact_address": ADDRESS,
        "_submit": "1",
    }


@pytest.fixture
def entered(clerk: User, at: At, filled: dict[str, str]) -> Report:
    """A report that waits for review, with details kept apart from it."""
    answer = at(clerk).post(reverse("admin:ratification_report_add"), filled)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.get()


def may_look_up(user: User) -> User:
    user.groups.add(Group.objects.get(name=roles.CONTACT_READER))
    return User.objects.get(pk=user.pk)


def shown(entry: Report) -> dict[str, str]:
    """What the page of the entry sends back with its buttons."""
    return {"shown": to_text(shown_of(Report.objects.get(pk=entry.pk)))}


def address(step: str, report: Report) -> str:
    return reverse(f"admin:ratification_report_{step}", args=[report.pk])


def test_a_report_takes_the_way_of_every_entry(clerk: User, reviewer: User, at: At, entered: Report) -> None:
    assert (entered.state, entered.author) == ("in_review", clerk)
    assert at(clerk).post(address("publish", entered)).status_code == 403
    at(reviewer).post(address("return", entered), shown(entered) | {"reason": "Say which ministry."})
    entered.refresh_from_db()
    assert (entered.state, entered.review_note) == ("draft", "Say which ministry.")
    page = at(clerk).get(address("change", entered)).content.decode()
    assert "Say which ministry." in page
    assert TELEPHONE not in page
    form = {"measure": entered.measure_id, "participant": entered.participant_id, "stage": "designated"}
    form |= {"taken_on": "2026-05-01", "source": entered.source_id, "confidence": "primary", "_submit": "1"}
    at(clerk).post(address("change", entered), form)
    at(reviewer).post(address("publish", entered), shown(entered))
    entered.refresh_from_db()
    assert (entered.state, entered.revision, entered.confidence) == ("published", 88, "primary")
    at(clerk).post(address("retract", entered), {"reason": "It was another State."})
    retraction = Report.objects.get(supersedes=entered)
    at(reviewer).post(address("publish", retraction), shown(retraction))
    retraction.refresh_from_db()
    assert retraction.revision == 89


def test_what_the_ledger_refuses_stands_on_the_form(clerk: User, at: At, filled: dict[str, str]) -> None:
    answer = at(clerk).post(reverse("admin:ratification_report_add"), filled | {"taken_on": "2099-01-01"})
    assert "lies in the future" in answer.content.decode()
    answer = at(clerk).post(reverse("admin:ratification_report_add"), filled | {"stage": "in_force"})
    assert "is none of those of" in answer.content.decode()
    assert Report.objects.count() == Contact.objects.count() == 0


@pytest.mark.production  # other tests send SQLite the same statements
def test_details_are_sealed_and_opened_with_the_right_and_the_key(
    clerk: User, reviewer: User, entered: Report, now: datetime
) -> None:
    contact = Contact.objects.get(participant=entered.participant)
    assert TELEPHONE not in contact.sealed
    assert repr(Details(NAME)) == "Details(...)"
    with pytest.raises(PermissionDenied):
        contacts.look_up(contact, by=clerk, now=now)
    reader = may_look_up(reviewer)
    assert contacts.look_up(contact, by=reader, now=now) == Details(NAME, TELEPHONE, ADDRESS)
    with (
        override_settings(CONTACT_KEY="another key, as long as keys have to be at least"),
        pytest.raises(ContactError, match="not the one"),
    ):
        contacts.look_up(contact, by=reader, now=now)
    with override_settings(CONTACT_KEY=""), pytest.raises(ContactError, match="No key is set"):
        contacts.look_up(contact, by=reader, now=now)
    assert [look.user for look in ContactLookup.objects.all()] == [reader]


def test_key_of_the_contact_points_is_rotated(reviewer: User, entered: Report, now: datetime) -> None:
    """Both keys open; after resealing the new one does alone; a wrong key changes nothing."""
    contact, reader = Contact.objects.get(participant=entered.participant), may_look_up(reviewer)
    old, new = settings.CONTACT_KEY, "another key, as long as keys have to be at least"
    with override_settings(CONTACT_KEY=new), pytest.raises(ContactError, match="none of the keys"):
        contacts.reseal()
    contact.refresh_from_db()
    with override_settings(CONTACT_KEY=new, CONTACT_KEY_FALLBACKS=[old]):
        assert contacts.look_up(contact, by=reader, now=now) == Details(NAME, TELEPHONE, ADDRESS)
        call_command("reseal_contacts")
    contact.refresh_from_db()
    with pytest.raises(ContactError, match="not the one"):
        contacts.look_up(contact, by=reader, now=now)
    with override_settings(CONTACT_KEY=new):
        assert contacts.look_up(contact, by=reader, now=now) == Details(NAME, TELEPHONE, ADDRESS)


def test_only_who_has_the_right_reads_and_every_look_is_logged(
    clerk: User, reviewer: User, administrator: User, at: At, entered: Report
) -> None:
    for user in (clerk, administrator, account("other")):
        for method in ("get", "post"):
            assert getattr(at(user), method)(address("contact", entered)).status_code == 403
    reader = at(may_look_up(reviewer))
    page = reader.get(address("contact", entered)).content.decode()
    assert TELEPHONE not in page
    assert ContactLookup.objects.count() == 0
    answer = reader.post(address("contact", entered))
    assert TELEPHONE in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert ContactLookup.objects.get().user == reviewer


def everywhere(client: Client) -> dict[str, bytes]:
    """What every page, list, feed and download says."""
    cache.clear()  # the API counts requests there
    said = {}
    for path in PUBLIC:
        answer = client.get(f"/{path}")
        assert answer.status_code == 200, path
        content = answer.content
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        said[path] = content
    return said


@pytest.mark.slow
def test_no_page_feed_export_archive_or_log_tells(
    reviewer: User,
    at: At,
    client: Client,
    entered: Report,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    now: datetime,
) -> None:
    at(reviewer).post(address("publish", entered), shown(entered))
    contacts.look_up(Contact.objects.get(), by=may_look_up(reviewer), now=now)
    status.recompute(entered.treaty_id, today=now.date(), now=now)
    dataset.build(entered.treaty_id, today=now.date(), now=now)
    said = everywhere(client)
    assert b"designated" in said["readiness/"]
    assert b"designated" in said["participants/VNM/"]
    assert b'"stage":"designated"' in said["api/v1/treaties/hanoi/reports/"]
    assert b"central-authority,designated" in said["api/v1/treaties/hanoi/dataset/"]
    for number in range(3):
        export = at(reviewer).post("/admin/ratification/report/export/", {"format": number, "resource": ""})
        assert export.status_code == 200
        said[f"export {number}"] = export.content
    call_command("backup", str(tmp_path / "archive.zip"), stdout=io.StringIO())
    with zipfile.ZipFile(tmp_path / "archive.zip") as archive:
        said["archive"] = b"".join(archive.read(name) for name in archive.namelist())
    said["log"] = caplog.text.encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the tables there are
            said[table] = repr(cursor.fetchall()).encode()
    for planted in (TELEPHONE, NAME, ADDRESS):
        assert [where for where, what in said.items() if planted.encode() in what] == []


@pytest.mark.usefixtures("transactional_db", "hanoi")
def test_the_walk_from_notification_to_look_up(page: Page, clerk: User, reviewer: User) -> None:
    begin_session(page, clerk)
    page.goto("/admin/ratification/report/add/")
    page.get_by_label("Measure").select_option(label="Central authority for mutual legal assistance")
    choose(page, "participant", "Việt Nam", "Viet Nam")
    page.get_by_label("Stage").select_option("designated")
    page.get_by_label("On:").fill("2026-05-01")
    choose(page, "source", "Status of XVIII-16", "Status of XVIII-16, United Nations")
    page.get_by_label("Telephone").fill(TELEPHONE)
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("waits for review now")).to_be_visible()
    report = Report.objects.get()

    may_look_up(reviewer)
    begin_session(page, reviewer)
    page.goto(f"/admin/ratification/report/{report.pk}/change/")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published as revision 88.").first).to_be_visible()
    page.get_by_role("link", name="Contact point").click()
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text(TELEPHONE)).to_be_visible()
    assert ContactLookup.objects.get().user == reviewer

    page.goto("/readiness/?theme=authorities")
    row = page.get_by_role("row", name="Viet Nam")
    expect(row.locator("abbr[title=designated]")).to_have_count(1)
    page.goto("/participants/VNM/")
    expect(page.locator("section", has_text="Implementation").get_by_text("designated").first).to_be_visible()
    assert TELEPHONE not in page.content()

    begin_session(page, clerk)
    refused = page.goto(f"/admin/ratification/report/{report.pk}/contact/")
    assert refused
    assert refused.status == 403
