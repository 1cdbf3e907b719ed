"""A notification entered from its text in a real browser: pasted, read, drafted, in four clicks."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from ratification.models import Action
from tests.panel.test_working_day import sign_in
from tests.ratification.intake.test_notifications import CASES, HEAD_EN, OPEN_EN
from treaty.models import Source, Treaty

ADDRESS = "/admin/ratification/action/notification/"
At = Callable[[User], Client]


@pytest.mark.usefixtures("hanoi")
def test_a_ratification_with_two_statements_is_drafted_in_four_clicks(page: Page, clerk: User) -> None:
    sign_in(page, clerk.username)
    page.goto("/admin/ratification/action/")
    page.get_by_role("link", name="Enter a notification").click()
    page.get_by_label("Text of the notification").fill(
        CASES["ratification with reservation and declaration"].text
    )
    page.get_by_role("button", name="Read").click()
    expect(page.locator("mark", has_text="The above action was effected on 10 November 2026")).to_be_visible()
    expect(page.locator(".headline")).to_contain_text("1 → 2 of 40")
    page.get_by_role("button", name="Draft and submit for review").click()
    expect(page.locator(".messagelist .success")).to_contain_text("3 entries were drafted")
    entries = {entry.kind: entry for entry in Action.objects.filter(author=clerk)}
    assert {entry.state for entry in entries.values()} == {"in_review"}
    assert entries["reservation"].provisions == ["63(3)"]
    assert entries["reservation"].texts[0]["language"] == "pt"
    assert entries["declaration"].texts[0] == {
        "language": "en",
        "status": "official",
        "text": "Brazil designates the Ministry of Justice.",
    }
    source = Source.objects.get(key="cn5012026treaties-xviii16")
    assert {entry.source for entry in entries.values()} == {source}
    assert (source.confidence, source.published_on) == ("primary", "2026-11-12")


def refusals(client: Client, text: str, **more: str) -> str:
    treaty = Treaty.objects.get(slug="hanoi")
    return client.post(ADDRESS, {"treaty": treaty.pk, "text": text, "_submit": "1", **more}).content.decode()


def test_what_cannot_be_read_is_asked_for_and_nothing_is_written(hanoi: Treaty, clerk: User, at: At) -> None:
    client, sources = at(clerk), Source.objects.filter(treaty=hanoi).count()
    good = CASES["ratification"].text
    for text, sentence in {
        good.replace("XVIII.16", "XVIII.12"): "is not about Hanoi Convention, whose number is XVIII-16.",
        CASES["unknown State"].text: "The name “RURITANIA” is not known",
        CASES["no day"].text: "No sentence says when the action was effected",
        CASES["unknown act"].text: "with a known act stands in it",
        "soon": "No number such as",
        HEAD_EN
        + "QATAR: RATIFICATION"
        + OPEN_EN
        + "The above action was effected on 10 November 2026.": "withdrawn or",
    }.items():
        assert sentence in refusals(client, text), sentence
    assert not Action.objects.filter(author=clerk).exists()
    assert Source.objects.filter(treaty=hanoi).count() == sources


def test_a_printed_day_that_differs_from_the_computed_one_is_said(hanoi: Treaty, clerk: User, at: At) -> None:
    forty = CASES["ratification"].text
    page = at(clerk).post(ADDRESS, {"treaty": hanoi.pk, "text": forty}).content.decode()
    assert "Read from the text: nothing is written yet" in page
    assert "differs from the printed day" in page  # two of forty: the rules give no day yet
    assert not Action.objects.filter(author=clerk).exists()
