"""A notification entered in a real browser, from its text or typed line by line, with clicks and keystrokes counted."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from ratification.models import Action
from states.models import Participant
from tests.panel.hands import Hands, begin_session
from tests.ratification.intake.test_notifications import CASES, HEAD_EN, OPEN_EN
from treaty.models import Source, Treaty

ADDRESS = "/admin/ratification/notification/add/"
At = Callable[[User], Client]
WAS = "The above action was effected on"


@pytest.mark.usefixtures("hanoi")
def test_a_pasted_notification_is_drafted_in_four_clicks(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
    page.goto("/admin/ratification/action/")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="Enter a notification"))
    text = page.get_by_label("Text of the notification")
    hands.click(text)
    hands.paste(text, CASES["ratification with reservation and declaration"].text)
    hands.click(page.get_by_role("button", name="Read"))
    expect(page.locator("mark", has_text="The above action was effected on 10 November 2026")).to_be_visible()
    expect(page.locator(".headline")).to_contain_text("1 → 2 of 40")
    hands.click(page.get_by_role("button", name="Draft and submit for review").first)
    expect(page.locator(".messagelist .success")).to_contain_text("3 entries were drafted")
    hands.tell("The same pasted")
    assert hands.clicks <= 4
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


@pytest.mark.usefixtures("hanoi")
def test_three_acts_are_typed_in_six_clicks_and_ninety_keystrokes(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
    page.goto("/admin/ratification/action/")
    hands = Hands(page)

    def line(number: int, name: str) -> str:
        return f"#id_form-{number}-{name}"

    hands.click(page.get_by_role("link", name="Enter a notification"))
    expect(page.locator("#id_number")).to_be_focused()
    hands.type("C.N.501.2026.TREATIES-XVIII.16")
    hands.click(page.locator(".field-participant .select2-selection").first)
    hands.type("Brazil")
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text("Brazil")
    hands.press("Enter", "Tab")
    hands.type("rat")
    hands.press("Tab")
    hands.type("10.11.2026")
    for number, kind, provisions in ((1, "res", "13, 63(2)"), (2, "dec", "40")):
        hands.click(page.locator(line(number, "kind")))
        page.keyboard.press("Escape")  # closes the list that the click has opened; a person types into it
        hands.type(kind)
        hands.press("Tab", "Tab")
        hands.type(provisions)
    hands.click(page.get_by_role("button", name="Draft and submit for review"))
    expect(page.locator(".messagelist .success")).to_contain_text("3 entries were drafted")
    hands.tell("Ratification, reservation to two articles, declaration, typed")
    assert hands.clicks <= 6
    assert hands.keys <= 90
    entries = Action.objects.filter(author=clerk).order_by("pk")
    assert [(each.participant.iso3, each.kind, each.taken.edtf, each.provisions) for each in entries] == [
        ("BRA", "ratification", "2026-11-10", []),
        ("BRA", "reservation", "2026-11-10", ["13", "63(2)"]),
        ("BRA", "declaration", "2026-11-10", ["40"]),
    ]
    assert {each.confidence for each in entries} == {"primary"}


def sent(treaty: Treaty, **more: str) -> dict[str, str]:
    return {"treaty": str(treaty.pk), "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0", **more}


def test_what_cannot_be_read_is_asked_for_and_nothing_is_written(hanoi: Treaty, clerk: User, at: At) -> None:
    client, sources = at(clerk), Source.objects.filter(treaty=hanoi).count()
    good = CASES["ratification"].text
    for text, sentence in {
        good.replace("XVIII.16", "XVIII.12"): "is not about Hanoi Convention, whose number is XVIII-16.",
        CASES["unknown State"].text: "Who acted?",
        CASES["no day"].text: "When was it effected?",
        CASES["unknown act"].text: "BRAZIL: CHANGE OF HEART",
        "soon": "with a known act stands in the text",
        f"{HEAD_EN}QATAR: RATIFICATION{OPEN_EN}{WAS} 10 November 2026.": "withdrawn or",
    }.items():
        page = client.post(ADDRESS, sent(hanoi, text=text, _read="1")).content.decode()
        assert sentence in page, sentence
    assert not Action.objects.filter(author=clerk).exists()
    assert Source.objects.filter(treaty=hanoi).count() == sources


def test_a_line_that_is_refused_undoes_all_and_says_where(hanoi: Treaty, clerk: User, at: At) -> None:
    brazil, qatar = (str(Participant.objects.get(iso3=each).pk) for each in ("BRA", "QAT"))
    lines = {
        "form-0-participant": brazil, "form-0-kind": "ratification", "form-0-taken_on": "10 November 2026",
        "form-1-participant": qatar, "form-1-kind": "ratification",
    }  # fmt: skip
    data = sent(hanoi, number="C.N.501.2026.TREATIES-XVIII.16", _submit="1", **lines)
    page = at(clerk).post(ADDRESS, data).content.decode()
    assert "Nothing is written yet" in page
    assert "withdrawn or" in page.split("Line 2")[1]
    assert not Action.objects.filter(author=clerk).exists()
    at(clerk).post(
        ADDRESS, {**data, "form-1-participant": "", "form-1-kind": "declaration", "form-1-provisions": "40"}
    )
    assert {each.kind for each in Action.objects.filter(author=clerk)} == {"ratification", "declaration"}


def test_a_printed_day_that_differs_from_the_computed_one_is_said(hanoi: Treaty, clerk: User, at: At) -> None:
    text = CASES["ratification"].text
    page = at(clerk).post(ADDRESS, sent(hanoi, text=text, _read="1")).content.decode()
    assert "which differs from the printed day" in page  # two of forty: the rules give no day yet
    assert not Action.objects.filter(author=clerk).exists()


@pytest.mark.parametrize(
    ("number", "sentence"),
    {
        "hello world": "is no number of a notification",
        "C.N.501.2026.TREATIES-XVIII.12": "is not about Hanoi Convention, whose number is XVIII-16.",
        "Reference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)": "",
    }.items(),
)
def test_the_number_is_held_against_the_treaty_in_the_single_form_too(
    clerk: User, at: At, filled: Callable[..., dict[str, object]], number: str, sentence: str
) -> None:
    form = filled("VNM ratification 2026-04-15", notification=number)
    page = at(clerk).post("/admin/ratification/action/add/", form).content.decode()
    assert sentence in page
    stored = list(Action.objects.filter(author=clerk).values_list("notification", flat=True))
    assert stored == ([] if sentence else ["C.N.501.2026.TREATIES-XVIII.16"])


@pytest.mark.usefixtures("hanoi")
def test_what_was_typed_into_a_notification_is_there_after_the_browser_was_closed(
    page: Page, clerk: User
) -> None:
    begin_session(page, clerk)
    page.goto(ADDRESS)
    page.locator("#id_number").fill("C.N.501.2026.TREATIES-XVIII.16")
    page.locator("#id_form-1-provisions").fill("13")
    other = page.context.new_page()
    page.close(run_before_unload=False)
    other.goto(ADDRESS)
    other.get_by_role("button", name="Put it back").click()
    expect(other.locator("#id_form-1-provisions")).to_have_value("13")
