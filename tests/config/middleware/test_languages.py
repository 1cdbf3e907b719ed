"""Which language an address has, and where a reader is led at the first visit."""

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import get_language

from config.middleware.languages import AddressLanguage

BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-language": "fr-CH, fr;q=0.9, en;q=0.8"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _facts(with_facts: None) -> None: ...


def visit(client: Client, address: str, **headers: str) -> HttpResponse:
    response = client.get(address, headers={**BROWSER, **headers})
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    ("address", "tag", "direction"),
    [
        ("/", "en", ""),
        ("/fr/", "fr", ""),
        ("/ar/", "ar", ' dir="rtl"'),
        ("/zh-hans/treaties/", "zh-Hans", ""),
        ("/ru/participants/DEU/", "ru", ""),
        ("/es/no-such-page/", "es", ""),
    ],
)
def test_the_address_names_the_language(client: Client, address: str, tag: str, direction: str) -> None:
    assert f'<html lang="{tag}"{direction}>' in client.get(address).content.decode()
    assert get_language() == settings.LANGUAGE_CODE, "the thread keeps its own"


def test_an_asset_goes_through_as_the_stream_that_it_is() -> None:
    asset = StreamingHttpResponse([b"body {}"])
    assert AddressLanguage(lambda _request: asset)(RequestFactory().get("/static/site.css")) is asset


def test_the_header_chooses_nothing_at_an_address(client: Client) -> None:
    response = client.get("/participants/", headers={"accept-language": "fr"})
    assert response.status_code == 200
    assert "Accept-Language" not in response.get("Vary", "")
    assert "Cookie" not in response.get("Vary", "")


def test_a_page_names_itself_in_every_language_with_its_question(client: Client) -> None:
    page = client.get("/fr/participants/?standing=party").content.decode()
    for tag, path in (("x-default", ""), ("en", ""), ("fr", "/fr"), ("zh-Hans", "/zh-hans"), ("ar", "/ar")):
        link = f'hreflang="{tag}" href="http://testserver{path}/participants/?standing=party"'
        assert link in page
    assert '<a href="/ar/participants/?standing=party" lang="ar" hreflang="ar"' in page


def test_links_stay_in_the_language(client: Client) -> None:
    page = client.get("/es/").content.decode()
    assert 'href="/es/participants/' in page
    assert 'href="/participants/"' not in page.replace('<a href="/participants/" lang="en"', "")


def test_the_first_visit_leads_to_the_language_of_the_browser(client: Client) -> None:
    response = visit(client, "/participants/?standing=party")
    assert response.status_code == 302
    assert response["Location"] == "/fr/participants/?standing=party"
    assert response["Cache-Control"] == "no-store"
    assert client.cookies["language"].value == "fr"


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "address",
    [
        "/?as_of=2026-10-01&revision=3",
        "/api/v1/",
        "/changes.atom",
        "/calendar.ics",
        "/embed/hanoi/progress/",
        "/about/nothing/",
        "/fr/",
    ],
)
def test_what_others_cite_or_read_leads_nowhere_else(client: Client, address: str) -> None:
    assert visit(client, address).status_code != 302


def test_the_language_that_was_gone_over_to_is_kept(client: Client) -> None:
    visit(client, "/")
    over = visit(client, "/participants/", host="testserver", referer="http://testserver/fr/participants/")
    assert over.status_code == 200
    assert client.cookies["language"].value == "en"
    assert "private" in over["Cache-Control"]
    assert visit(client, "/").status_code == 200, "the next visit is in English, whatever the browser says"
    visit(client, "/ru/", host="testserver", referer="http://testserver/")
    assert visit(client, "/about/")["Location"] == "/ru/about/"


def test_a_link_from_within_stays_where_it_leads(client: Client) -> None:
    response = visit(client, "/participants/", host="testserver", referer="http://testserver/")
    assert response.status_code == 200
    assert "language" not in client.cookies


def test_addresses_are_english_outside_a_request() -> None:
    assert reverse("dashboard:participants", kwargs={"slug": "hanoi"}) == "/participants/"


@pytest.mark.parametrize("referer", ["http://[", "//[x]/", "http://[::1", "\udcff", "x" * 5000])
def test_a_referer_that_is_no_address_is_as_none(client: Client, referer: str) -> None:
    assert visit(client, "/", referer=referer).status_code == 302
    assert visit(client, "/ar/", referer=referer).status_code == 200
