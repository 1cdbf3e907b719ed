"""Cards that are taken away: every one as a picture with title, source and day, its table as CSV and XLSX."""

import csv
import html
import io
import re
import struct
import zlib
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from defusedxml import ElementTree
from django.test import Client

from dashboard.card_image import LONGEST, SCALE, WIDTH, picture
from dashboard.card_parts import Card, Pairs, Table, Words, card_of
from dashboard.table_files import number_or_text
from ratification.charts.convert import packed
from ratification.record.selectors import View

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

pytestmark = pytest.mark.usefixtures("hanoi")
Get = Callable[..., str]

PAGES = (
    "/",
    "/participants/?list=signatories",
    "/participants/QAT/",
    "/participants/AZE/cooperation/",
    "/participants/AZE/cooperation/BRA/",
    "/statements/",
    "/statements/80/",
    "/territories/",
    "/articles/63/",
    "/charts/by-group/",
    "/explore/",
    "/compare/",
    "/readiness/",
    "/readiness/ratification/",
    "/scenario/?deposits=39+more+on+2026-11-21&versus=39+more+on+2027-01-10",
    "/calendar/",
    "/claims/",
    "/about/",
    "/about/glossary/",
)
IMAGE = 250_000
"""Most bytes of a picture."""
FORMS = {"ask", "two"}
"""Cards that only ask, and have nothing to take away; on the page of reuse and that of follow all do."""


def _cards(page: str) -> list[str]:
    return re.findall(r'<section class="card.*?</section>', page, re.DOTALL)


