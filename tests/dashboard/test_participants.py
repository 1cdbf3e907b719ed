import csv
import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest
from django.test import Client

from dashboard.table import rows_of
from ratification.record.selectors import View

pytestmark = pytest.mark.usefixtures("hanoi")


def names(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page)]


def test_everybody_who_can_act_is_shown_the_furthest_first(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    shown = names(get("/participants/"))
    assert len(shown) == len(rows_of(view())) == 198
    assert shown[0] == "Qatar"
    assert shown[1:3] == ["Algeria", "Angola"]


def test_who_in_africa_signed_and_has_not_deposited(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    people = view().directory.participants
    wanted = {
        people[item.participant].name
        for item in view().outcome.standings
        if item.kind == "signatory" and people[item.participant].un_group == "african"
    }
    assert set(names(get("/participants/", list="signed-only", un_group="african"))) == wanted


def test_members_of_a_group_on_the_day(get: Callable[..., str]) -> None:
    assert len(names(get("/participants/", group="eu"))) == 27


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("qatar", ["Qatar"]),
        ("QAT", ["Qatar"]),
        ("swaziland", ["Eswatini"]),
        ("cote d'ivoire", ["Côte d'Ivoire"]),
        ("qqq", []),
    ],
)
def test_search_knows_codes_and_other_names(get: Callable[..., str], search: str, found: list[str]) -> None:
    assert names(get("/participants/", q=search)) == found


def test_orders(get: Callable[..., str]) -> None:
    assert names(get("/participants/", sort="name"))[0] == "Afghanistan"
    assert names(get("/participants/", sort="statements"))[0] == "Azerbaijan"
    signed = names(get("/participants/", list="signatories", sort="signed"))
    assert signed[-2:] == ["Fiji", "Canada"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"list": "friends"}, "list is “friends”, which is none of signatories, "),
        ({"un_group": "x"}, "un_group is “x”"),
        ({"region": "Atlantis"}, "region is “Atlantis”"),
        ({"group": "x"}, "group is “x”"),
        ({"sort": "x"}, "sort is “x”"),
        ({"by": "x"}, "by is “x”"),
        ({"column": "x"}, "column is “x”"),
    ],
)
def test_an_unknown_choice_is_refused_with_a_sentence(
    client: Client, query: dict[str, str], words: str
) -> None:
    response = client.get("/participants/", query)
    assert response.status_code == 400
    assert words in response.content.decode()


@pytest.mark.parametrize("slug", ["hanoi", "untoc", "uncac", "budapest"])
def test_the_lists_are_as_long_as_the_numbers(slug: str, view: Callable[..., View]) -> None:
    shown = view(slug=slug)
    rows, outcome = rows_of(shown), shown.outcome
    assert sum(row.signatory for row in rows) == outcome.signatories.certain
    assert sum(row.kind == "contracting" for row in rows) == outcome.contracting.certain
    assert sum(row.kind == "party" for row in rows) == outcome.parties.certain
    assert sum(row.counted for row in rows) == outcome.threshold.counted.certain


