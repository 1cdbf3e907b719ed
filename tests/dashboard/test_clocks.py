import html
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from ratification.record.selectors import View

pytestmark = pytest.mark.usefixtures("hanoi")

PAGES = [
    "/",
    "/charts/",
    "/participants/",
    "/participants/QAT/",
    "/statements/",
    "/territories/",
    "/convention/",
    "/articles/7/",
    "/calendar/",
    "/changes/",
    "/corrections/",
    "/about/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"as_of": "2026-13-01"}, "is not a day of the calendar; write one like 2026-02-05."),
        ({"as_of": "20260205"}, "is not a day; write it like 2026-02-05."),
        ({"as_of": "9999-12-31"}, "the calendar&#x27;s last day"),
        ({"revision": "latest"}, "is not a revision of the record; write a number like 40."),
        ({"revision": "-1"}, "is not a revision of the record; write a number like 40."),
        ({"revision": "5000"}, "has the revisions 0 to"),
    ],
)
def test_a_bad_clock_is_refused_with_a_sentence(
    client: Client, page: str, query: dict[str, str], words: str
) -> None:
    response = client.get(page, query)
    assert response.status_code == 400
    assert words in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_cites_itself_for_ever(
    get: Callable[..., str], view: Callable[..., View], page: str, today: date
) -> None:
    here = f"http://testserver{page}?as_of={today}&amp;revision={view().latest}"
    assert f'href="{here}"' in get(page)


@pytest.mark.parametrize("page", PAGES)
def test_another_day_or_an_earlier_record_carries_a_banner(get: Callable[..., str], page: str) -> None:
    banner = '<aside class="banner"'
    assert banner not in get(page)
    assert "Not the current status." in get(page, as_of="2026-02-05")
    assert "at revision 40 of" in get(page, revision=40)
    assert "A future date." in get(page, as_of="2027-02-05")


def test_naming_the_present_needs_no_banner(
    get: Callable[..., str], view: Callable[..., View], today: date
) -> None:
    assert '<aside class="banner"' not in get("/", as_of=today.isoformat(), revision=view().latest)


def test_links_stay_on_the_date_and_revision_asked_for(get: Callable[..., str]) -> None:
    page = get("/", as_of="2026-02-20", revision="86")
    assert 'href="/participants/QAT/?as_of=2026-02-20&amp;revision=86"' in page
    assert 'href="/participants/?list=signatories&amp;as_of=2026-02-20&amp;revision=86"' in page
    assert 'href="/"' in page


@pytest.mark.parametrize("address", ["/treaties/nowhere/", "/participants/ZZZ/", "/articles/72/", "/nothing"])
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_a_refusal_that_is_not_about_the_question_keeps_its_reason(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "elsewhere.example" not in response.content.decode()


def test_the_convention_can_be_named_like_any_other_treaty(get: Callable[..., str]) -> None:
    assert "<title>Hanoi Convention: status</title>" in get("/treaties/hanoi/")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/participants/ZZZ/", "No participant has the code ZZZ."),
        ("/articles/72/", "The record of the text has no article 72."),
        ("/charts/nothing/", "There is no chart nothing."),
        ("/about/reuse/card.png?card=cheese", "There is no card “cheese” on that page."),
        ("/follow/manage/cut-off/", "There is no such subscription: it was ended, or its link is cut off."),
        ("/fr/participants/ZZZ/", "Aucun participant n’a le code ZZZ."),
    ],
)
def test_what_there_is_not_is_said(client: Client, address: str, reason: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert reason in html.unescape(response.content.decode())


@pytest.mark.parametrize("name", ["asof", "as-of", "As_Of", "as_of[]", "REVISION", "revision "])
@pytest.mark.parametrize("path", ["/", "/participants/", "/embed/hanoi/badge.svg"])
def test_a_clock_that_is_spelt_otherwise_is_refused(client: Client, path: str, name: str) -> None:
    answer = client.get(path, {name: "2026-02-05"})
    assert answer.status_code == 400
    assert f"“{name}” is not known; write " in answer.content.decode()
    assert client.get(path, {"utm_source": "x", "as": "1"}).status_code == 200
