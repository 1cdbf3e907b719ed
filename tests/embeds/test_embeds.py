"""The embeds, each by itself."""

import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from embeds import images
from embeds.asking import EmbedQuestion
from embeds.colours import DARK, LIGHT
from embeds.map_image import NOTICE
from embeds.words import LANGUAGES, PHRASES
from ratification.intake.bundles import load_treaty
from treaty.models import Treaty

Get = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"
EMBEDS = ["progress/", "table/", "badge.svg", "map.svg"]
PICTURES = ["card.png", "map.png"]


@pytest.mark.parametrize("embed", EMBEDS)
def test_any_page_may_frame_it_and_it_names_its_day(get: Get, embed: str) -> None:
    answer = get(f"/embed/hanoi/{embed}")
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "As of 2026-11-21" in answer.content.decode()
    assert get(f"/embed/hanoi/{embed}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert get("/")["X-Frame-Options"] == "DENY"


def test_the_card_shows_the_three_numbers_apart(get: Get) -> None:
    page = get("/embed/hanoi/progress/", lang="fr", theme="dark").content.decode()
    for words in (
        "1 sur 40",
        "<b>75</b> signataires",
        "<b>1</b> État contractant",
        "<b>0</b> partie<",
        'data-theme="dark"',
    ):
        assert words in page
    assert 'href="http://testserver/treaties/hanoi/"' in page


DOUBLE_CONDITION = """slug = "share"
title = "Convention on Shares"
depositary = "Government of Peru"
adopted_on = 2000-01-01
[entry_into_force]
article = "9"
counted_acts = ["ratification"]
instruments = 1
share = [{ table = "shares.csv", percent = 55 }]
delay = { days = 90 }
"""


def test_a_number_that_is_reached_is_not_shown_as_all_where_more_is_needed(get: Get, tmp_path: Path) -> None:
    (tmp_path / "treaty.toml").write_text(DOUBLE_CONDITION)
    (tmp_path / "shares.csv").write_text("iso3,value\nDEU,40\nFRA,60\n")
    (tmp_path / "actions.csv").write_text(
        "participant,kind,taken_on,source\nDEU,ratification,2001-01-01,A paper\nFRA,ratification,2002-01-01,A paper\n"
    )
    load_treaty(tmp_path, now=timezone.now())
    for embed in ("progress/", "badge.svg"):
        page = get(f"/embed/share/{embed}", as_of="2001-06-01").content.decode()
        assert "1 of 1" in page
        assert "further conditions are not met" in page
        assert "<progress" not in page
        page = get(f"/embed/share/{embed}", as_of="2002-01-01").content.decode()
        assert "2 of 1" in page
        assert "further" not in page
        assert "Entry into force: 2002-04-01" in page


@pytest.mark.parametrize(
    ("entry", "declared", "said"),
    [
        ({"on": None, "latest": None}, None, ""),
        ({"on": "2027-05-30", "latest": "2027-05-30"}, None, "Entry into force: 2027-05-30"),
        (
            {"on": "2027-05-30", "latest": "2027-05-30", "may_be_earlier": True},
            None,
            "Entry into force: 2027-05-30 or earlier",
        ),
        ({"on": None, "latest": "2027-05-30"}, None, "Entry into force: 2027-05-30 or earlier"),
        (
            {"on": "2027-05-30", "latest": "2027-05-30"},
            {"entry_into_force": "2027-05-29"},
            "Entry into force: 2027-05-29",
        ),
    ],
)
def test_the_day_of_entry_into_force_is_said_as_far_as_it_is_known(
    entry: dict[str, Any], declared: dict[str, str] | None, said: str
) -> None:
    reached = {"required": 40, "counted": 40, "reached": {"latest": "2027-03-01"}}
    document = {"threshold": reached, "entry_into_force": entry, "declared": declared}
    question = EmbedQuestion(Treaty(), "auto", "en", document, "")
    assert question.further == said
    assert (question.share is None) == bool(said)


def test_the_table_begins_with_whoever_is_bound(get: Get) -> None:
    page = get("/embed/hanoi/table/").content.decode()
    assert page.count("<tr>") == 76
    assert page.index("Qatar") < page.index("Algeria")
    assert "2026-02-01 – 2026-02-13" in page
    assert "2026-02-01 – 2026-02-13" not in get("/embed/hanoi/table/", revision=10).content.decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_phrase(get: Get, lang: str) -> None:
    with override(LANGUAGES[lang]):
        phrases = {name: str(phrase) for name, phrase in PHRASES.items()}
    with override("en"):
        assert lang == "en" or all(
            phrases[name] != str(phrase)
            for name, phrase in PHRASES.items()
            if name not in {"parties", "participant"}
        )
    page = get("/embed/hanoi/progress/", lang=lang).content.decode()
    assert f'lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in page
    assert "%(" not in page.partition("<body>")[2]


@pytest.mark.parametrize("query", [{"theme": "pink"}, {"lang": "xx"}, {"as_of": "x"}, {"revision": "999"}])
def test_a_wrong_question_is_refused(get: Get, query: dict[str, str]) -> None:
    assert get("/embed/hanoi/progress/", **query).status_code == 400


@pytest.mark.parametrize("path", ["progress/", "table/", "badge.svg", "map.svg", "card.png", "map.png"])
def test_what_another_site_appends_is_ignored(client: Client, with_facts: None, path: str) -> None:  # noqa: ARG001 - it stands in the database
    plain = client.get(f"/embed/hanoi/{path}")
    followed = client.get(f"/embed/hanoi/{path}?utm_source=x&fbclid=1")
    content = followed.content.replace(
        b"%3Futm_source%3Dx%26fbclid%3D1", b""
    )  # the oEmbed link names the address
    assert (followed.status_code, content) == (200, plain.content)
    assert client.get(f"/embed/hanoi/{path}?as_of=soon&utm_source=x").status_code == 400


def test_an_unknown_treaty_is_not_found(get: Get) -> None:
    assert get("/embed/nowhere/progress/").status_code == 404


def test_the_images_stand_alone(get: Get) -> None:
    badge = get("/embed/hanoi/badge.svg")
    assert badge["Content-Type"] == "image/svg+xml"
    assert "1 of 40" in badge.content.decode()
    assert 'href="http://testserver/treaties/hanoi/"' in badge.content.decode()
    drawing = get("/embed/hanoi/map.svg").content.decode()
    for text in (badge.content.decode(), drawing):
        fromstring(text)
        assert "<style" not in text
        assert "style=" not in text
    assert f'<use href="#QAT" fill="{LIGHT.standings["contracting"]}"' in drawing


@pytest.mark.parametrize(
    ("lang", "name"), [("en", "Qatar"), ("fr", "Qatar"), ("ru", "Катар"), ("zh", "卡塔尔")]
)
def test_the_map_names_who_has_consented_and_its_legend_shows_the_badge(
    get: Get, lang: str, name: str
) -> None:
    drawing = fromstring(get("/embed/hanoi/map.svg", lang=lang).content)
    words = [text.text or "" for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert name in words
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == 4, "on the map and in the legend"
    assert any("2026-04-09" in line for line in words), "until when the acts are known"
    assert any(str(NOTICE) in line for line in words) or lang != "en"
    many = fromstring(get("/embed/untoc/map.svg").content)
    assert not list(many.iter("{http://www.w3.org/2000/svg}circle"))


@pytest.mark.parametrize(("lang", "letter"), [("en", 0.5), ("ru", 0.5), ("zh", 1.0)])
@pytest.mark.parametrize("slug", ["hanoi", "untoc"])
def test_words_of_the_legend_end_before_the_next_colour(
    get: Get, slug: str, lang: str, letter: float
) -> None:
    drawing = fromstring(get(f"/embed/{slug}/map.svg", lang=lang).content)
    (legend,) = (group for group in drawing.iter(f"{SVG}g") if group.get("font-family"))
    colours = [(float(each.attrib["y"]), float(each.attrib["x"])) for each in legend.iter(f"{SVG}rect")]
    words = [each for each in legend.iter(f"{SVG}text") if each.get("font-size") == "32"]
    assert len(words) == len(colours)
    for (top, left), text in zip(colours, words, strict=True):
        end = float(text.attrib["x"]) + 32 * letter * len(text.text or "")
        assert all(end < other for y, other in colours if y == top and other > left)


@pytest.mark.parametrize("picture", ["badge.svg", "map.svg"])
def test_a_picture_has_the_colours_that_are_asked_for(get: Get, picture: str) -> None:
    light, dark = (
        get(f"/embed/hanoi/{picture}", theme=theme).content.decode() for theme in ("light", "dark")
    )
    assert get(f"/embed/hanoi/{picture}", theme="auto").content.decode() == light
    assert LIGHT.soft in light
    assert LIGHT.soft not in dark
    assert DARK.soft in dark


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_a_png_of_its_size(get: Get, picture: str) -> None:
    answer = get(f"/embed/hanoi/{picture}")
    assert answer["Content-Type"] == "image/png"
    width, height = struct.unpack(">II", answer.content[16:24])
    assert (width, height) == {"card.png": (1200, 630), "map.png": (1800, 1005)}[picture]


@pytest.mark.parametrize(
    "words",
    [
        "contracting States and organizations",
        "договаривающиеся государства и организации",
        "договаривающееся государство или договаривающаяся организация",
    ],
)
def test_words_of_the_card_stay_whole_in_their_columns(words: str) -> None:
    numbers = [(1, words)]
    drawing = images.card("A", "1 of 40", "x", share=1, numbers=numbers, lines=[], colours=LIGHT)
    texts = fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")
    lines = [(text.text or "", int(text.attrib["font-size"])) for text in texts if (text.text or "") in words]
    lines = [line for line in lines if line[0] not in {"1", "x", "A"}]
    assert " ".join(line for line, _ in lines) == words
    assert len(lines) <= images.LINES
    assert all(len(line) * size <= images.COLUMN * images.LETTERS for line, size in lines)


def test_oembed_is_discovered_and_answers(get: Get) -> None:
    page = get("/embed/hanoi/progress/?lang=es").content.decode()
    link = page.partition('type="application/json+oembed" href="')[2].partition('"')[0].replace("&amp;", "&")
    answer = get(link.removeprefix("http://testserver"), headers={"Origin": "https://partner.example"})
    document = answer.json()
    assert (document["version"], document["type"], document["width"]) == ("1.0", "rich", 420)
    assert 'src="http://testserver/embed/hanoi/progress/?lang=es"' in document["html"]
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("address", "framed"),
    [
        ("/", "/embed/hanoi/progress/?lang=en"),
        (
            "/treaties/hanoi/?as_of=2026-03-01&view=map#top",
            "/embed/hanoi/progress/?lang=en&amp;as_of=2026-03-01",
        ),
        ("/fr/", "/embed/hanoi/progress/?lang=fr"),
        ("/zh-hans/participants/?revision=80", "/embed/hanoi/table/?lang=zh&amp;revision=80"),
    ],
)
def test_a_page_is_embedded_by_its_own_address(get: Get, address: str, framed: str) -> None:
    query = urlencode({"url": f"http://testserver{address}"})
    assert f'src="http://testserver{framed}"' in get(f"/oembed/?{query}").json()["html"]
    assert get(framed.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("card.png", 300, 157), ("map.svg", 300, 167), ("map.png", 300, 167), ("badge.svg", 180, 34)],
)
def test_a_picture_is_embedded_as_one(get: Get, name: str, width: int, height: int) -> None:
    url = f"http://testserver/embed/hanoi/{name}?lang=fr"
    document = get(f"/oembed/?{urlencode({'url': url, 'maxwidth': 300})}").json()
    told = (document["type"], document["url"], document["width"], document["height"])
    assert told == ("photo", url, width, height)
    assert "html" not in document


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": "https://elsewhere.example/embed/hanoi/progress/"}, 404),
        ({"url": "http://testserver/treaties/hanoi/about/"}, 404),
        ({"url": "http://testserver/treaties/nowhere/"}, 404),
        ({"url": "http://testserver.evil.example/"}, 404),
        ({"url": "http://testserver/embed/hanoi/progress/", "format": "xml"}, 501),
        ({"url": "http://testserver/embed/hanoi/progress/", "maxwidth": "wide"}, 400),
        ({"url": "http://testserver/embed/hanoi/progress/", "maxheight": "-1"}, 400),
        ({"url": "http://testserver/embed/hanoi/progress/?as_of=2026-02-30"}, 400),
        ({"url": "http://testserver/?as_of=9999-12-31"}, 400),
        ({"url": "http://testserver/embed/hanoi/badge.svg?theme=pink"}, 400),
        ({}, 404),
    ],
)
def test_oembed_refuses(get: Get, query: dict[str, str], status: int) -> None:
    assert get(f"/oembed/?{urlencode(query)}").status_code == status