def test_one_participant_with_its_timeline_and_sources(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    page = get("/participants/AZE/")
    entries = [entry for entry in view().entries if entry.participant.iso3 == "AZE"]
    assert page.count('<li id="entry-') == len(entries)
    for entry in entries:
        assert entry.source
        assert entry.source.title in page
    assert "and whether one was deposited later is not known." in page
    assert 'href="/articles/7/">article 7(2)</a>' in page
    assert "not counted" in page
    assert 'href="/participants/?group=coe"' in page


def test_the_same_participant_under_other_treaties(get: Callable[..., str]) -> None:
    page = get("/participants/QAT/")
    elsewhere = page[page.index('id="elsewhere"') : page.index('id="about"')]
    assert 'href="/treaties/uncac/participants/QAT/"' in elsewhere
    assert 'ratification <time datetime="2007-01-30">' in elsewhere
    past = get("/participants/QAT/", as_of="2006-01-01")
    assert 'datetime="2007-01-30"' not in past
    assert 'datetime="2005-12-01"' in past


def test_why_a_consent_counts(get: Callable[..., str]) -> None:
    page = get("/participants/QAT/")
    assert "counts under article 65(1)" in page
    assert "By day of deposit, its instrument is number 1 of those counted." in page


def test_who_has_not_acted_has_a_page_too(get: Callable[..., str]) -> None:
    page = get("/participants/USA/")
    assert "has no known signature or consent to be bound." in page
    assert "No entry is recorded." in page


def test_a_territory_that_cannot_act_has_a_page_too(get: Callable[..., str]) -> None:
    page = get("/participants/ABW/")
    assert '<span class="tag none">no action</span>' in page
    assert "No act is recorded." in page


def test_a_filter_that_is_given_twice_counts_once(get: Callable[..., str]) -> None:
    twice = names(get("/participants/?group=eu&group=coe"))
    assert twice == names(get("/participants/?group=eu"))


def test_columns_are_chosen(get: Callable[..., str]) -> None:
    page = get("/participants/?column=signed&column=groups")
    assert re.findall(r'<th scope="col">(?:<a [^>]*>)?([^<]*)<', page) == [
        "Participant",
        "Signed",
        "Member of",
    ]


def test_rows_stand_under_headings(get: Callable[..., str], view: Callable[..., View]) -> None:
    page = get("/participants/", by="un_group", list="signatories")
    headings = dict(re.findall(r'scope="rowgroup">([^<]*) <small>(\d+)</small>', page))
    assert sum(map(int, headings.values())) == view().outcome.signatories.certain
    assert "African" in headings


def test_what_is_shown_can_be_taken_away(client: Client, get: Callable[..., str]) -> None:
    query = "list=signatories&un_group=african&by=region&column=signed&column=consent&as_of=2026-03-01"
    page = get(f"/participants/?{query}")
    assert f'href="/participants/csv?{html.escape(query)}"' in page
    table = client.get(f"/participants/csv?{query}")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == names(page)
    assert list(rows[0]) == [
        *("participant", "name", "signed", "signed_earliest", "signed_latest", "consent"),
        *("consented", "consented_earliest", "consented_latest", "counted"),
    ]
    assert "hanoi-participants-2026-03-01-revision-" in table["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(client.get(f"/participants/xlsx?{query}").content)) as book:
        texts = html.unescape(book.read("xl/sharedStrings.xml").decode())
    assert all(name in texts for name in names(page))


def test_open_days_are_taken_away_as_they_are(client: Client) -> None:
    table = client.get("/participants/csv?q=qatar").content.decode()
    assert "2026-02-01/2026-02-13,2026-02-01,2026-02-13,true" in table


@pytest.mark.parametrize(("language", "is_from_the_right"), [("ar", True), ("fr", False)])
def test_a_workbook_has_the_direction_of_its_language(
    client: Client, language: str, *, is_from_the_right: bool
) -> None:
    file = client.get(f"/{language}/participants/xlsx?q=QAT").content
    book = openpyxl.load_workbook(io.BytesIO(file))
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {is_from_the_right}


def test_a_workbook_has_real_days_and_says_what_it_is(client: Client) -> None:
    asked = "/participants/xlsx?q=qatar&as_of=2026-11-21&revision=81"
    book = openpyxl.load_workbook(io.BytesIO(client.get(asked).content))
    heading, cells = book.worksheets[0].rows
    row = {name.value: cell.value for name, cell in zip(heading, cells, strict=True)}
    assert row["signed"] == datetime(2025, 10, 25)  # noqa: DTZ001 - workbooks have no zone
    assert row["consented"] == "2026-02-01/2026-02-13"
    assert (row["consented_earliest"].day, row["consented_latest"].day) == (1, 13)
    about = dict(book["about"].values)
    assert (about["As of"], about["Revision"]) == ("2026-11-21", "81")
    assert about["Permalink"].startswith("http://testserver/participants/xlsx?q=qatar")
    assert "Cybercrime" in about["Treaty"]
    assert about["Licence"].startswith("Creative Commons Attribution 4.0 International (https://")
    assert "authoritative" in about["Source"]


def test_another_format_is_not_found(client: Client) -> None:
    assert client.get("/participants/pdf").status_code == 404


@pytest.mark.parametrize("blank", ["\t", "\n", " ", "\u00a0", "\u2003"])
def test_a_blank_choice_is_none(get: Callable[..., str], blank: str) -> None:
    assert names(get("/participants/", sort=blank, by=blank)) == names(get("/participants/"))
