"""Formal names in six languages, and names that are traps: the right participant comes first, or none is certain."""

from datetime import date

import pytest

from states.search import find

TODAY = date(2026, 11, 29)
FORMAL = {
    "Federal Republic of Germany": "DEU", "République fédérale d'Allemagne": "DEU",
    "RÉPUBLIQUE FÉDÉRALE D’ALLEMAGNE": "DEU", "República Federal de Alemania": "DEU",
    "Федеративная Республика Германия": "DEU", "جمهورية ألمانيا الاتحادية": "DEU",
    "Российская Федерация": "RUS", "Kingdom of Norway": "NOR", "Royaume de Norvège": "NOR",
    "Reino de España": "ESP", "Королевство Испания": "ESP", "مملكة البحرين": "BHR", "سلطنة عمان": "OMN",
    "دولة قطر": "QAT", "卡塔尔国": "QAT", "جمهورية مصر العربية": "EGY", "دوقية لكسمبرغ الكبرى": "LUX",
    "卢森堡大公国": "LUX", "Grand-Duché de Luxembourg": "LUX", "尼日利亚联邦共和国": "NGA", "阿根廷共和国": "ARG",
    "越南社会主义共和国": "VNM", "République islamique d'Iran": "IRN", "Исламская Республика Иран": "IRN",
    "Islamic Republic of Iran": "IRN", "Estados Federados de Micronesia": "FSM", "Confédération suisse": "CHE",
    "República Argentina": "ARG", "République populaire de Chine": "CHN", "Royaume des Pays-Bas": "NLD",
    "Reino de los Países Bajos": "NLD", "République de Guinée": "GIN", "República de Guinea Ecuatorial": "GNQ",
    "République du Niger": "NER", "République fédérale du Nigéria": "NGA", "République du Congo": "COG",
    "República Popular Democrática de Corea": "PRK", "República de Corea": "KOR", "Государство Катар": "QAT",
    "Независимое Государство Самоа": "WSM", "Estado Plurinacional de Bolivia": "BOL",
    "República Oriental del Uruguay": "URY", "République bolivarienne du Venezuela": "VEN",
    "République arabe du Yémen": "YEM",
    "République française": "FRA", "REPUBLICA FRANCESA": "FRA", "Французская Республика": "FRA",
    "法兰西共和国": "FRA", "République italienne": "ITA", "República Portuguesa": "PRT",
    "Аргентинская Республика": "ARG", "الجمهورية التونسية": "TUN", "المملكة المغربية": "MAR",
    "المملكة الأردنية الهاشمية": "JOR", "Estados Unidos Mexicanos": "MEX", "République gabonaise": "GAB",
    "République algérienne démocratique et populaire": "DZA", "中华人民共和国": "CHN", "德意志联邦共和国": "DEU",
    "Китайская Народная Республика": "CHN", "República Checa": "CZE", "Швейцарская Конфедерация": "CHE",
}  # fmt: skip
TRAPS = {
    "Great Britain": "GBR", "Holland": "NLD", "USSR": "RUS", "Zaire": "COD", "Burma": "MMR",
    "Ivory Coast": "CIV", "Swaziland": "SWZ", "Macedonia": "MKD", "DPRK": "PRK", "ROK": "KOR", "PRC": "CHN",
    "FYROM": "MKD", "Saint-Siège": "VAT", "État de Palestine": "PSE", "Soudan": "SDN", "Soudan du Sud": "SSD",
    "南苏丹": "SSD", "苏丹": "SDN", "Нигер": "NER", "Нигерия": "NGA", "النيجر": "NER", "نيجيريا": "NGA",
    "Dominique": "DMA", "République dominicaine": "DOM", "Гвинея": "GIN", "几内亚": "GIN", "الكونغو": "COG",
    "刚果": "COG", "Corée du Nord": "PRK", "Irlande": "IRL", "Micronésie": "FSM", "East Germany": "DDR",
    "Republic of China": "QSC", "Democratic Republic of Viet-Nam": "VDR", "Papouasie-Nouvelle-Guinée": "PNG",
    "Guinée équatoriale": "GNQ", "Emiratos Árabes Unidos": "ARE", "Кипр": "CYP",
}  # fmt: skip
OPEN = [
    "Northern Ireland", "Irlanda del Norte",
    "République de Chine", "República de Vietnam", "République du Viêt Nam",
    "République fédérale d'Allem", "République d'", "Royaume", "Kingdom of",
    "Корей", "Samoas", "Domini", "Guin", "República de Guin", "England", "Republik", "جمهورية",
]  # fmt: skip


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(("words", "iso3"), [*FORMAL.items(), *TRAPS.items()])
def test_a_formal_name_finds_its_participant(words: str, iso3: str) -> None:
    first, *_ = find(words, today=TODAY)
    assert (first.participant.iso3, first.is_certain) == (iso3, True)


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("words", OPEN)
def test_words_that_fit_two_or_another_choose_none(words: str) -> None:
    assert not any(match.is_certain for match in find(words, today=TODAY))
