"""Further names and codes as people type them, in six languages: the right one comes first, or none is certain."""

from datetime import date

import pytest

from states.search import find

TODAY = date(2026, 11, 29)
CERTAIN = {
    "Congo": "COG", "DR Congo": "COD", "Democratic Republic of the Congo": "COD", "Guinea": "GIN",
    "Equatorial Guinea": "GNQ", "Guinea-Bissau": "GNB", "Papua New Guinea": "PNG", "Sudan": "SDN",
    "South Sudan": "SSD", "Dominica": "DMA", "Dominican Republic": "DOM", "Niger": "NER", "Nigeria": "NGA",
    "China": "CHN", "Samoa": "WSM", "Micronesia": "FSM", "Ireland": "IRL", "Georgia": "GEO", "Oman": "OMN",
    "Mali": "MLI", "India": "IND", "Austria": "AUT", "Australia": "AUS", "Sierra Leone": "SLE", "Palestine": "PSE",
    "Holy See": "VAT", "Vatican": "VAT", "North Korea": "PRK", "South Korea": "KOR", "Slovakia": "SVK",
    "Slovenia": "SVN", "Latvia": "LVA", "Lithuania": "LTU", "Libya": "LBY", "Eswatini": "SWZ", "Cabo Verde": "CPV",
    "Türkiye": "TUR", "Turkiye": "TUR", "São Tomé and Príncipe": "STP", "Brunei": "BRN", "Cote d'Ivoire": "CIV",
    "Timor-Leste": "TLS", "North Macedonia": "MKD", "Gambia": "GMB", "Bahamas": "BHS", "Philippines": "PHL",
    "PHL": "PHL", "NZ": "NZL", "076": "BRA", "MM": "MMR",
    "Royaume-Uni": "GBR", "États-Unis": "USA", "Etats-Unis": "USA", "Pays-Bas": "NLD", "Suisse": "CHE",
    "Corée du Sud": "KOR", "Alemania": "DEU", "España": "ESP", "Espana": "ESP", "Reino Unido": "GBR",
    "Estados Unidos": "USA", "Россия": "RUS", "Китай": "CHN", "Франция": "FRA", "法国": "FRA", "俄罗斯": "RUS",
    "日本": "JPN", "فرنسا": "FRA", "مصر": "EGY", "Кот-д’Ивуар": "CIV",
}  # fmt: skip
OPEN = [
    "Korea", "United", "Republic", "Saint", "Islands", "New", "South", "North", "Democratic",
    "Dominic", "Nig", "Austr", "Slov", "Corée", "Corea", "Корея", "Корей", "Austri", "كوريا",
]  # fmt: skip


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(("words", "iso3"), CERTAIN.items())
def test_a_further_name_finds_its_participant_first(words: str, iso3: str) -> None:
    first, *_ = find(words, today=TODAY)
    assert (first.participant.iso3, first.is_certain) == (iso3, True)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("words", OPEN)
def test_further_words_that_fit_two_choose_neither(words: str) -> None:
    assert not any(match.is_certain for match in find(words, today=TODAY))
