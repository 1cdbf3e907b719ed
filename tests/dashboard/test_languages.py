"""Other languages than English: files, feeds and calendars in the language of `?lang=`."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from common.languages import LANGUAGES
from ratification.record import kept
from ratification.status.editions import note_edition

Get = Callable[..., str]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hanoi")]


def test_a_table_has_its_headings_names_and_words_in_the_language(client: Client) -> None:
    def table(query: str) -> list[list[str]]:
        content = client.get(f"/participants/csv?{query}").content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(content)))

    english, spanish = table("q=DEU"), table("q=DEU&lang=es")
    assert english[0][:3] == ["participant", "name", "standing"]
    assert english[1][:2] == ["DEU", "Germany"]
    assert spanish[1][:2] == ["DEU", "Alemania"]
    assert len(english[0]) == len(spanish[0])
    assert table("q=DEU&lang=en") == english


@pytest.mark.parametrize("path", ["/participants/csv", "/participants/xlsx", "/charts/over-time.csv"])
def test_files_of_two_languages_have_two_names(client: Client, path: str) -> None:
    english, plain, russian = (
        client.get(address)["Content-Disposition"] for address in (path, f"{path}?lang=en", f"{path}?lang=ru")
    )
    name, dot, ending = english.rpartition(".")
    assert plain == english
    assert russian == f"{name}-ru{dot}{ending}"


@pytest.mark.usefixtures("with_everything_computed")
def test_a_feed_has_the_same_entries_under_the_same_ids_in_each_language(client: Client) -> None:
    english = json.loads(client.get("/changes.json").content)
    for address in (
        "/changes.json?lang=fr",
        "/fr/changes.json",
        "/api/v1/treaties/hanoi/changes/feed.json?lang=fr",
    ):
        french = json.loads(client.get(address).content)
        assert french["language"] == "fr"
        assert [item["id"] for item in french["items"]] == [item["id"] for item in english["items"]]
        assert french["items"] != english["items"]
    assert english["language"] == "en"


def test_a_calendar_names_its_language(client: Client) -> None:
    def lines(query: str) -> list[str]:
        return client.get(f"/calendar.ics{query}").content.decode().splitlines()

    english, arabic = lines(""), lines("?lang=ar")
    assert "PRODID:-//Treaty status tracker//AR" in arabic
    assert [line for line in arabic if line.startswith("UID")] == [
        line for line in english if line.startswith("UID")
    ]


@pytest.mark.parametrize("address", ["/participants/csv", "/changes.atom", "/changes.json", "/calendar.ics"])
def test_another_language_is_refused_with_those_that_there_are(client: Client, address: str) -> None:
    response = client.get(address, {"lang": "de"})
    assert response.status_code == 400
    assert "ar, zh, en, fr, ru, es" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/participants/", "/participants/QAT/", "/statements/", "/changes/", "/calendar/"]
)
def test_a_page_takes_the_queries_of_english_and_one_for_the_names(client: Client, address: str) -> None:
    """Names of a language are read once for each request, instead of the English ones with the participants."""
    client.get(address)  # what a process reads once for all
    counted = {}
    for code in LANGUAGES:
        kept.forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address if code == "en" else f"/{code}{address}").status_code == 200
        counted[code] = len(queries)
    assert max(counted.values()) - counted["en"] <= 1, counted


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_page_takes_the_queries_of_english_where_the_names_were_read(client: Client, code: str) -> None:
    note_edition(timezone.now())
    kept.forget()
    for start in ("", f"/{code}"):
        client.get(f"{start}/participants/AZE/")
    counted = []
    for path in ("/participants/QAT/", f"/{code}/participants/QAT/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_what_this_site_translates_of_the_law_says_so(client: Client) -> None:
    mark, notice = "Unofficial translation", "only the authentic texts of the treaty are authoritative"
    for address in ("/", "/about/glossary/"):
        english = client.get(address).content.decode()
        assert mark not in english
        assert notice not in english
        for code in ("fr", "zh-hans"):
            page = client.get(f"/{code}{address}").content.decode()
            with override(code):
                assert f"<small>{gettext(mark)}</small>" in page
            assert notice not in page


def test_style_sheets_of_pages_know_no_left_and_right() -> None:
    """A page in Arabic is mirrored by its direction alone."""
    sides = re.compile(
        r"[^{};]*(?:(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right))[^{};]*"
    )
    folder = settings.BASE_DIR / "static"
    sheets = [sheet for sheet in folder.rglob("*.css") if "panel" not in sheet.parts]
    assert len(sheets) >= 3
    assert {sheet.name: found for sheet in sheets if (found := sides.findall(sheet.read_text()))} == {}


MARKS = re.compile(r"[,;:.()“”«»?!]")
OUTSIDE = {"_official_text.html": "()", "statements.html": "?!"}
"""Templates with marks that are a value's: the brackets of a foreign language's name, and signs of the matrix."""


def _own_text(template: str) -> str:
    """Return a page's template without sentences, values, tags and remarks."""
    for taken in (
        r"{%\s*blocktranslate.*?endblocktranslate\s*%}",
        r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->|<script.*?</script>|<style.*?</style>",
        r"{{.*?}}|{%.*?%}",
        r"<[^>]*>",
    ):
        template = re.sub(taken, "", template, flags=re.DOTALL)
    return template


def test_no_template_joins_values_by_the_marks_of_english() -> None:
    """Arabic and Chinese have commas and stops of their own: `{% colon %}` and the like write them."""
    pages = [
        path
        for folder in ("dashboard", "embed", "follow")
        for path in (settings.BASE_DIR / "templates" / folder).rglob("*.html")
    ]
    assert len(pages) >= 60
    found = {}
    for path in pages:
        marks = set(MARKS.findall(_own_text(path.read_text()))) - set(OUTSIDE.get(path.name, ""))
        if marks:
            found[path.name] = marks
    assert found == {}


def test_values_are_joined_as_the_language_writes_it(client: Client) -> None:
    for code, line in (
        ("en", "Canada</a>: signature, "),
        ("ar", "كندا</a>: التوقيع، "),
        ("zh-hans", "加拿大</a>：签署，"),
        ("fr", "Canada</a>\u202f: signature, "),
    ):
        page = client.get("/" if code == "en" else f"/{code}/").content.decode()
        assert line in re.sub(r"\s*>", ">", page), code
