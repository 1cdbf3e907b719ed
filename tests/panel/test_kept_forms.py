"""What is typed into forms of reference data and of new treaties is kept, too."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from ratification.models import TreatyProposal, UnfinishedForm
from tests.panel.test_working_day import sign_in
from treaty.models import Treaty

PROPOSAL = "/admin/ratification/treatyproposal/add/"


def end_of_session(page: Page) -> None:
    """Wait until the site has kept what was typed, and send the form after the session has ended."""
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.usefixtures("hanoi")
def test_a_treaty_typed_before_the_session_ended_is_put_back(page: Page, administrator: User) -> None:
    sign_in(page, administrator.username)
    page.goto(PROPOSAL)
    box = page.locator("input[type=checkbox][value=acceptance]").first
    box.check()
    page.locator("#id_articles").fill("number,title\n1,Purpose")
    page.locator("#id_treaty__title").fill("Convention on Cluster Munitions")
    end_of_session(page)
    sign_in(page, administrator.username)
    page.goto(PROPOSAL)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#id_articles")).to_have_value("number,title\n1,Purpose")
    expect(page.locator("#id_treaty__title")).to_have_value("Convention on Cluster Munitions")
    expect(box).to_be_checked()
    assert not TreatyProposal.objects.exists()


def test_a_page_that_nobody_typed_into_keeps_nothing(page: Page, administrator: User, hanoi: Treaty) -> None:
    """Django's script moves the subjects of an article from one list to the other when the page opens."""
    sign_in(page, administrator.username)
    page.goto(reverse("admin:treaty_article_change", args=[hanoi.articles.get(number=3).pk]))
    expect(page.locator("#id_themes_to option")).not_to_have_count(0)
    page.locator("#id_reason").fill("typed")
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    page.locator("#id_reason").fill("")
    expect(page.locator(".kept")).to_have_text("")


def test_a_source_typed_before_the_session_ended_is_put_back_and_saved_once(
    page: Page, administrator: User, hanoi: Treaty
) -> None:
    source = hanoi.sources.filter(actions=None, treatyfacts=None)[0]
    address = reverse("admin:treaty_source_change", args=[source.pk])
    sign_in(page, administrator.username)
    page.goto(address)
    page.locator("#id_note").fill("Read on paper.")
    end_of_session(page)
    sign_in(page, administrator.username)
    page.goto(address)
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    source.refresh_from_db()
    assert source.note == "Read on paper."
    page.goto(address)
    expect(page.locator("#id_note")).to_have_value("Read on paper.")
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    assert not UnfinishedForm.objects.exists()