@pytest.mark.parametrize(
    ("lang", "month"),
    [
        ("en", "July 2026"),
        ("fr", "juillet 2026"),
        ("es", "Julio de 2026"),
        ("ru", "Июль 2026 г."),
        ("ar", "يوليو 2026"),
        ("zh", "2026年7月"),
    ],
)
def test_a_month_is_told_as_a_month_and_a_list_with_its_last_day(get: Get, lang: str, month: str) -> None:
    page = get("/embed/hanoi/table/", lang=lang).content.decode()
    assert f"<bdi>{month}</bdi>".casefold() in page.casefold()
    assert "2026-07-31" not in page
    assert "2026-04-09" in page.partition("<footer>")[2]
    assert "known until" not in get("/embed/hanoi/table/", as_of="2026-04-09").content.decode()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_joins_its_lines_without_a_sign_of_one_language_and_leaves_no_empty_row(
    get: Get, lang: str
) -> None:
    drawing = fromstring(get("/embed/hanoi/map.svg", lang=lang).content)
    texts = list(drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert any(" · " in (text.text or "") for text in texts)
    assert not any(". " in (text.text or "") for text in texts) or lang == "en"
    heights = sorted({int(text.get("y", "0")) for text in texts if text.get("font-size") in {"28", "32"}})
    assert max(later - first for first, later in pairwise(heights)) <= 90


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("address", ["/embed/hanoi/badge.svg", "/embed/hanoi/progress/"])
def test_every_method_that_is_named_as_allowed_is_answered(client: Client, address: str) -> None:
    for method in client.post(address)["Allow"].split(", "):
        assert client.generic(method, address).status_code == 200


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "<b>1</b> contracting State or organization<", "signatories<"),
        ("fr", "<b>1</b> État contractant ou organisation contractante<", "signataires<"),
        ("es", "<b>1</b> Estado u organización contratante<", "signatarios<"),
        ("ru", "<b>1</b> договаривающееся государство или организация<", "подписавших сторон<"),
        ("ar", "<b>1</b> دولة أو منظمة متعاقدة<", "موقِّعاً<"),
        ("zh", "<b>1</b> 个订约国和订约组织<", "个签署方<"),
    ],
)
def test_words_agree_with_the_number_before_them(get: Get, language: str, one: str, many: str) -> None:
    page = get(f"/embed/hanoi/progress/?lang={language}").content.decode()
    assert one in page
    assert many in page
