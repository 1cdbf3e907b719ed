"""One builder makes every feed: the same entries, ids and links, wherever they are asked for."""

import json
import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from defusedxml import ElementTree
from django.test import Client
from django.utils import translation
from lxml import etree
from pytest_django.fixtures import Settings

from common.languages import KEYS
from ratification.models import Change
from ratification.status import feeds
from tests.atom import faults
from treaty.models import Treaty

ATOM = "{http://www.w3.org/2005/Atom}"
ATOM_FEEDS = ("/changes.atom", "/api/v1/treaties/hanoi/changes/feed.atom")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEMBERS = {
    *("version", "title", "home_page_url", "feed_url", "authors", "language", "items"),
    *("id", "url", "content_text", "date_published"),
}
"""Members of JSON Feed 1.1 that the feeds use; others of our own begin with an underscore."""
JSON_FEEDS = ("/changes.json", "/api/v1/treaties/hanoi/changes/feed.json")


@pytest.fixture(autouse=True)
def _computed(with_convention_computed: None) -> None:
    """Feeds tell what the last computation found."""


def entries(client: Client, address: str, host: str = "testserver") -> list[tuple[str, str, str, str]]:
    """Id, path, title and summary of each entry."""
    content = client.get(address, headers={"host": host}).content
    if address in ATOM_FEEDS:
        feed = ElementTree.fromstring(content)
        found = [
            (
                entry.findtext(f"{ATOM}id", ""),
                next(entry.iter(f"{ATOM}link")).get("href", ""),
                entry.findtext(f"{ATOM}title", ""),
                entry.findtext(f"{ATOM}summary", ""),
            )
            for entry in feed.iter(f"{ATOM}entry")
        ]
    else:
        items: list[dict[str, Any]] = client.get(address, headers={"host": host}).json()["items"]
        found = [(item["id"], item["url"], item["title"], item["content_text"]) for item in items]
    return [(key, link.partition(f"://{host}")[2], title, words) for key, link, title, words in found]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_each_question_has_a_feed_of_its_own_id(client: Client) -> None:
    """RFC 4287, 4.2.6: a reader that follows two questions has two feeds."""

    def id_of(address: str) -> str:
        return str(ElementTree.fromstring(client.get(address).content).findtext(f"{ATOM}id"))

    plain, api = map(id_of, ATOM_FEEDS)
    assert plain == api
    asked = [id_of(f"{ATOM_FEEDS[0]}?{query}") for query in ("kind=consent", "kind=signature", "lang=fr")]
    assert len({plain, *asked}) == 4
    french = f"{ATOM_FEEDS[1]}?lang=fr"
    assert id_of(french) == asked[2]
    assert f'href="http://testserver{french}" rel="self"' in client.get(french).content.decode()
    both = [id_of(f"{ATOM_FEEDS[0]}?{query}") for query in ("kind=consent&lang=fr", "lang=fr&kind=consent")]
    assert both[0] == both[1]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_the_title_names_the_question_and_the_page_shows_the_same(client: Client) -> None:
    """Feed readers list feeds by their titles."""
    for prefix, title in (
        ("", "Hanoi Convention: changes of its status (Qatar: signatures)"),
        ("/fr", "Hanoi Convention\u202f: changements de son état (Qatar\u202f: signatures)"),
        ("/zh-hans", "Hanoi Convention：现状的变化（卡塔尔：签署）"),
    ):
        query = "participant=QAT&kind=signature"
        feed = client.get(f"{prefix}/changes.json?{query}").json()
        assert feed["title"] == title
        assert feed["home_page_url"] == f"http://testserver{prefix}/changes/?{query}"
        atom = ElementTree.fromstring(client.get(f"{prefix}/changes.atom?{query}").content)
        assert atom.findtext(f"{ATOM}title") == title
        assert f"{prefix}/changes/?{query}" in str(next(atom.iter(f"{ATOM}link")).get("href"))
    plain = client.get("/changes.json").json()
    assert plain["title"] == "Hanoi Convention: changes of its status"
    assert plain["home_page_url"] == "http://testserver/changes/"


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_four_feeds_have_the_same_entries(client: Client) -> None:
    first, *others = (entries(client, address) for address in (*ATOM_FEEDS, *JSON_FEEDS))
    assert len(first) > 70
    assert others == [first] * 3


