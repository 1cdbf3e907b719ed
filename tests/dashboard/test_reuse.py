"""Citations, embeds with their code, and the list of all treaties."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.citations import Cited
from dashboard.reuse import KINDS, LANGUAGES
from embeds.words import LANGUAGES as EMBEDDED
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("hanoi")

CITED = Cited(
    "Hanoi Convention",
    "https://site.example/?as_of=2026-11-21&revision=87",
    date(2026, 11, 21),
    87,
    date(2026, 11, 29),
)


def test_every_style_has_address_revision_and_both_days() -> None:
    styles = dict(CITED.in_styles())
    assert list(styles) == ["Footnote", "APA", "OSCOLA", "BibTeX", "RIS"]
    for words in styles.values():
        assert "87" in words
        assert "revision=87" in words.replace("\\", "")
        assert "2026" in words
    assert "(accessed 29 Nov 2026)" in styles["Footnote"]
    assert "Retrieved November 29, 2026, from https://" in styles["APA"]
    assert styles["OSCOLA"].endswith("accessed 29 November 2026")
    assert "urldate = {2026-11-29}" in styles["BibTeX"]
    assert styles["RIS"].splitlines()[0] == "TY  - DATA"
    assert styles["RIS"].splitlines()[-1] == "ER  - "


def test_signs_that_tex_reads_are_escaped() -> None:
    cited = Cited("Arms & Trade 100% #1_a", "https://site.example/", date(2026, 1, 2), 3, date(2026, 1, 2))
    assert r"title = {{Arms \& Trade 100\% \#1\_a}}" in cited.bibtex()


@pytest.mark.parametrize("address", ["/", "/participants/?list=signatories", "/articles/7/", "/about/reuse/"])
def test_every_page_gives_its_citations(get: Callable[..., str], address: str) -> None:
    page = get(address)
    permanent = re.search(r'<a class="address" href="([^"]+)"', page)
    assert permanent
    assert "revision=" in permanent[1]
    assert "as_of=" in permanent[1]
    assert page.count(permanent[1]) > 4


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_of_an_embed_leads_to_the_embed(client: Client, get: Callable[..., str], kind: str) -> None:
    page = get("/about/reuse/", kind=kind, lang="fr", theme="dark", width="500")
    code = re.search(r'aria-label="Code for the [a-z]+">(.*?)</pre>', page)
    assert code
    source = re.search(r'src="http://testserver(/embed/[^"]+)"', html.unescape(html.unescape(code[1])))
    assert source
    assert "lang=fr" in source[1]
    assert "theme=dark" in source[1]
    assert client.get(html.unescape(source[1])).status_code == 200
    assert 'width="500"' in html.unescape(code[1])
    assert source[1].replace("&amp;", "&") in html.unescape(page.partition('class="preview"')[2])


def test_all_embeds_are_shown_with_their_code(get: Callable[..., str]) -> None:
    page = get("/about/reuse/")
    for label in KINDS.values():
        assert f'aria-label="Code for the {label}"' in page
    assert page.count('class="preview"') == len(KINDS)


@pytest.mark.parametrize(
    "address", ["/", "/participants/?list=signatories", "/articles/7/", "/changes/", "/participants/QAT/"]
)
def test_every_card_has_its_permalink_and_is_cited_by_it(
    client: Client, get: Callable[..., str], address: str
) -> None:
    page = get(address)
    sections = re.findall(r'<section class="card[^>]*aria-labelledby="([^"]+)"', page)
    links = re.findall(r'class="card-reuse"><a href="([^"]+)".*?</a> <a href="([^"]+)"', page)
    assert len(links) == len(sections)
    for key, (permanent, reuse) in zip(sections, links, strict=True):
        assert html.unescape(permanent).endswith(f"#{key}")
        assert "revision=" in permanent
        cited = client.get(html.unescape(reuse)).content.decode()
        assert permanent in cited
        assert f'href="{address.split("?", maxsplit=1)[0]}' in cited


def test_a_list_is_taken_away_as_it_is_filtered(client: Client, get: Callable[..., str]) -> None:
    of = "/participants/?list=signatories&as_of=2026-01-01"
    page = get("/about/reuse/", of=of, card="found", as_of="2026-11-21")
    file = re.search(r'href="([^"]+)">This list \(CSV\)', page)
    assert file
    address = html.unescape(file[1])
    assert "list=signatories" in address
    assert "as_of=2026-11-21" in address  # the clocks of this page, given once
    assert address.count("as_of") == 1
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "of",
    ["https://elsewhere.example/", "//elsewhere.example/", "/admin/", "/treaties/untoc/", "x", "/api/v1/"],
)
def test_only_pages_of_the_treaty_are_cited(client: Client, of: str) -> None:
    assert client.get("/about/reuse/", {"of": of}).status_code == 400
    assert client.get("/about/reuse/", {"card": "a b"}).status_code == 400


@pytest.mark.parametrize("of", ["/participants/?list=signatories", "/ru/participants/?list=signatories"])
@pytest.mark.parametrize("prefix", ["", "/fr", "/zh-hans"])
def test_a_page_is_cited_in_the_language_of_the_answer(client: Client, prefix: str, of: str) -> None:
    answer = client.get(f"{prefix}/about/reuse/", {"of": of, "card": "found"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.search(
        rf'class="address" href="http://testserver{prefix}/participants/\?list=signatories&', page
    )
    assert f'href="{prefix}/participants/?list=signatories#found"' in page


def test_the_languages_offered_are_those_of_the_embeds(client: Client) -> None:
    assert {code for code, _ in LANGUAGES} == set(EMBEDDED)
    assert client.get("/about/reuse/", {"kind": "poster"}).status_code == 400
    assert client.get("/about/reuse/", {"width": "9"}).status_code == 400


def test_the_preview_alone_may_be_framed(client: Client) -> None:
    assert "frame-src 'self'" in client.get("/about/reuse/")["Content-Security-Policy"]
    assert "frame-src" not in client.get("/about/")["Content-Security-Policy"]


def test_all_treaties_are_listed_and_found(client: Client) -> None:
    def names(**query: str) -> list[str]:
        page = client.get("/treaties/", query).content.decode()
        return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)

    assert sorted(names()) == ["Budapest Convention", "Hanoi Convention", "UNCAC", "UNTOC"]
    assert names(q="organized crime") == ["UNTOC"]
    assert names(q="XVIII-14") == ["UNCAC"]
    assert names(q="cheese") == []


def test_a_long_list_of_treaties_has_pages_and_reads_only_one(client: Client) -> None:
    def read(**query: str) -> tuple[list[str], list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/treaties/", query).content.decode()
        found = re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)
        return found, [each["sql"] for each in queries if "ratification_standing" in each["sql"]]

    names = [f"Treaty {number:03}" for number in range(120)]
    Treaty.objects.bulk_create(
        Treaty(slug=f"t-{number}", title=name, short_title=name, depositary="SG")
        for number, name in enumerate(names)
    )
    sheets = [read(q="Treaty", sheet=str(number)) for number in (1, 2, 3)]
    assert [name for found, _ in sheets for name in found] == names
    for _, statements in sheets:
        assert len(statements) == 1
        assert '"treaty_id" IN (' in statements[0], "counts the standings of the page alone"
    page = client.get("/treaties/", {"q": "Treaty", "page": "changes", "sheet": "3"}).content.decode()
    assert 'href="?page=changes&amp;q=Treaty&amp;sheet=3" aria-current="page"' in page
    assert "120 treaties" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("as_of=2026-02-05", "takes no as_of"),
        ("revision=40", "takes no revision"),
        ("sheet=2", "sheet is “2”"),
        ("sheet=-1", "sheet is “-1”"),
        ("page=admin", "page is “admin”"),
    ],
)
def test_the_list_of_treaties_refuses_what_it_cannot_show(client: Client, asked: str, words: str) -> None:
    answer = client.get(f"/treaties/?{asked}")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_every_page_leads_to_all_treaties(get: Callable[..., str]) -> None:
    for address in ("/", "/scenario/", "/treaties/untoc/", "/claims/"):
        assert 'href="/treaties/"' in get(address)


def test_the_list_of_treaties_leads_to_the_page_that_was_asked_for(get: Callable[..., str]) -> None:
    assert 'href="/treaties/?page=changes"' in get("/treaties/untoc/changes/")
    page = get("/treaties/", page="changes")
    assert 'href="/treaties/untoc/changes/"' in page
    assert 'name="page" value="changes"' in page


def test_embeds_are_offered_in_the_language_of_the_page(client: Client) -> None:
    page = client.get("/ar/about/reuse/").content.decode()
    assert "/embed/hanoi/progress/?lang=ar" in page
    assert "/embed/hanoi/progress/?lang=" not in client.get("/about/reuse/").content.decode()
    asked = client.get("/ar/about/reuse/", {"lang": "fr"}).content.decode()
    assert "/embed/hanoi/progress/?lang=fr" in asked


def test_the_status_page_can_be_taken_away_as_pictures(client: Client) -> None:
    page = client.get("/about/reuse/?as_of=2026-03-01").content.decode()
    found = re.findall(r'href="(/embed/hanoi/(?:map|card)\.png\?[^"]+)"', page)
    assert len(found) == 2
    for address in found:
        assert "as_of=2026-03-01" in address
        assert client.get(html.unescape(address)).content.startswith(b"\x89PNG")
