"""Other languages than English: search by any name; files, feeds and calendars in the language of `?lang=`."""

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from common.languages import LANGUAGES
from ratification.intake.rows import References
from ratification.record import kept
from ratification.status.editions import note_edition
from treaty.models import Treaty

Get = Callable[..., str]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hanoi")]


FOUND = {
    "DEU": ("Germany", ("Allemagne", "Германия", "ألمانيا", "德国", "Alemania")),
    "CIV": ("Ivoire", ("Кот-д’Ивуар", "Кот-д'Ивуар", "cote d'ivoire", "科特迪瓦", "كوت ديفوار")),
    "COD": ("Democratic Republic of the Congo", ("République démocratique du Congo", "刚果民主共和国")),
    "LAO": ("Lao", ("Лаосская Народно-Демократическая Республика", "老挝人民民主共和国")),
    "TZA": ("Tanzania", ("República Unida de Tanzanía", "جمهورية تنزانيا المتحدة")),
    "ARE": ("United Arab Emirates", ("الامارات العربية المتحدة", "Émirats arabes unis", "阿拉伯联合酋长国")),
}
"""By code, what the English name has in it, and names in other languages, also as people type them."""


def _find(client: Client, treaty: Treaty, iso3: str, name: str) -> None:
    """Find a participant by a name on the page, in the API and in an imported table."""
    page = client.get("/participants/", {"q": name}).content.decode()
    assert f"/participants/{iso3}/" in page.partition("<tbody")[2]
    found = json.loads(client.get("/api/v1/participants/", {"q": name}).content)
    assert iso3 in [each["iso3"] for each in found["results"]]
    assert References(treaty, None).participant(name).iso3 == iso3


@pytest.mark.parametrize(
    ("iso3", "english", "name"),
    [(iso3, english, name) for iso3, (english, names) in FOUND.items() for name in names],
)
def test_a_state_is_found_by_its_name_in_each_language(
    client: Client, hanoi: Treaty, iso3: str, english: str, name: str
) -> None:
    """On the page, in the API, in the panel, and in an imported table."""
    _find(client, hanoi, iso3, name)
    person = User.objects.create_superuser("administrator", password="a phrase of this test")  # noqa: S106  # pragma: allowlist secret
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    panel = client.get(reverse("admin:states_participant_changelist"), {"q": name}).content.decode()
    assert english in unescape(panel)


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


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_page_takes_the_queries_of_english_and_one_for_the_names(client: Client, code: str) -> None:
    """Names of a language are read once for each request, instead of the English ones with the participants."""
    for address in ("/", "/participants/", "/participants/QAT/", "/statements/", "/changes/", "/calendar/"):
        counted = []
        for path in (address, f"/{code}{address}"):
            kept.forget()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
        assert counted[1] - counted[0] <= 1, address


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


FORMAL = {
    "DEU": (
        *("République fédérale d'Allemagne", "Федеративная Республика Германия", "جمهورية ألمانيا الاتحادية"),
        *("REPUBLICA FEDERAL DE ALEMANIA", "德意志联邦共和国", "德意志聯邦共和國", "德國"),
    ),
    "CHE": ("Confédération suisse", "瑞士联邦"),
    "KOR": ("大韓民國", "Республика Корея"),
    "NLD": ("Reino de los Países Bajos", "荷蘭王國"),
}


@pytest.mark.parametrize(("iso3", "name"), [(iso3, name) for iso3, names in FORMAL.items() for name in names])
def test_lists_find_a_state_by_its_formal_name_and_in_traditional_characters(
    client: Client, hanoi: Treaty, iso3: str, name: str
) -> None:
    _find(client, hanoi, iso3, name)
