"""Search for participants: the first result is the right one, or none is certain."""

from datetime import date

import pytest

from states.models import Participant
from states.names import normalise
from states.search import find, matching_ids

TODAY = date(2026, 11, 29)

CERTAIN = [
    "UK GBR",
    "United Kingdom GBR",
    "Great Britain GBR",
    "US USA",
    "usa USA",
    "United States USA",
    "EU EUE",
    "Việt Nam VNM",
    "Vietnam VNM",
    "UAE ARE",
    "Russia RUS",
    "USSR RUS",
    "Burma MMR",
    "Ivory Coast CIV",
    "Cote d Ivoire CIV",
    "Czech Republic CZE",
    "Holland NLD",
    "Cape Verde CPV",
    "Swaziland SWZ",
    "Turkey TUR",
    "East Timor TLS",
    "Macedonia MKD",
    "Laos LAO",
    "Syria SYR",
    "Tanzania TZA",
    "Iran IRN",
    "Bolivia BOL",
    "Venezuela VEN",
    "Moldova MDA",
    "Vatican VAT",
    "South Korea KOR",
    "North Korea PRK",
    "DRC COD",
    "Niger NER",
    "Guinea GIN",
    "Dominica DMA",
    "Sudan SDN",
    "Samoa WSM",
    "China CHN",
    "Brésil BRA",
    "Brasil BRA",
    "Allemagne DEU",
    "Alemania DEU",
    "Германия DEU",
    "ألمانيا DEU",
    "德国 DEU",
    "Royaume-Uni GBR",
    "中国 CHN",
    "États-Unis USA",
    "Estados Unidos USA",
    "Соединенные Штаты USA",
    "الصين CHN",
    "Франция FRA",
    "Japon JPN",
    "日本 JPN",
    "Países Bajos NLD",
    "Suisse CHE",
    "مصر EGY",
    "704 VNM",
    "Trinidad TTO",
    "Papua PNG",
    "Yugoslavia YUG",
    "Czechoslovakia CSK",
]
OPEN = ["Korea", "United", "Saint", "Republic of", "German", "Gui", "S", "AU"]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("row", CERTAIN)
def test_a_name_finds_its_participant_first_and_for_certain(row: str) -> None:
    words, iso3 = row.rsplit(" ", 1)
    first = find(words, today=TODAY)[0]
    assert (first.participant.iso3, first.is_certain) == (iso3, True)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("words", OPEN)
def test_words_that_fit_two_participants_make_none_certain(words: str) -> None:
    found = find(words, today=TODAY)
    assert len(found) > 1
    assert not any(match.is_certain for match in found)


@pytest.mark.usefixtures("with_participants")
def test_participants_that_exist_come_before_former_ones() -> None:
    assert find("viet", today=TODAY)[0].participant.iso3 == "VNM"
    assert find("Netherlands", today=TODAY)[0].participant.iso3 == "NLD"
    assert find("<script>", today=TODAY) == find("  ", today=TODAY) == find("!!!", today=TODAY) == []


@pytest.mark.parametrize(
    ("traditional", "simplified"), [("德國", "德国"), ("大韓民國", "大韩民国"), ("厄瓜多爾", "厄瓜多尔")]
)
def test_traditional_characters_are_compared_as_simplified_ones(traditional: str, simplified: str) -> None:
    assert normalise(traditional) == normalise(simplified) == simplified


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("634", "QAT"),
        ("qa", "QAT"),
        ("004", "AFG"),
        ("42", ""),
        ("!!!", ""),
        ("the", ""),
        ("\u00ad", ""),
        ("U.K.", "GBR"),
        ("U. S. A.", "USA"),
        ("d.r.c.", "COD"),
        ("X.Y.", ""),
        ("St. Kitts", "KNA"),
        ("cote divoire", "CIV"),
        ("朝鮮", "PRK"),
    ],
)
@pytest.mark.usefixtures("with_participants")
def test_a_list_shows_whom_a_code_a_part_of_a_name_or_an_abbreviation_means(words: str, codes: str) -> None:
    shown = Participant.objects.filter(pk__in=matching_ids(words)).values_list("iso3", flat=True)
    assert set(codes.split()) <= set(shown)
    if len(codes.split()) != len(shown):
        assert words == "qa", "a part of other names too"
