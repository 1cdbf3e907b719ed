"""Linked data against shapes and vocabularies, and what programs look for at fixed addresses."""

import html
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from defusedxml import ElementTree
from django.test import Client
from pytest_django.fixtures import Settings
from rdflib import DCAT, DCTERMS, RDF, SDO, Graph, URIRef

from common.languages import LANGUAGES
from dashboard import discovery
from treaty.models import Treaty

# rdflib and pyshacl use what rdflib itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated, use Dataset:DeprecationWarning")

Get = Callable[..., Any]
SHAPES = Path(__file__).with_name("shapes.ttl")
HERE = "http://testserver"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PATHS = (
    "treaties/",
    "treaties/hanoi/",
    "treaties/untoc/status/",
    "treaties/hanoi/status/?as_of=2026-03-01&revision=80",
    "participants/QAT/",
    "participants/EUE/",
)
PAGES = (
    "/",
    "/treaties/untoc/",
    "/participants/QAT/",
    "/convention/",
    "/changes/?as_of=2026-03-01&revision=80",
)


def graph_of(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


def check(graph: Graph) -> None:
    """Hold a graph against the shapes, and each of its terms against its vocabulary."""
    conforms, _, report = pyshacl.validate(graph, shacl_graph=str(SHAPES), shacl_graph_format="turtle")
    assert conforms, report
    terms = {predicate for _, predicate, _ in graph} | set(graph.objects(predicate=RDF.type))
    vocabularies = {str(each._NS): each for each in (SDO, DCAT, DCTERMS, RDF)}  # noqa: SLF001 - closed namespaces
    for term in terms:
        assert isinstance(term, URIRef)
        (vocabulary,) = [each for start, each in vocabularies.items() if term.startswith(start)]
        assert term in vocabulary, term


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("path", PATHS)
def test_linked_data_is_had_by_accept_and_by_ending(get: Get, path: str) -> None:
    answer = get(path, headers={"Accept": "application/ld+json"})
    assert answer["Content-Type"] == "application/ld+json"
    check(graph_of(answer.content.decode()))
    address, _, query = path.partition("?")
    assert get(f"{address.removesuffix('/')}.jsonld{query and '?'}{query}").content == answer.content
    assert get(path)["Content-Type"] == "application/json"


def test_a_status_names_treaty_record_and_events(get: Get) -> None:
    graph = graph_of(get("treaties/hanoi/status.jsonld").content.decode())
    (treaty,) = graph.subjects(RDF.type, SDO.Legislation)
    assert str(graph.value(treaty, SDO.legislationIdentifier)) == "XVIII-16"
    assert graph.value(treaty, SDO.legislationLegalForce) == SDO.NotInForce
    (event,) = graph.subjects(RDF.type, SDO.Event)
    assert [str(graph.value(event, term)) for term in (SDO.startDate, SDO.endDate)] == [
        "2025-10-25",
        "2026-12-31",
    ]
    in_force = graph_of(get("treaties/untoc/status.jsonld").content.decode())
    assert (None, SDO.legislationLegalForce, SDO.InForce) in in_force


def test_each_file_of_the_catalogue_is_there(get: Get) -> None:
    graph = graph_of(get("treaties/", headers={"Accept": "application/ld+json"}).content.decode())
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == Treaty.objects.count()
    files = [
        (str(url), str(graph.value(file, SDO.encodingFormat))) for file, url in graph[: DCAT.downloadURL :]
    ]
    for url, media_type in files:
        if "/hanoi/" in url:
            answer = get(url.removeprefix("http://testserver"))
            assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, media_type)


def test_a_participant_has_the_codes_of_its_sources(get: Get) -> None:
    def codes(iso3: str) -> set[tuple[str, str]]:
        graph = graph_of(get(f"participants/{iso3}.jsonld").content.decode())
        return {
            (str(graph.value(node, SDO.propertyID)), str(graph.value(node, SDO.value)))
            for node in graph.subjects(RDF.type, SDO.PropertyValue)
        }

    assert codes("QAT") == {("ISO 3166-1 alpha-3", "QAT"), ("ISO 3166-1 alpha-2", "QA"), ("UN M49", "634")}

    def same(iso3: str) -> list[str]:
        graph = graph_of(get(f"participants/{iso3}.jsonld").content.decode())
        return [str(item) for item in graph.objects(predicate=SDO.sameAs)]

    assert same("QAT") == ["http://www.wikidata.org/entity/Q846"]
    assert same("NLD") == same("EUE") == []
    assert codes("EUE") == set()  # codes of ISO 3166 and M49 are of countries


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_linked_data_and_say_how_they_are_shown_elsewhere(get: Get, page: str) -> None:
    text = get(page).content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    check(graph_of(script))
    assert "<" not in script
    head = dict(re.findall(r'<(?:meta property|link rel)="([\w:]+)" (?:content|href)="([^"]*)">', text))
    assert head["canonical"] == head["og:url"] == f"http://testserver{page.partition('?')[0]}"
    image = get(head["og:image"].removeprefix("http://testserver").replace("&amp;", "&"))
    assert image["Content-Type"] == "image/png"
    assert image.content[16:24] == (1200).to_bytes(4) + (630).to_bytes(4)  # size in the header of a PNG


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_pages_are_shown_elsewhere_in_their_language(get: Get, code: str) -> None:
    page = get(f"/{code}/?as_of=2026-03-01&revision=80").content.decode()
    (image,) = re.findall(r'<meta property="og:image" content="([^"]+)">', page)
    clocks = f"lang={LANGUAGES[code].key}&as_of=2026-03-01&revision=80"
    assert html.unescape(image) == f"{HERE}/embed/hanoi/card.png?{clocks}"
    (discovered,) = re.findall(r'type="application/json\+oembed"[^>]* href="([^"]+)"', page)
    shown = get(html.unescape(discovered).removeprefix(HERE)).json()["html"]
    assert clocks in html.unescape(shown)


