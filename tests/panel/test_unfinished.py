"""Nothing typed is lost: what is not saved is kept, in the browser and with the site, and the page says where."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, Route, expect

from panel.unfinished import KEPT
from ratification.models import Action, UnfinishedForm
from tests.panel.test_working_day import sign_in

ADD = "/admin/ratification/action/add/"
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
    sign_in(page, clerk.username)
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
    sign_in(page, clerk.username)
    page.goto(ADD)
    page.get_by_label("Provisions").first.fill("artcle 7")
    page.get_by_label("Effected on").fill("1 January 2999")
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.get_by_text("Kept for you on the start page")).to_be_visible()
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("heading", name="Typed and not saved").wait_for()
    page.locator("ul a", has_text="Enter an action").first.click()
    page.get_by_role("button", name="Put it back").first.click()
    expect(page.get_by_label("Effected on")).to_have_value("1 January 2999")


@pytest.mark.usefixtures("hanoi")
def test_without_network_the_page_says_that_the_text_is_in_this_browser(page: Page, clerk: User) -> None:
    sign_in(page, clerk.username)
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
