"""Official texts from files: read, split, checked against the record, stored; what is not the treaty's is refused."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from ratification.management.base import Error
from tests.treaty.text_files import ANNEX, WORDS, html_of, lines_of, pdf_of
from treaty.languages import LANGUAGES
from treaty.loading import load_definition
from treaty.models import ArticleText, OfficialText, Treaty
from treaty.official_text.files import TextFileError, blocks_of
from treaty.official_text.loading import load_text
from treaty.official_text.split import split

MAKERS: dict[str, Callable[[list[str]], bytes]] = {"html": html_of, "pdf": pdf_of}


@pytest.fixture
def lighthouses(tmp_path: Path, with_participants: None) -> Treaty:  # noqa: ARG001 - the sources of the definition
    """A treaty of three articles; one title and one paragraph of its record are not as in the text."""
    folder = tmp_path / "lighthouses"
    folder.mkdir()
    (folder / "treaty.toml").write_text(
        """slug = "lighthouses"
title = "Treaty on the Care of Lighthouses"
short_title = "Lighthouse Treaty"
depositary = "Keeper of the Records"
depositary_reference = "LT-1"
adopted_on = 2020-01-01
adopted_by = "LT/1/7"

[entry_into_force]
article = "3(2)"
instruments = 3
counted_acts = ["ratification"]
delay = { days = 0 }
"""
    )
    (folder / "sources.csv").write_text(
        "key,title,url,publisher,published_on,confidence,note\nown,The treaty,,,,primary,\n"
    )
    (folder / "chapters.csv").write_text("number,title,source\nI,General provisions,own\n")
    (folder / "themes.csv").write_text("slug,name,description\n")
    (folder / "articles.csv").write_text(
        "number,chapter,title,title_status,status,themes,summary,source\n"
        "1,I,Purpose,knowledge,adopted,,What it is for.,own\n"
        "2,I,Duties of the keepers,knowledge,adopted,,What keepers do.,own\n"
        "3,I,Entry into force,knowledge,adopted,,When.,own\n"
    )
    (folder / "requirements.csv").write_text(
        "article,paragraph,kind,occasion,description,status,paragraph_certain,source\n"
        "2,2(b),reservation_permitted,signature,An assistant.,knowledge,no,own\n"
        "2,4,notification,deposit,The keeper.,knowledge,no,own\n"
    )
    treaty, _writes = load_definition(folder)
    return treaty


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("language", WORDS)
def test_a_text_is_split_into_articles_and_paragraphs(language: str, form: str) -> None:
    read, blocks = blocks_of(MAKERS[form](lines_of(language)))
    assert read == form
    text = split(blocks, LANGUAGES[language], lines=form == "pdf")
    _chapter, chapter_title, articles = WORDS[language]
    assert [article.title for article in text.articles] == [
        title for _heading, title, _paragraphs in articles
    ]
    assert text.chapters == ((1, chapter_title),)
    latin = language in {"en", "fr", "es"}
    lettered = ["2(a)", "2(b)"] if latin else []
    found = [[each.number for each in article.paragraphs if each.number] for article in text.articles]
    assert found == [[], ["1", "2", *lettered], ["1"]]
    last = text.articles[-1].paragraphs[-1].text
    printed = articles[-1][2][-1]
    assert last
    assert printed.endswith(last)
    if language == "en":
        assert text.articles[1].paragraphs[0].text.endswith("as provided in article 3 of this Treaty.")


def test_a_table_of_contents_is_not_the_text() -> None:
    contents = [f"{heading} {title}" for heading, title, _paragraphs in WORDS["en"][2]]
    headings = [heading for heading, _title, _paragraphs in WORDS["en"][2]]
    for entries in (contents, headings):
        _form, blocks = blocks_of(html_of(lines_of("en"), contents=entries))
        text = split(blocks, LANGUAGES["en"], lines=False)
        assert text.articles[0].title == "Purpose"
        assert len(text.articles[1].paragraphs) == 4


@pytest.mark.parametrize("form", MAKERS)
def test_each_difference_from_the_record_is_reported(lighthouses: Treaty, now: datetime, form: str) -> None:
    text, new = load_text(
        lighthouses,
        MAKERS[form](lines_of("en")),
        language="en",
        origin="own.html",
        now=now,
        provisions=["2(2)(a)", "2(3)"],
    )
    assert new
    assert text.differences == [
        "Article 2: the title recorded is “Duties of the keepers”, in the text “Duties of keepers”.",
        "Notification under 2(4): article 2 of the text has no paragraph 4.",
        "The final clause on entry into force, 3(2): article 3 of the text has no paragraph 2.",
        "A statement on 2(3): article 2 of the text has no paragraph 3.",
    ]
    article = lighthouses.articles.get(number=2)
    assert article.title == "Duties of the keepers"
    assert {article.title_status, *lighthouses.requirements.values_list("status", flat=True)} == {"knowledge"}
    again, new = load_text(lighthouses, MAKERS[form](lines_of("en")), language="en", origin="x", now=now)
    assert (again.pk, new, ArticleText.objects.count()) == (text.pk, False, 3)


@pytest.mark.parametrize("language", WORDS)
def test_a_text_is_shown_in_its_direction_on_the_articles_page_and_in_the_api(
    lighthouses: Treaty, now: datetime, language: str
) -> None:
    load_text(
        lighthouses, html_of(lines_of(language)), language=language, origin="https://example.org/t", now=now
    )
    title = WORDS[language][2][1][1]
    page = Client().get("/treaties/lighthouses/articles/2/").content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<div lang="{language}" dir="{direction}">' in page
    assert title in page
    document = Client().get("/api/v1/treaties/lighthouses/articles/2/").json()
    (text,) = document["texts"]
    assert (text["language"], text["direction"], text["title"]) == (language, direction, title)
    (listed,) = Client().get("/api/v1/treaties/lighthouses/texts/").json()["results"]
    assert listed["origin"] == "https://example.org/t"
    assert text["sha256"] == listed["sha256"]
    assert f"{listed['sha256']}" in Client().get("/treaties/lighthouses/convention/").content.decode()


def _without(lines: list[str], first: str) -> list[str]:
    return lines[: lines.index(first)]


EN = lines_of("en")
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "another language": (html_of(lines_of("ru")), "en", "No articles with headings in English"),
    "French as English": (
        html_of([*lines_of("fr")]).replace(b"Article premier", b"Article 1"),
        "en",
        "is in French",
    ),
    "without its last article": (html_of(_without(EN, "Article 3")), "en", "cut short"),
    "with the heading alone": (html_of(_without(EN, "Entry into force")), "en", "a heading and nothing else"),
    "within a sentence": (
        html_of(
            [
                *_without(EN, "1. This Treaty enters into force on the day of the third deposit."),
                "1. This Treaty enters into",
            ]
        ),
        "en",
        "ends within a sentence",
    ),
    "bytes of a page": (html_of(EN)[:-200], "en", "the end of its HTML is missing"),
    "bytes of a PDF": (pdf_of(EN)[:-900], "en", "its end is missing"),
    "no PDF": (b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF", "en", "cannot be read"),
    "neither": (b"\x00\x01binary", "en", "neither"),
    "words": (b"Article 1. Nothing else.", "en", "neither an HTML page"),
    "no text": (b"<html><body><p> </p></body></html>", "en", "has no text"),
    "another treaty": (
        html_of(
            [
                "OT/2",
                "Article 1",
                "Scope",
                "The rules of the game.",
                "Article 2",
                "Players",
                "The players are many.",
                "Article 3",
                "Board",
                "The board of the game.",
            ]
        ),
        "en",
        "Nothing in the file shows that it is the text of Lighthouse Treaty",
    ),
    "more articles": (
        html_of([*_without(EN, ANNEX["en"]), "Article 4", "More", "And the more of it."]),
        "en",
        "it is that of another treaty",
    ),
}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("case", REFUSED)
def test_a_foreign_or_cut_file_is_refused_in_a_sentence_and_changes_nothing(
    lighthouses: Treaty, tmp_path: Path, case: str
) -> None:
    content, language, words = REFUSED[case]
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(Error) as refused:
        call_command("load_text", lighthouses.slug, str(file), "--language", language)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not OfficialText.objects.exists()
    assert not ArticleText.objects.exists()


def test_a_text_without_the_resolution_is_known_by_the_paragraphs_of_another_language(
    lighthouses: Treaty, now: datetime
) -> None:
    chinese = html_of(lines_of("zh", head="条约"))
    with pytest.raises(TextFileError, match="Nothing in the file shows"):
        load_text(lighthouses, chinese, language="zh", origin="x", now=now)
    load_text(lighthouses, pdf_of(lines_of("en", head="Text")), language="en", origin="x", now=now)
    load_text(lighthouses, chinese, language="zh", origin="x", now=now)
    assert {text.language for text in OfficialText.objects.all()} == {"en", "zh"}


def test_the_command_prints_the_hash_and_each_difference(
    lighthouses: Treaty, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "text.pdf"
    file.write_bytes(pdf_of(EN))
    call_command("load_text", lighthouses.slug, str(file), "--language", "en")
    lines = capsys.readouterr().out.splitlines()
    text = OfficialText.objects.get()
    assert lines[0] == f"Lighthouse Treaty, text in English: 3 articles stored, SHA-256 {text.sha256}."
    assert lines[1] == "3 differences from the record."
    assert text.loaded_at <= timezone.now()
    with pytest.raises(Error, match="cannot be read"):
        call_command("load_text", lighthouses.slug, str(tmp_path / "none"), "--language", "en")