def _files(card: str, label: str) -> list[str]:
    found = re.findall(rf'<a href="([^"]+)">{label}<span class="for-readers">', card)
    return [html.unescape(address) for address in found]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Drawings that were asked for, which are not made into pictures."""
    drawings = list[str]()

    def noted(svg: str, *_: object) -> bytes:
        drawings.append(svg)
        return b""

    monkeypatch.setattr("dashboard.card_files.gallery.png_of", noted)
    return drawings


def _lines(svg: str) -> list[str]:
    root: Element = ElementTree.fromstring(svg)
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("address", PAGES)
def test_every_card_has_a_picture_with_its_title_source_and_day(
    client: Client, get: Get, drawn: list[str], address: str
) -> None:
    cards = [card for card in _cards(get(address)) if "aria-busy" not in card]
    assert cards
    for card in cards:
        key = re.search(r'aria-labelledby="([\w-]+)"', card)
        assert key
        pictures = _files(card, "PNG")
        assert bool(pictures) is (key[1] not in FORMS)
        for found in (found for found in pictures if "/card.png?" in found):
            assert client.get(found).status_code == 200, found
            words = " ".join(_lines(drawn[-1]))
            title = re.search(r"<h2[^>]*>(.*?)</h2>", card, re.DOTALL)
            assert title
            plain = html.unescape(re.sub(r"<[^>]+>|\s+", " ", title[1])).split()
            assert "".join(plain) in words.replace(" ", "")
            assert (
                "Treaty status tracker. Hanoi Convention as of 21 November 2026, revision 87. CC BY 4.0"
                in words
            )
            assert "as_of=2026-11-21&revision=87#" in "".join(_lines(drawn[-1]))
            height = re.search(r'viewBox="0 0 \d+ (\d+)"', drawn[-1])
            assert height
            assert int(height[1]) < LONGEST * 1.7


@pytest.mark.parametrize("card", ["numbers", "places", "latest"])
def test_a_picture_is_a_png_1200_wide(client: Client, card: str) -> None:
    response = client.get("/about/reuse/card.png", {"of": "/", "card": card})
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == f'inline; filename="hanoi-{card}-2026-11-21-revision-87.png"'
    width, _height = struct.unpack(">II", response.content[16:24])
    assert width == round(WIDTH * SCALE) == 1200
    assert len(response.content) <= IMAGE


@pytest.mark.parametrize("day", [date(2025, 12, 1), date(2026, 1, 10), date(2026, 11, 21)])
def test_the_numbers_of_the_picture_are_those_of_the_page(
    client: Client, drawn: list[str], view: Callable[..., View], day: date
) -> None:
    client.get("/about/reuse/card.png", {"of": "/", "card": "numbers", "as_of": day.isoformat()})
    outcome = view(day).outcome
    assert {str(outcome.signatories.certain), str(outcome.contracting.certain)} <= set(_lines(drawn[-1]))


def test_a_filtered_list_is_taken_away_as_it_is_filtered(client: Client, get: Get) -> None:
    page = get("/participants/AZE/cooperation/")
    (address,) = _files(next(card for card in _cards(page) if "found" in card), "CSV")
    rows = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    table = card_of(page, "found")
    assert table
    assert table.table
    assert len(rows) == len(table.table.rows) + 1
    assert rows[0] == table.table.headings
    assert any(re.fullmatch(r"\d{4}-\d\d-\d\d", cell) for cell in rows[1])


def test_a_workbook_says_what_its_table_is(client: Client) -> None:
    asked = {"of": "/", "card": "latest", "as_of": "2026-02-20"}
    book = openpyxl.load_workbook(io.BytesIO(client.get("/about/reuse/card.xlsx", asked).content))
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert about["Table"] == "Hanoi Convention: Status: Latest treaty actions"
    assert about["As of"] == "2026-02-20"
    assert str(about["Permalink"]).endswith("/?as_of=2026-02-20&revision=87#latest")


@pytest.mark.parametrize(
    ("text", "cell"), [("0", 0), ("40", 40), ("004", "004"), ("", ""), ("63(3)", "63(3)")]
)
def test_a_cell_is_a_number_where_nothing_is_lost_by_it(text: str, cell: object) -> None:
    assert number_or_text(text) == cell


def test_the_figures_of_a_chart_are_a_workbook_too(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/charts/by-regional-group.xlsx").content))
    sheet = book.worksheets[0]
    text = client.get("/charts/by-regional-group.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [[str(cell.value) for cell in row] for row in sheet.iter_rows()] == rows
    assert any(isinstance(cell.value, int) for row in sheet.iter_rows() for cell in row)
    assert book["about"]["B1"].value == "Status by regional group"


@pytest.mark.parametrize(
    ("suffix", "asked", "status"),
    [
        ("png", {"of": "/", "card": "cheese"}, 404),
        ("png", {"of": "/"}, 404),
        ("csv", {"of": "/", "card": "numbers"}, 404),
        ("pdf", {"of": "/", "card": "numbers"}, 404),
        ("png", {"of": "/participants/XXX/", "card": "timeline"}, 404),
        ("png", {"of": "/treaties/untoc/", "card": "numbers"}, 400),
        ("png", {"of": "/changes.atom", "card": "numbers"}, 400),
        ("png", {"of": "/participants/csv", "card": "numbers"}, 400),
        ("png", {"of": "/about/reuse/card.png?of=/&card=numbers", "card": "numbers"}, 400),
        ("png", {"of": "/admin/", "card": "numbers"}, 400),
        ("png", {"of": "/", "card": "numbers", "as_of": "yesterday"}, 400),
    ],
)
def test_what_cannot_be_taken_away_is_refused(
    client: Client, suffix: str, asked: dict[str, str], status: int
) -> None:
    assert client.get(f"/about/reuse/card.{suffix}", asked).status_code == status


@pytest.mark.parametrize(
    ("address", "picture_of"),
    [
        ("/", "/embed/hanoi/card.png"),
        ("/charts/", "/charts/over-time.png"),
        ("/charts/by-group/?as_of=2026-01-10", "/charts/by-group.png?as_of=2026-01-10"),
        ("/compare/", "/charts/same-age.png"),
        ("/explore/", "/charts/same-age.png"),
        ("/forecast/", "/about/reuse/card.png?of=%2Fforecast%2F&card=forecast"),
    ],
)
def test_a_page_with_a_chart_names_its_picture_for_messages_and_posts(
    client: Client, get: Get, address: str, picture_of: str
) -> None:
    found = re.findall(r'<meta property="og:image" content="([^"]+)"', get(address))
    assert [html.unescape(each) for each in found] == [f"http://testserver{picture_of}"]
    assert client.get(picture_of)["Content-Type"] == "image/png"


def test_a_picture_is_in_the_language_of_the_page(client: Client, drawn: list[str]) -> None:
    client.get("/ar/about/reuse/card.png", {"of": "/ar/", "card": "numbers"})
    assert 'text-anchor="end"' in drawn[-1]
    assert "بالأرقام" in " ".join(_lines(drawn[-1]))


def test_the_page_of_reuse_offers_the_picture_of_its_card(get: Get) -> None:
    page = get("/about/reuse/", of="/participants/QAT/", card="timeline")
    found = re.search(r'href="([^"]+)">This card \(PNG\)', page)
    assert found
    assert html.unescape(found[1]).startswith(
        "/about/reuse/card.png?of=%2Fparticipants%2FQAT%2F&card=timeline"
    )


def test_what_is_set_apart_by_the_style_sheet_stays_apart_in_words() -> None:
    page = (
        '<section class="card" aria-labelledby="k"><header><h2 id="k">Title</h2><small>note</small></header>'
        "<ul><li><b>31 Dec</b><span>Last day</span></li></ul><p>ratified<span class='tag'>late</span></p>"
        '<form><p>asks</p></form><p class="soft">day<span class="for-readers"> hidden</span></p>'
        '<dl class="numbers"><div><dt>signatories</dt><dd>75<small>at most 76</small></dd></div></dl></section>'
    )
    card = card_of(page, "k")
    assert card == Card(
        "Title",
        "note",
        [
            Words("31 Dec · Last day", "item"),
            Words("ratified (late)"),
            Words("day", "soft"),
            Pairs([("signatories", "75 at most 76")], figures=True),
        ],
    )
    assert card_of(page, "other") is None


def test_what_is_too_long_is_cut_and_says_so() -> None:
    rows = [[f"State {number}", "signatory"] for number in range(300)]
    table = Table(["Participant", "Status"], rows, [[None, None] for _ in rows])
    svg = picture(Card("List", "", [table]), above="", credit="Source", address="https://site.example/")
    assert "The picture shows the beginning; the whole stands at its address." in _lines(svg)
    short = picture(
        Card("List", "", [Table(["Participant"], rows[:3], [])]), above="", credit="", address="a"
    )
    assert not any("beginning" in line for line in _lines(short))


def test_packing_keeps_every_pixel() -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    pixels = zlib.compress(bytes(range(256)) * 40, 0)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
    whole = head + chunk(b"IDAT", pixels[:99]) + chunk(b"IDAT", pixels[99:]) + chunk(b"IEND", b"")
    small = packed(whole)
    assert len(small) < len(whole) / 3
    begin = small.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", small[begin - 8 : begin - 4])
    assert zlib.decompress(small[begin : begin + length]) == bytes(range(256)) * 40
    assert small.startswith(head)
    assert small.endswith(chunk(b"IEND", b""))


@pytest.mark.parametrize(
    ("address", "start"), [("/about/reuse/card.csv", ""), ("/about/reuse/", ""), ("/fr/about/reuse/", "/fr")]
)
def test_the_day_of_the_page_that_is_named_is_the_day_of_its_card(
    client: Client, address: str, start: str
) -> None:
    asked = {"of": f"{start}/participants/?list=signatories&as_of=2025-10-25&revision=87", "card": "found"}
    answer = client.get(address, asked)
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert target.path == address
    assert parse_qs(target.query) | {"of": [], "card": []} == {
        "of": [], "card": [], "as_of": ["2025-10-25"], "revision": ["87"],
    }  # fmt: skip
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    own = client.get(address, {**asked, "as_of": "2025-10-26", "revision": "87"})
    assert own.status_code == 200  # what the address itself says leads


@pytest.mark.parametrize("address", ["/about/reuse/", "/about/reuse/card.csv"])
@pytest.mark.parametrize("of", ["//[", "http://[::1", "//[x]/", "//a:b/", "//a:99999999/"])
def test_what_is_no_address_is_no_page(client: Client, address: str, of: str) -> None:
    assert client.get(address, {"of": of, "card": "found"}).status_code == 400