def test_ids_are_permanent_and_name_no_host_scheme_or_route(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "elsewhere.example"]
    here, there = (entries(client, "/changes.atom", host) for host in ("testserver", "elsewhere.example"))
    assert here == there
    assert all(key.startswith("urn:uuid:") for key, *_ in here)
    assert len({key for key, *_ in here}) == len(here)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_each_entry_links_to_its_own_permanent_view(client: Client) -> None:
    links = [link for _, link, _, _ in entries(client, "/changes.atom")]
    assert len(set(links)) == len(links)
    for link in links[:3]:
        parts = urlsplit(link)
        assert f'id="{parts.fragment}"' in client.get(f"{parts.path}?{parts.query}").content.decode()


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("language", KEYS)
def test_every_feed_is_valid_by_its_standard(client: Client, language: str) -> None:
    """In each language, at each address, also with a question and with both clocks."""
    prefix = "" if language == "en" else f"/{KEYS[language].code}"
    addresses = [
        *ATOM_FEEDS,
        *JSON_FEEDS,
        *(f"{address}?participant=QAT" for address in ATOM_FEEDS + JSON_FEEDS),
        "/changes.atom?as_of=2026-03-01&revision=80",
        "/changes.json?as_of=2026-03-01&revision=80",
        f"{prefix}/changes.atom",
    ]
    for address in addresses:
        response = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
        if "json" in response["Content-Type"]:
            check_json_feed(response.content, KEYS[language].tag)
        else:
            assert faults(response.content) == []
            assert etree.fromstring(response.content).get(XML_LANG) == KEYS[language].tag


def check_json_feed(content: bytes, tag: str) -> None:
    """Hold a feed against JSON Feed 1.1."""
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == tag
    assert feed["title"]
    assert all(author["name"] for author in feed["authors"])
    assert all(urlsplit(feed[name]).netloc for name in ("home_page_url", "feed_url"))
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids) > 0
    for item in feed["items"]:
        assert item["content_text"]
        assert urlsplit(item["url"]).netloc
        assert datetime.fromisoformat(item["date_published"]).tzinfo
    members = {name for item in feed["items"] for name in item} | set(feed)
    assert {name for name in members if not name.startswith("_")} <= MEMBERS


FAULTS = {
    "a moment without a zone": (r"\+00:00</updated>", "</updated>"),
    "an id that is no IRI": ("<id>urn:uuid:", "<id>"),
    "a person without a name": ("<name>.*?</name>", ""),
    "a link without address": (' href="http', ' ref="http'),
    "no title": ("title>", "titel>"),
    "a type that there is not": ('<summary type="html"', '<summary type="xml"'),
    "no author": ("author>", "contributor>"),
    "no link to itself": ('rel="self"', 'rel="related"'),
}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("fault", FAULTS)
def test_a_feed_with_a_fault_is_not_valid(client: Client, fault: str) -> None:
    right, wrong = FAULTS[fault]
    spoilt, times = re.subn(right, wrong, client.get(ATOM_FEEDS[0]).content.decode())
    assert times
    assert faults(spoilt.encode()) != []


def test_atom_names_an_author(client: Client) -> None:
    for address in ATOM_FEEDS:
        feed = ElementTree.fromstring(client.get(address).content)
        assert feed.findtext(f"{ATOM}author/{ATOM}name")


def test_reported_windows_are_no_news(hanoi: Treaty, today: date) -> None:
    told = feeds.news_of(hanoi, as_of=today, revision=10_000)
    reported = [
        change for change in Change.objects.filter(treaty=hanoi) if (change.after or {}).get("reported")
    ]
    assert reported
    assert not {change.pk for change in reported} & {change.pk for change in told}


def test_no_day_of_an_open_interval_is_printed_alone(client: Client) -> None:
    words = [words for *_, words in entries(client, "/changes.atom")]
    assert any("as of Jul 2026." in each for each in words)
    assert any("as of 20 Nov 2025 – 17 Jan 2026." in each for each in words)
    page = client.get("/changes/").content.decode()
    assert ">Jul 2026<" in page
    for invented in ("31 Jul 2026", "17 Jan 2026", "13 Feb 2026"):
        assert not [each for each in words if f"as of {invented}" in each]
        assert f'"when"><time datetime="{invented}' not in page


@pytest.mark.parametrize("address", ATOM_FEEDS)
def test_a_feed_without_entries_is_not_dated_by_the_clock(client: Client, address: str) -> None:
    """Its address may name both clocks, and then its bytes stay."""
    asked = (
        {"participant": "USA"} if address.startswith("/api/") else {"as_of": "2020-01-01", "revision": "40"}
    )
    assert entries(client, address) != []
    feed = ElementTree.fromstring(client.get(address, asked).content)
    assert feed.find(f"{ATOM}entry") is None
    assert feed.findtext(f"{ATOM}updated") == feeds.BEGINNING.isoformat()


def test_an_entry_follows_from_its_change_and_the_language(hanoi: Treaty) -> None:
    change = feeds.news_of(hanoi, as_of=date(2026, 11, 21), revision=87)[0]
    first = feeds.entry_of(change)
    change.revision += 1
    later = feeds.entry_of(change)
    assert f"revision={change.revision}" in later.path
    assert (first.id, first.title) == (later.id, later.title)
    with translation.override("fr"):
        french = feeds.entry_of(change)
    assert french.path.startswith("/fr/")
    assert french.summary != later.summary == feeds.entry_of(change).summary
