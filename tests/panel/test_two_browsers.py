"""Two browsers on one notification, of two people or of one: nothing is lost, and who was faster is named."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ratification.models import Notification, UnfinishedForm
from states.models import Participant
from tests.panel.conftest import account
from tests.panel.test_notification_kept import ADD, NUMBER, TEXT, address, pasted, sent_of
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
LIST = "/admin/ratification/action/"
At = Callable[[User], Client]


def words(client: Client, where: str, form: dict[str, object]) -> str:
    """Send a form, and return the page that follows as text."""
    page = client.post(where, form, follow=True).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def set_form(client: Client) -> dict[str, object]:
    """Return the form of the page on which the lines are reviewed together, as its button sends it."""
    page = client.get(f"{LIST}set/", {"notification": NUMBER}).content.decode()
    form: dict[str, list[str]] = {}
    for tag in re.findall(
        r'<input type="hidden"[^>]*>', page[page.index('value="publish_selected"') - 100 :]
    ):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and value:
            form.setdefault(name[1], []).append(unescape(value[1]))
    return dict(form)


def states(kept: Notification) -> set[str]:
    return set(kept.lines.values_list("state", flat=True))


def line_of(iso3: str, **more: str) -> dict[str, str]:
    """Return the fields of a first line that is new."""
    person = str(Participant.objects.get(iso3=iso3).pk)
    fields = {"participant": person, "kind": "declaration", "taken_on": "2026-05-01", "provisions": "7"}
    return {**{f"form-0-{name}": value for name, value in fields.items()}, **more}


@pytest.mark.slow
def test_what_is_changed_of_the_head_is_not_lost_when_another_adds_a_line(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    """The head was the clerk's alone when the page was opened, and is no more: that is said, and once."""
    first, second = at(clerk), at(account("other", "data entry"))
    kept = pasted(first, hanoi, step="_draft")
    old = sent_of(first, kept, notified_on="2026-11-13", text=f"{TEXT} More.", _draft="1")
    second.post(address(kept), sent_of(second, kept, **line_of("FRA", _draft="1")))
    page = words(first, address(kept), {**old})
    assert "Not saved: Dated, Text. That can be changed only while all lines are drafts of yours" in page
    assert (
        "France: declaration, 2026-05-01 is a draft of other. Send the form again to save your lines" in page
    )
    kept.refresh_from_db()
    assert str(kept.notified_on) != "2026-11-13"
    assert UnfinishedForm.objects.filter(owner=clerk).exists()
    again = sent_of(first, kept, **{"form-1-provisions": "13", "_draft": "1"})
    assert "3 entries were drafted" in words(first, address(kept), {**again})
    assert kept.lines.get(kind="reservation").provisions == ["13"]


def test_two_who_enter_the_same_are_told_of_each_other(hanoi: Treaty, clerk: User, at: At) -> None:
    first, second = at(clerk), at(account("other", "data entry"))
    kept = pasted(first, hanoi, step="_draft")
    empty = {"treaty": str(hanoi.pk), "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    page = second.post(ADD, {**empty, "text": TEXT, "_read": "1"}).context["page"]
    sent = {name: value for name, value in page.sent.items() if name != "_read"}
    for step in ("_draft", "_submit"):
        said = words(second, ADD, {**sent, "text": TEXT, step: "1"})
        assert "Only its author, clerk, can change" in said or "(draft, clerk)" in said
    assert kept.lines.count() == 3


@pytest.mark.slow
def test_a_page_opened_before_the_lines_were_submitted_names_where_they_stand(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    first, second, third = at(clerk), at(clerk), at(reviewer)
    kept = pasted(first, hanoi, step="_draft")
    old = sent_of(second, kept, **{"form-1-provisions": "13", "_draft": "1"})
    first.post(address(kept), sent_of(first, kept, _submit="1"))
    assert "This line waits for review, submitted by clerk; it was a draft of yours" in words(
        second, address(kept), {**old}
    )
    assert kept.lines.get(kind="reservation").provisions != ["13"]
    third.post(LIST, set_form(third))
    assert states(kept) == {"published"}
    published = f"was published by reviewer as revision {kept.lines[0].revision}"
    assert f"This line {published}; it was a draft of yours" in words(second, address(kept), {**old})
    assert f"Nothing was recalled: {kept.lines[0]} {published}." in words(
        second, address(kept), {"_recall": "1"}
    )


@pytest.mark.slow
def test_a_set_is_published_once_and_the_slower_reads_who_was_faster(
    hanoi: Treaty, clerk: User, reviewer: User, at: At
) -> None:
    """Two reviewers and the author at once: publishing, returning and recalling the same lines."""
    author, first, second = at(clerk), at(reviewer), at(account("second", "reviewer"))
    kept = pasted(author, hanoi)
    one, other = set_form(first), set_form(second)
    author.post(address(kept), {"_recall": "1"})
    recalled = f"{kept.lines[0]} is a draft of clerk. Nothing was done: open the list again."
    assert recalled in words(first, LIST, one)
    assert recalled in words(second, LIST, {**other, "_return": "all", "reason": "The day."})
    author.post(address(kept), sent_of(author, kept, _submit="1"))
    assert "Some of these entries are in this list no more" in words(
        second, LIST, {**other, "_return": "999999", "reason": "The day."}
    )
    assert "Published together as" in words(first, LIST, one)
    revisions = list(kept.lines.values_list("revision", flat=True))
    published = f"{kept.lines[0]} was published by reviewer as revision {revisions[0]}. Nothing was done"
    for more in ({}, {"_return": "all", "reason": "The day."}):
        assert published in words(second, LIST, {**other, **more})
    assert list(kept.lines.values_list("revision", flat=True)) == revisions
    assert states(kept) == {"published"}