def test_security_txt_has_the_fields_of_its_standard(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@tracker.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == settings.SECURITY_CONTACT
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"]) - datetime.now().astimezone()
    assert 100 < expires.days < 365


def test_robots_find_the_site_map(get: Get) -> None:
    lines = get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /admin/" in lines


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_the_site_map_names_pages_in_each_language_with_their_last_change(get: Get) -> None:
    index = ElementTree.fromstring(get("/sitemap.xml").content)
    assert index.tag == f"{MAP}sitemapindex"
    files = [(file.text or "").removeprefix(HERE) for file in index.iter(f"{MAP}loc")]
    urls = [url for file in files for url in ElementTree.fromstring(get(file).content)]
    pages = {url.findtext(f"{MAP}loc"): url for url in urls}
    assert len(pages) == len(urls) == Treaty.objects.count() * len(discovery.PAGES) * len(LANGUAGES)
    assert all(url.findtext(f"{MAP}lastmod") == "2026-11-21" for url in urls)
    assert f"{HERE}/treaties/untoc/participants/" in pages
    for language in LANGUAGES.values():
        address = f"{HERE}/changes/" if language.code == "en" else f"{HERE}/{language.code}/changes/"
        named = {
            link.attrib["hreflang"].lower(): link.attrib["href"]
            for link in pages[address].iter("{http://www.w3.org/1999/xhtml}link")
        }
        page = get(address.removeprefix(HERE)).content.decode()
        found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)
        assert named == {tag.lower(): href for tag, href in found}, "the page names the same ones"
        assert len(named) == len(LANGUAGES) + 1


def test_long_site_maps_are_several_files(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery.PagesOfTreaties, "limit", 50)
    index = ElementTree.fromstring(get("/sitemap.xml").content)
    files = [(file.text or "").removeprefix(HERE) for file in index.iter(f"{MAP}loc")]
    assert len(files) > 1
    urls = [url.findtext(f"{MAP}loc") for file in files for url in ElementTree.fromstring(get(file).content)]
    assert len(set(urls)) == len(urls) == Treaty.objects.count() * len(discovery.PAGES) * len(LANGUAGES)
    assert get("/sitemap-treaties.xml?p=99").status_code == 404
    assert get("/sitemap-others.xml").status_code == 404


@pytest.mark.parametrize("code", LANGUAGES)
def test_browsers_learn_how_to_search_in_each_language(get: Get, code: str) -> None:
    prefix = "" if code == "en" else f"/{code}"
    page = get(f"{prefix}/").content.decode()
    (address,) = re.findall(r'<link rel="search"[^>]* href="([^"]+)"', page)
    assert address == f"{prefix}/opensearch.xml"
    answer = get(address)
    assert answer["Content-Type"].partition(";")[0] == "application/opensearchdescription+xml"
    names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    root = ElementTree.fromstring(answer.content)
    for element, longest in {"ShortName": 16, "LongName": 48, "Description": 1024}.items():
        assert 0 < len(root.findtext(f"o:{element}", "", names)) <= longest
    assert root.findtext("o:Language", "", names) == LANGUAGES[code].tag
    templates = {url.get("type"): url.get("template", "") for url in root.findall("o:Url", names)}
    assert templates["application/opensearchdescription+xml"] == f"{HERE}{address}"
    template = templates["text/html"]
    found = get(template.removeprefix(HERE).replace("{searchTerms}", "qatar"))
    assert f'href="{prefix}/participants/QAT/"' in found.content.decode().partition("<tbody")[2]


def test_the_guide_is_a_page_of_the_site(get: Get) -> None:
    page = get("/api/v1/guide/").content.decode()
    assert "<h1>The API in ten minutes</h1>" in page
    for target in re.findall(r'<a href="([^":]+)"', page):
        if not target.startswith(("/", "#")):
            assert get(f"/api/v1/guide/{target}").status_code == 200, target
    assert get("/api/v1/guide/operations.md").status_code == 404
    assert json.loads(get("/api/v1/schema/").content)["info"]["description"].endswith("/api/v1/guide/.")
