"""The participants' data files: complete, unambiguous and sourced, before any database sees them."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.names import normalise

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "states" / "data"
SHARED = ROOT.parent / "shared"

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


PARTICIPANTS = rows(DATA / "participants.csv")
NAMES = rows(DATA / "names.csv")
GROUPS = rows(DATA / "groups.csv")
MEMBERSHIPS = rows(DATA / "memberships.csv")
BY_CODE = {row["iso3"]: row for row in PARTICIPANTS}
OWNERS: dict[str, set[str]] = {}
for named in PARTICIPANTS + NAMES:
    OWNERS.setdefault(normalise(named["name"]), set()).add(named["iso3"])


def resolve(name: str) -> str:
    (code,) = OWNERS.get(normalise(name), {f"no participant is called {name!r}"})
    return code


def interval(row: Row) -> tuple[date, date]:
    """First day in, first day out; an empty cell is no limit."""
    return (
        date.fromisoformat(row["valid_from"] or "0001-01-01"),
        date.fromisoformat(row["valid_until"] or "9999-12-31"),
    )


def members(group: str, on: date) -> set[str]:
    return {
        row["iso3"]
        for row in MEMBERSHIPS
        if row["group"] == group and interval(row)[0] <= on < interval(row)[1]
    }


def test_items_of_wikidata_are_one_each_and_sourced() -> None:
    items = rows(DATA / "wikidata.csv")
    assert [row["iso3"] for row in items] == sorted({row["iso3"] for row in items})
    assert len({row["item"] for row in items}) == len(items)
    assert all(re.fullmatch(r"Q[1-9]\d*", row["item"]) and row["source"] for row in items)
    assert all(BY_CODE[row["iso3"]]["m49"] and not BY_CODE[row["iso3"]]["valid_until"] for row in items)
    # Where the two sources differ (the realm or its European part; the State or its territory) there is none.
    assert not {"DNK", "NLD", "PSE"} & {row["iso3"] for row in items}


def test_every_kind_of_participant_is_complete() -> None:
    kinds = Counter(row["kind"] for row in PARTICIPANTS)
    assert kinds["member_state"] == 193
    assert set(kinds) == {
        "member_state",
        "observer_state",
        "other_state",
        "listed_state",
        "former_state",
        "reio",
        "organization",
        "territory",
    }
    by_kind = {kind: {row["iso3"] for row in PARTICIPANTS if row["kind"] == kind} for kind in kinds}
    assert by_kind["observer_state"] == {"VAT", "PSE"}
    assert by_kind["other_state"] == {"COK", "NIU"}
    assert by_kind["listed_state"] == {"QSC", "QSD", "XKX"}
    assert by_kind["reio"] == {"EUE"}
    assert by_kind["former_state"] == {"CSK", "DDR", "QSL", "QSV", "VDR", "YMD", "YUG"}


def test_members_in_each_regional_group() -> None:
    groups = Counter(row["un_group"] for row in PARTICIPANTS if row["kind"] == "member_state")
    assert groups == {
        "african": 54,
        "asia_pacific": 54,
        "eastern_european": 23,
        "grulac": 33,
        "weog": 29,
    }
    others = {
        row["iso3"] for row in PARTICIPANTS if row["kind"] != "member_state" and row["un_group"] != "none"
    }
    assert others == {"PSE"}


def test_regions_are_those_of_m49() -> None:
    states = [
        row
        for row in PARTICIPANTS
        if row["kind"] in {"member_state", "observer_state", "other_state"} and not row["valid_until"]
    ]
    assert {(row["region"], row["subregion"]) for row in states} == {
        ("Africa", "Northern Africa"),
        ("Africa", "Sub-Saharan Africa"),
        ("Americas", "Latin America and the Caribbean"),
        ("Americas", "Northern America"),
        ("Asia", "Central Asia"),
        ("Asia", "Eastern Asia"),
        ("Asia", "South-eastern Asia"),
        ("Asia", "Southern Asia"),
        ("Asia", "Western Asia"),
        ("Europe", "Eastern Europe"),
        ("Europe", "Northern Europe"),
        ("Europe", "Southern Europe"),
        ("Europe", "Western Europe"),
        ("Oceania", "Australia and New Zealand"),
        ("Oceania", "Melanesia"),
        ("Oceania", "Micronesia"),
        ("Oceania", "Polynesia"),
    }


@pytest.mark.parametrize(
    ("column", "shape"), [("iso3", "[A-Z]{3}"), ("iso2", "[A-Z]{2}"), ("m49", "[0-9]{3}")]
)
def test_codes_are_well_formed_and_unique(column: str, shape: str) -> None:
    codes = [row[column] for row in PARTICIPANTS if row[column]]
    assert [code for code in codes if not re.fullmatch(shape, code)] == []
    assert [code for code, uses in Counter(codes).items() if uses > 1] == []


def test_every_state_that_exists_has_all_its_codes() -> None:
    existing = {"member_state", "observer_state", "other_state"}
    incomplete = [
        row["iso3"] for row in PARTICIPANTS if row["kind"] in existing and not (row["iso2"] and row["m49"])
    ]
    assert incomplete == []


def test_exactly_what_has_ended_has_an_end() -> None:
    ends = {row["iso3"]: row["valid_until"] for row in PARTICIPANTS if row["valid_until"]}
    assert ends == {
        "ANT": "2010-10-10",
        "CSK": "1993-01-01",
        "DDR": "1990-10-03",
        "QRS": "2015-01-01",
        "QSC": "1971-10-25",  # of its acts on behalf of China: docs/participants.md
        "QSL": "1957-01-01",
        "QSV": "1976-07-02",
        "VDR": "1976-07-02",
        "YMD": "1990-05-22",
        "YUG": "1992-04-27",
    }


def test_no_name_points_to_two_participants() -> None:
    assert {name: codes for name, codes in OWNERS.items() if len(codes) > 1} == {}


def test_no_name_is_listed_twice() -> None:
    spellings = Counter(normalise(row["name"]) for row in PARTICIPANTS + NAMES)
    assert [name for name, uses in spellings.items() if uses > 1] == []


def test_no_name_holds_a_digit() -> None:
    """Normalising takes digits for footnote marks."""
    assert [row["name"] for row in PARTICIPANTS + NAMES if re.search(r"\d", row["name"])] == []


def test_names_belong_to_participants_and_have_a_kind() -> None:
    assert {row["iso3"] for row in NAMES} <= set(BY_CODE)
    assert {row["kind"] for row in NAMES} == {"former", "depositary", "formal", "alias"}


def test_groups_and_memberships_refer_to_what_exists() -> None:
    slugs = [group["slug"] for group in GROUPS]
    assert len(slugs) == len(set(slugs))
    assert {row["group"] for row in MEMBERSHIPS} == set(slugs)
    assert {row["iso3"] for row in MEMBERSHIPS} <= set(BY_CODE)
    assert {group["slug"]: group["organization"] for group in GROUPS if group["organization"]} == {
        "eu": "EUE"
    }


def test_every_row_names_its_source() -> None:
    for table in (PARTICIPANTS, NAMES, GROUPS, MEMBERSHIPS):
        assert [row for row in table if len(row["source"].strip()) < len("ISO 3166-1")] == []


def test_no_cell_has_stray_blanks() -> None:
    for table in (PARTICIPANTS, NAMES, GROUPS, MEMBERSHIPS):
        assert [row for row in table if any(cell != " ".join(cell.split()) for cell in row.values())] == []


def test_intervals_begin_before_they_end() -> None:
    for table in (PARTICIPANTS, NAMES, MEMBERSHIPS):
        assert [row for row in table if not interval(row)[0] < interval(row)[1]] == []


def test_memberships_of_one_participant_do_not_overlap() -> None:
    spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for row in MEMBERSHIPS:
        spans.setdefault((row["group"], row["iso3"]), []).append(interval(row))
    overlapping = [
        key
        for key, found in spans.items()
        for (_, end), (start, _) in zip(sorted(found), sorted(found)[1:], strict=False)
        if start < end
    ]
    assert overlapping == []


def test_no_membership_outlives_its_member() -> None:
    assert [row for row in MEMBERSHIPS if interval(BY_CODE[row["iso3"]])[1] < interval(row)[1]] == []


@pytest.mark.parametrize("file", ["participants", "names", "groups", "memberships"])
def test_files_are_sorted_utf8_with_plain_line_ends(file: str) -> None:
    raw = (DATA / f"{file}.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
    keys = {"participants": ("iso3",), "names": ("iso3",), "groups": ("slug",)}.get(file, ("group", "iso3"))
    order = [tuple(row[key] for key in keys) for row in rows(DATA / f"{file}.csv")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("group", "on", "count"),
    [
        ("eu", date(1957, 12, 31), 0),
        ("eu", date(1958, 1, 1), 6),
        ("eu", date(2013, 7, 1), 28),
        ("eu", date(2020, 1, 31), 28),
        ("eu", date(2020, 2, 1), 27),
        ("coe", date(1949, 5, 5), 10),
        ("coe", date(2004, 3, 18), 45),
        ("coe", date(2022, 3, 15), 47),
        ("coe", date(2022, 3, 16), 46),
        ("asean", date(2025, 10, 25), 10),
        ("asean", date(2025, 10, 26), 11),
        ("oecd", date(1961, 9, 30), 17),
        ("oecd", date(2026, 11, 21), 38),
        ("g20", date(2023, 9, 9), 21),
        ("nato", date(2024, 3, 7), 32),
        ("commonwealth", date(2026, 11, 21), 56),
        ("ldc", date(2024, 12, 13), 44),
        ("lldc", date(2026, 11, 21), 32),
        ("sids", date(2026, 11, 21), 39),
        ("las", date(2026, 11, 21), 22),
        ("au", date(2026, 11, 21), 55),
        ("un", date(1945, 10, 23), 0),
        ("un", date(1945, 12, 31), 51),
        ("un", date(1948, 4, 7), 57),
        ("un", date(1955, 12, 31), 76),
        ("un", date(1973, 12, 31), 135),
        ("un", date(1990, 12, 31), 159),
        ("un", date(1993, 12, 31), 183),  # 184 in lists that went on counting Yugoslavia
        ("un", date(2011, 7, 14), 193),
    ],
)
def test_members_on_a_day(group: str, on: date, count: int) -> None:
    assert len(members(group, on)) == count


def test_first_five_of_the_budapest_convention_were_members_of_the_council_of_europe() -> None:
    """Article 36(3) asks for three among the first five, which were complete on 18 March 2004."""
    assert {"ALB", "HRV", "EST", "HUN", "LTU"} <= members("coe", date(2004, 3, 18))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("China 2", "CHN"),
        ("China<superscript>2</superscript>", "CHN"),
        ("Germany&lt;superscript&gt;3, 4&lt;/superscript&gt;", "DEU"),
        ("Netherlands (Kingdom of the)¹", "NLD"),
        ("Kingdom of the Netherlands", "NLD"),
        ("Netherlands", "NLD"),
        ("Czech Republic", "CZE"),
        ("Czechia", "CZE"),
        ("TÜRKİYE", "TUR"),
        ("Turkey", "TUR"),
        ("Côte d’Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("São Tomé and Príncipe", "STP"),
        ("Sao Tome & Principe", "STP"),
        ("St. Kitts and Nevis", "KNA"),
        ("Lao People’s Democratic Republic", "LAO"),
        ("Gambia (the)", "GMB"),
        ("The Bahamas", "BHS"),
        ("Viet-Nam", "VNM"),
        ("Swaziland", "SWZ"),
        ("Cape Verde", "CPV"),
        ("Libyan Arab Jamahiriya", "LBY"),
        ("Republic of Korea", "KOR"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Congo", "COG"),
        ("Democratic Republic of Congo", "COD"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Union of Soviet Socialist Republics", "RUS"),
        ("Yugoslavia", "YUG"),
        ("Taiwan", "TWN"),
        ("Taiwan Province of China", "TWN"),
        ("Chinese Taipei", "TWN"),
        ("Separate Customs Territory of Taiwan, Penghu, Kinmen and Matsu", "TWN"),
        ("Republic of China", "QSC"),
        ("China", "CHN"),
        ("Kosovo", "XKX"),
        ("Saharawi Arab Democratic Republic", "QSD"),
        ("Isle of Man", "IMN"),
        ("Faeroe Islands", "FRO"),
        ("Serbia and Montenegro", "SRB"),
        ("European Economic Community", "EUE"),
        ("European Community", "EUE"),
        ("Organization of African Unity", "QRA"),
        ("United Nations Educational Scientific and Cultural Organization", "QUS"),
    ],
)
def test_a_name_as_lists_write_it_resolves(name: str, code: str) -> None:
    assert resolve(name) == code


@pytest.mark.parametrize("name", ["", "Korea", "Guinea Ecuatorial", "Atlantis", "St."])
def test_what_is_no_name_resolves_to_nobody(name: str) -> None:
    assert normalise(name) not in OWNERS


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(
    st.sampled_from([row["name"] for row in PARTICIPANTS + NAMES]),
    st.sampled_from(
        ["", " 1", "2", " 3, 4", "<superscript>5</superscript>", "&lt;superscript&gt;a&lt;/superscript&gt;"]
    ),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_footnote_marks_and_case_do_not_matter(name: str, mark: str, case: type[str]) -> None:
    assert normalise(case(name) + mark) == normalise(name)


def test_every_name_of_the_corpus_resolves() -> None:
    tables = sorted((SHARED / "corpus" / "untc-2015").glob("*-*.csv"))
    if not tables:
        pytest.skip("the corpus of status lists, ../shared/corpus, is not here")
    listed = {row["Participant"] for table in tables for row in rows(table) if "Participant" in row}
    assert len(listed) == 233
    assert [name for name in sorted(listed) if normalise(name) not in OWNERS] == []


@pytest.mark.parametrize(
    ("file", "column"),
    [("signatures", "name_untc"), ("ratifications", "name_untc"), ("budapest_parties", "name")],
)
def test_every_name_of_the_facts_resolves_to_its_code(file: str, column: str) -> None:
    path = SHARED / "facts" / f"{file}.csv"
    if not path.exists():
        pytest.skip("the facts, ../shared/facts, are not here")
    assert [row for row in rows(path) if resolve(row[column]) != row["iso3"]] == []


def test_the_european_union_is_exactly_as_the_facts_have_it() -> None:
    path = SHARED / "facts" / "eu_membership.csv"
    if not path.exists():
        pytest.skip("the facts, ../shared/facts, are not here")
    columns = ("iso3", "valid_from", "valid_until", "source")
    facts = {tuple(row[column] for column in columns) for row in rows(path)}
    assert {tuple(row[column] for column in columns) for row in MEMBERSHIPS if row["group"] == "eu"} == facts


def test_a_territory_has_one_responsible_state_at_a_time() -> None:
    held = rows(DATA / "responsibilities.csv")
    for row in held:
        assert BY_CODE[row["territory"]]["kind"] == "territory"
        assert BY_CODE[row["state"]]["kind"] in {"member_state", "former_state"}
        assert row["source"]
        for other in held:
            if other is not row and other["territory"] == row["territory"]:
                (begin, end), (first, last) = interval(row), interval(other)
                assert end <= first or last <= begin
