"""What is typed into forms of reference data and of new treaties is kept, too."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.forms import SelectMultiple
from django.test import RequestFactory
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


def test_subjects_chosen_are_kept_and_a_page_as_it_was_opened_is_not(
    page: Page, administrator: User, hanoi: Treaty
) -> None:
    sign_in(page, administrator.username)
    page.goto(reverse("admin:treaty_article_change", args=[hanoi.articles.get(number=3).pk]))
    box = page.locator("input[name=themes]:not(:checked)").first
    chosen = page.locator(f"input[name=themes][value='{box.get_attribute('value')}']")
    chosen.check()
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    chosen.uncheck()
    expect(page.locator(".kept")).to_have_text("")
    chosen.check()
    end_of_session(page)
    sign_in(page, administrator.username)
    page.goto(reverse("admin:treaty_article_change", args=[hanoi.articles.get(number=3).pk]))
    page.get_by_role("button", name="Put it back").click()
    expect(chosen).to_be_checked()


def test_every_form_that_is_to_be_kept_brings_the_script_and_no_list_that_cannot_be(
    rf: RequestFactory, administrator: User
) -> None:
    request, kept = rf.get(reverse("admin:index")), 0  # whose addresses load the pages
    request.user = User.objects.create_superuser("root")
    for model, pages in admin.site._registry.items():  # noqa: SLF001 - Django has no other way
        if not pages.has_change_permission(request):
            continue
        form = pages.get_form(request, administrator if model is User else None, change=model is User)
        kept += getattr(form, "is_kept", False)
        assert "panel/unsaved.js" in str(pages.media) or not getattr(form, "is_kept", False), model
        widgets = [getattr(field.widget, "widget", field.widget) for field in form.base_fields.values()]
        assert not any(isinstance(widget, SelectMultiple) for widget in widgets), model
    assert kept > 5


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
