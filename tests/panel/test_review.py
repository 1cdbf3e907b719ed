"""Review: what the second person sees, and what one click does."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.operations import roles
from tests.panel.conftest import account
from treaty.models import Source, Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Entry = Callable[[ActionContent], Action]
Say = Callable[..., ActionContent]


def shown(entry: Action) -> dict[str, str]:
    """What the page of the entry sends back with each of its buttons."""
    return {"shown": to_text(shown_of(Action.objects.get(pk=entry.pk)))}


def step(name: str, entry: Action) -> str:
    return reverse(f"admin:ratification_action_{name}", args=[entry.pk])


def test_the_reviewer_sees_the_consequence_and_publishes_with_one_click(
    reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry, client = waiting(say("VNM ratification 2026-04-15")), at(reviewer)
    page = client.get(step("change", entry)).content.decode()
    assert "1 &rarr; 2 of 40" in page
    assert "signatory, signed 2025-10-25, not counted" in page

    response = client.post(step("publish", entry), shown(entry), follow=True)
    entry.refresh_from_db()
    assert (entry.state, entry.revision, entry.reviewer) == ("published", 88, reviewer)
    (message,) = response.context["messages"]
    assert str(message).startswith("Published as revision 88. Contracting States and organizations: 1 → 2;")
    assert "Viet Nam: signatory, signed 2025-10-25, not counted → contracting" in str(message)
    assert LogEntry.objects.get(user=reviewer).get_change_message() == "Published as revision 88."

    again = client.post(step("publish", entry), shown(entry), follow=True)
    assert "somebody was faster" in str(next(iter(again.context["messages"])))


@pytest.mark.production  # other tests send SQLite the same statements
def test_what_was_changed_since_it_was_shown_is_not_published(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say, now: datetime
) -> None:
    """A page is left open; meanwhile the entry is returned, changed and submitted again."""
    entry = waiting(say("AUS ratification 2026-11-10"))
    old = shown(entry)
    entry = ledger.reject(entry, reviewer=User.objects.create_user("another"), reason="Look again.")
    entry = ledger.revise(entry, say("AUT ratification 2025-12-31"), by=clerk, now=now)
    ledger.submit(entry, by=clerk)
    for name, more in (("publish", {}), ("return", {"reason": "No."})):
        response = at(reviewer).post(step(name, entry), old | more, follow=True)
        message = str(next(iter(response.context["messages"])))
        assert "not what you were shown" in message
        assert "AUS Australia" in message
        assert "AUT Austria" in message
    assert at(reviewer).post(step("publish", entry), follow=True).context["messages"]
    entry.refresh_from_db()
    assert entry.state == "in_review"


def test_what_its_source_says_is_part_of_what_is_shown(
    reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    old = shown(entry)
    assert entry.source is not None
    Source.objects.filter(pk=entry.source.pk).update(title="Another title")
    response = at(reviewer).post(step("publish", entry), old, follow=True)
    assert "Another title" in str(next(iter(response.context["messages"])))
    entry.refresh_from_db()
    assert entry.state == "in_review"


def test_a_rejection_needs_a_reason_and_returns_the_draft(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry, client = waiting(say("VNM ratification 2026-04-15")), at(reviewer)
    response = client.post(step("return", entry), shown(entry) | {"reason": " "}, follow=True)
    assert "A rejection needs a reason" in response.content.decode()
    client.post(step("return", entry), shown(entry) | {"reason": "It says 16 April."})
    entry.refresh_from_db()
    assert (entry.state, entry.review_note) == ("draft", "It says 16 April.")
    assert (
        "Returned by a reviewer:</b> It says 16 April."
        in at(clerk).get(step("change", entry)).content.decode()
    )
    assert "Returned to clerk: It says 16 April." in LogEntry.objects.get(user=reviewer).get_change_message()


def test_a_reason_is_kept_without_a_character_that_no_text_can_hold(
    reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    at(reviewer).post(step("return", entry), shown(entry) | {"reason": "It says\0 16 April."})
    entry.refresh_from_db()
    assert (entry.state, entry.review_note) == ("draft", "It says 16 April.")


def test_no_form_cuts_a_reason_and_a_longer_one_than_is_kept_is_refused(
    reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry, client = waiting(say("VNM ratification 2026-04-15")), at(reviewer)
    long = "It says 16 April; " * 199 + "see the scan again"
    response = client.post(step("return", entry), shown(entry) | {"reason": long * 2}, follow=True)
    page = response.content.decode()
    assert "The reason has 7,200 characters; at most 5,000 are kept." in page
    assert long * 2 in page, "it is not typed again"
    client.post(step("return", entry), shown(entry) | {"reason": long})
    entry.refresh_from_db()
    assert (entry.state, entry.review_note) == ("draft", long)
    for folder in ("ratification/entry", "panel"):
        for template in (settings.BASE_DIR / "templates/admin" / folder).rglob("*.html"):
            assert not re.search('name="reason"[^>]*maxlength', template.read_text()), template


def test_nobody_reviews_what_is_their_own(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    clerk.groups.add(*reviewer.groups.all())
    entry, client = waiting(say("VNM ratification 2026-04-15")), at(clerk)
    page = client.get(step("change", entry)).content.decode()
    assert step("publish", entry) not in page
    response = client.post(step("publish", entry), shown(entry), follow=True)
    assert "other than its author" in response.content.decode()
    entry.refresh_from_db()
    assert entry.state == "in_review"


def test_what_is_published_is_corrected_or_retracted_and_nothing_else(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say, now: datetime
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    entry = ledger.publish(entry, reviewer=reviewer, now=now, shown=shown_of(entry))
    client = at(clerk)
    page = client.get(step("change", entry)).content.decode()
    assert f"?corrects={entry.pk}" in page
    assert client.post(reverse("admin:ratification_action_delete", args=[entry.pk])).status_code == 403

    response = client.post(step("retract", entry), {"reason": ""}, follow=True)
    assert "needs a reason" in response.content.decode()
    response = client.post(step("retract", entry), {"reason": "It was Laos."}, follow=True)
    retraction = Action.objects.get(supersedes=entry)
    assert (retraction.state, retraction.reason) == ("in_review", "It was Laos.")
    assert "Until it is published the entry holds" in response.content.decode()
    page = at(reviewer).get(step("change", retraction)).content.decode()
    assert "2 &rarr; 1 of 40" in page
    assert "nothing: it did not happen" in page
    at(reviewer).post(step("publish", retraction), shown(retraction))

    page = client.get(step("change", entry)).content.decode()
    assert "Superseded by" in page
    assert "It was Laos." in page
    assert f"?corrects={entry.pk}" not in page


def test_the_page_shows_what_speaks_against_it_and_the_explanation(
    reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry = waiting(say("VNM accession 2026-05-01", override="So the instrument calls itself."))
    page = at(reviewer).get(step("change", entry)).content.decode()
    assert "A signatory ratifies, accepts or approves" in page
    assert "So the instrument calls itself." in page


def test_steps_are_posts_of_existing_entries(
    hanoi: Treaty, reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    assert at(reviewer).get(step("publish", entry)).status_code == 405
    assert (
        at(reviewer)
        .post(f"/admin/ratification/action/{hanoi.actions.latest('pk').pk + 9}/publish/")
        .status_code
        == 404
    )
    assert "Your session has ended" in Client().post(step("publish", entry), shown(entry)).content.decode()
    entry.refresh_from_db()
    assert entry.revision is None


def test_publishing_what_the_record_no_longer_admits_says_so(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say, now: datetime
) -> None:
    first = waiting(say("VNM ratification 2026-04-15"))
    other = User.objects.create_user("other")
    statement = say("VNM acceptance 2026-04-16", override="It is another act.")
    second = ledger.submit(ledger.draft(first.treaty, statement, author=other, now=now), by=other)
    ledger.publish(first, reviewer=reviewer, now=now, shown=shown_of(first))
    response = at(reviewer).post(step("publish", second), shown(second), follow=True)
    assert "The ratification of 2026-04-15 stands" in response.content.decode()
    second.refresh_from_db()
    assert second.revision is None
    assert clerk.pk


@pytest.mark.production  # other tests send SQLite the same statements
def test_who_wrote_an_entry_and_handed_it_over_does_not_review_it(
    administrator: User, at: At, draft: Entry, clerk: User, say: Say
) -> None:
    """The clerk is a reviewer too, writes, hands the draft to a colleague who only submits it, and would publish."""
    clerk.groups.add(Group.objects.get(name=roles.REVIEWER))
    colleague = account("colleague", roles.DATA_ENTRY)
    for by in (clerk, administrator):
        entry = draft(say("VNM ratification 2026-04-15"))
        at(by).post(step("hand-over", entry), {"to": colleague.pk})
        entry.refresh_from_db()
        assert entry.author == colleague
        entry = ledger.submit(entry, by=colleague)
        response = at(clerk).post(step("publish", entry), shown(entry), follow=True)
        assert "You wrote this entry before it was handed over" in str(
            next(iter(response.context["messages"]))
        )
        entry.refresh_from_db()
        assert entry.state == "in_review"
        ledger.discard(ledger.recall(entry, by=colleague), by=colleague)


def test_two_accounts_of_one_mailbox_are_one_person(
    clerk: User, reviewer: User, at: At, waiting: Entry, say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    User.objects.filter(pk=clerk.pk).update(email="anna@example.org")
    User.objects.filter(pk=reviewer.pk).update(email="Anna+review@Example.org")
    response = at(reviewer).post(step("publish", entry), shown(entry), follow=True)
    assert "by somebody other than its author" in str(next(iter(response.context["messages"])))
    entry.refresh_from_db()
    assert entry.state == "in_review"
