"""Nothing typed is lost: what is not saved is kept, in the browser and with the site, and the page says where."""

import json
from collections.abc import Callable

import pytest
from django import forms
from django.contrib.auth.models import User
from django.contrib.messages.storage.cookie import CookieStorage
from django.forms import CheckboxSelectMultiple
from django.test import Client, RequestFactory
from playwright.sync_api import Page, Route, expect

from panel.unfinished import KEPT, keep_sent
from ratification.ledger import writing as ledger
from ratification.models import Action, UnfinishedForm
from tests.panel.hands import begin_session

ADD = "/admin/ratification/action/add/"
LIST = "/admin/ratification/action/"
KEEPER = "/admin/unfinished/"
At = Callable[[User], Client]


def body(key: str = "a", **more: object) -> dict[str, object]:
    return {
        "key": key,
        "address": ADD,
        "title": "Enter an action",
        "version": "",
        "fields": {"note": ["x", ""]},
        **more,
    }


@pytest.mark.usefixtures("hanoi")
def test_a_killed_browser_leaves_the_text_with_the_site(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
    page.goto(ADD)
    page.get_by_label("Note").fill("half a sentence, no State, no kind")
    expect(page.get_by_text("Kept for you on the start page")).to_be_visible()
    page.evaluate("localStorage.clear()")  # another machine
    page.close(run_before_unload=False)
    other = page.context.new_page()
    other.goto("/admin/")
    other.get_by_role("link", name="Enter an action").first.click()
    other.get_by_role("button", name="Put it back").click()
    expect(other.get_by_label("Note")).to_have_value("half a sentence, no State, no kind")
    assert not Action.objects.filter(author=clerk).exists()


@pytest.mark.usefixtures("hanoi")
def test_an_impossible_entry_is_kept_though_it_is_not_saved_and_goes_once_it_is(
    page: Page, clerk: User
) -> None:
    begin_session(page, clerk)
    page.goto(ADD)
    page.get_by_label("Provisions").first.fill("artcle 7")
    page.get_by_label("Effected on").fill("1 January 2999")
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("heading", name="Typed and not saved").wait_for()
    page.locator("ul a", has_text="Enter an action").first.click()
    page.get_by_role("button", name="Put it back").first.click()
    expect(page.get_by_label("Effected on")).to_have_value("1 January 2999")


@pytest.mark.usefixtures("hanoi")
def test_a_form_that_is_opened_at_once_again_offers_what_was_sent_once(page: Page, clerk: User) -> None:
    """The text is kept by the page that sent it, by the site that refused it, and by the page that shows it again."""
    begin_session(page, clerk)
    page.goto(ADD)
    page.get_by_label("Note").fill("two lines,\nsent once")
    page.get_by_label("Effected on").fill("1 January 2999")
    page.route(
        f"**{KEEPER}**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(".kept")).to_contain_text("Kept in this browser alone")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(ADD)
    expect(page.get_by_role("button", name="Put it back")).to_have_count(1)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    page.goto(ADD)
    expect(page.locator("p.kept")).to_be_attached()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    assert not UnfinishedForm.objects.exists()


@pytest.mark.usefixtures("hanoi")
def test_without_network_the_page_says_that_the_text_is_in_this_browser(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
    page.goto(ADD)

    def cut(route: Route) -> None:
        route.abort()

    page.route(f"**{KEEPER}**", cut)
    page.get_by_label("Note").fill("typed in a tunnel")
    expect(page.get_by_text("Kept in this browser alone")).to_be_visible()
    page.unroute(f"**{KEEPER}**")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(ADD)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Note")).to_have_value("typed in a tunnel")


def test_an_unfinished_form_is_its_authors_alone(clerk: User, reviewer: User, at: At) -> None:
    sent = json.dumps(body())
    assert at(clerk).post(KEEPER, sent, content_type="application/json").status_code == 204
    rows = at(clerk).get(KEEPER, {"address": ADD}).json()["forms"]
    assert [row["fields"] for row in rows] == [{"note": ["x", ""]}]
    assert at(reviewer).get(KEEPER, {"address": ADD}).json() == {"forms": []}
    at(reviewer).delete(f"{KEEPER}?key=a")
    assert UnfinishedForm.objects.filter(owner=clerk).exists()
    at(clerk).delete(f"{KEEPER}?key=a")
    assert not UnfinishedForm.objects.exists()


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{", 400),
        ("[]", 400),
        (json.dumps(body(address=7)), 400),
        (json.dumps(body(fields=None)), 400),
        (json.dumps(body(title="x" * 301)), 400),
        (json.dumps(body(fields={"note": ["x" * 3_000_000, ""]})), 400),
    ],
)
def test_what_is_no_form_is_refused(clerk: User, at: At, sent: str, status: int) -> None:
    assert at(clerk).post(KEEPER, sent, content_type="application/json").status_code == status
    assert not UnfinishedForm.objects.exists()


def test_sealed_fields_are_not_kept_and_the_oldest_gives_way(clerk: User, at: At) -> None:
    client = at(clerk)
    fields = {"contact_name": ["A", ""], "note": ["b", ""]}
    for number in range(KEPT + 1):
        client.post(KEEPER, json.dumps(body(str(number), fields=fields)), content_type="application/json")
    rows = UnfinishedForm.objects.filter(owner=clerk)
    assert rows.count() == KEPT
    assert all(row.fields == {"note": ["b", ""]} for row in rows)
    assert not rows.filter(key="0").exists()


def test_what_is_unusual_or_impossible_is_saved_as_a_draft_and_only_submission_asks(
    clerk: User, at: At, filled: Callable[..., dict[str, object]]
) -> None:
    for text, sentence in {
        "VNM accession 2026-04-15": "A signatory ratifies",  # unusual
        "QAT ratification 2026-05-01": "withdrawn or denounced first",  # impossible
        "VNM ratification 2999-01-01": "lies in the future",  # impossible
    }.items():
        page = at(clerk).post(ADD, filled(text), follow=True).content.decode()
        assert "Kept as a draft that cannot be submitted yet" in page
        assert sentence in page
        entry = Action.objects.latest("pk")
        assert (entry.state, entry.participant.iso3) == ("draft", text[:3])
        change = f"/admin/ratification/action/{entry.pk}/change/"
        submitted = {**filled(text), "_submit": "1"}
        del submitted["_save"]
        assert sentence in at(clerk).post(change, submitted).content.decode()
        chosen = {"action": "submit_selected", "_selected_action": [entry.pk]}
        assert "Nothing was submitted" in at(clerk).post(LIST, chosen, follow=True).content.decode()
        entry.refresh_from_db()
        assert entry.state == "draft"
        ledger.discard(entry, by=clerk)


def test_what_cannot_be_saved_is_kept_without_script(
    clerk: User, at: At, filled: Callable[..., dict[str, object]]
) -> None:
    form = filled("VNM ratification 2026-04-15", provisions="artcle 7", participant="", note="half done")
    page = at(clerk).post(ADD, form).content.decode()
    assert "what you typed is kept for you on the start page" in page
    [kept] = UnfinishedForm.objects.filter(owner=clerk)
    assert (kept.address, kept.title) == (ADD, "Enter an action")
    assert kept.fields["provisions"] == ["artcle 7", ""]
    assert kept.fields["note"] == ["half done", ""]
    assert kept.fields["source"][1]
    at(clerk).post(ADD, filled("VNM ratification 2026-04-15"))
    assert not UnfinishedForm.objects.exists()


def test_boxes_are_kept_without_script_under_the_names_that_the_script_uses(
    administrator: User, rf: RequestFactory
) -> None:
    class Boxes(forms.Form):
        one = forms.BooleanField(required=False)
        other = forms.BooleanField(required=False)
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=CheckboxSelectMultiple)

    request = rf.post("/admin/x/", {"one": "on", "several": ["b"]})
    request.user = administrator
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # noqa: SLF001 - as the middleware does
    keep_sent(request, "Boxes", Boxes(request.POST))
    assert UnfinishedForm.objects.get().fields == {
        "one=on": ["1", ""],
        "other=on": ["", ""],
        "several=a": ["", ""],
        "several=b": ["1", ""],
    }
