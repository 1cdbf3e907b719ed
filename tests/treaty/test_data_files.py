"""The bundled facts as files: complete, sourced and consistent before any of them is loaded."""

import csv
import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

Row = dict[str, str]

DATA = Path(__file__).parents[2] / "treaty" / "data"
TREATIES = ("hanoi", "untoc", "uncac", "budapest")
SOURCED = [("hanoi", name) for name in ("chapters", "articles", "requirements", "claims", "actions")] + [
    (slug, "actions") for slug in TREATIES[1:]
]
DATED = [(slug, "sources", "published_on") for slug in TREATIES]
DATED += [(slug, "actions", column) for slug in TREATIES for column in ("taken_on", "withdrawn_on")]
DATED += [("hanoi", "claims", "published_on")]

CONSENTS = {"ratification", "acceptance", "approval", "accession", "succession", "formal_confirmation"}
ENDINGS = {"denunciation"}
OUTSIDE_THE_COUNT = {"domestic_approval", "reservation", "declaration", "designation"}


def rows_of(slug: str, name: str) -> list[Row]:
    with (DATA / slug / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def days_of(edtf: str) -> tuple[dt.date, dt.date]:
    """Return the earliest and the latest day of an EDTF level 0 date or interval."""
    first, _, last = edtf.partition("/")
    return _days_of_date(first)[0], _days_of_date(last or first)[1]


def _days_of_date(text: str) -> tuple[dt.date, dt.date]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    if match is None:
        raise ValueError(f"{text!r} is no EDTF level 0 date")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if day is not None and month is not None:
        exact = dt.date(year, month, day)
        return exact, exact
    following = dt.date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    return dt.date(year, month or 1, 1), following - dt.timedelta(days=1)


def test_every_file_is_utf_8_with_unix_line_ends_and_no_stray_cell() -> None:
    for path in sorted(DATA.glob("*/*.csv")):
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text, path
        assert text.endswith("\n"), path
        for row in rows_of(path.parent.name, path.stem):
            assert None not in row, (path, row)
            assert None not in row.values(), (path, row)
            assert all(value == value.strip() for value in row.values()), (path, row)


@pytest.mark.parametrize("slug", TREATIES)
def test_each_source_has_a_key_a_title_and_a_confidence(slug: str) -> None:
    sources = rows_of(slug, "sources")
    assert len({row["key"] for row in sources}) == len(sources)
    for row in sources:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"])
        assert row["title"]
        assert row["confidence"] in {"primary", "secondary", "knowledge"}
        assert not row["url"] or re.fullmatch(r"https?://\S+", row["url"])


@pytest.mark.parametrize(("slug", "name"), SOURCED)
def test_each_row_names_a_recorded_source(slug: str, name: str) -> None:
    keys = {row["key"] for row in rows_of(slug, "sources")}
    assert [row for row in rows_of(slug, name) if row["source"] not in keys] == []


@pytest.mark.parametrize(("slug", "name", "column"), DATED)
def test_each_date_is_edtf_level_0(slug: str, name: str, column: str) -> None:
    for row in rows_of(slug, name):
        if row[column]:
            earliest, latest = days_of(row[column])
            assert earliest <= latest, row


def test_the_convention_has_nine_chapters_in_order() -> None:
    chapters = rows_of("hanoi", "chapters")
    assert [row["number"] for row in chapters] == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
    assert all(row["title"] for row in chapters)


def test_71_article_records_of_which_68_are_adopted() -> None:
    articles = rows_of("hanoi", "articles")
    assert [int(row["number"]) for row in articles] == list(range(1, 72))
    assert [row["status"] for row in articles] == ["adopted"] * 68 + ["reported"] * 3


def test_adopted_articles_run_through_the_chapters_and_are_described() -> None:
    numbers = [row["number"] for row in rows_of("hanoi", "chapters")]
    adopted = rows_of("hanoi", "articles")[:68]
    places = [numbers.index(row["chapter"]) for row in adopted]
    assert places == sorted(places)
    assert set(places) == set(range(9))
    for row in adopted:
        assert row["title"]
        assert row["summary"]
        assert row["themes"]
        assert row["title_status"] in {"verified", "partly", "knowledge"}


def test_reported_articles_have_no_content_but_the_claim_as_source() -> None:
    claim = next(row for row in rows_of("hanoi", "claims") if row["slug"] == "seventy-one-articles")
    for row in rows_of("hanoi", "articles")[68:]:
        assert {column for column, value in row.items() if value} == {"number", "status", "source"}
        assert row["source"] == claim["source"]


def test_themes_are_those_of_the_articles() -> None:
    themes = [row["slug"] for row in rows_of("hanoi", "themes")]
    used = {theme for row in rows_of("hanoi", "articles") for theme in row["themes"].split(";") if theme}
    assert len(set(themes)) == len(themes)
    assert set(themes) == used


def test_requirements_belong_to_adopted_articles_and_own_their_doubt() -> None:
    requirements = rows_of("hanoi", "requirements")
    assert {row["article"] for row in requirements} <= {str(number) for number in range(1, 69)} | {""}
    for row in requirements:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row["kind"])
        assert row["status"] in {"verified", "partly", "knowledge"}
        assert row["paragraph_certain"] in {"yes", "no"}
        assert row["occasion"]
        assert row["description"]


def test_each_claim_says_what_the_sources_say_and_what_follows() -> None:
    claims = rows_of("hanoi", "claims")
    assert len({row["slug"] for row in claims}) == len(claims) == 8
    assert all(row["claim"] and row["finding"] and row["evidence"] and row["treatment"] for row in claims)


@pytest.mark.parametrize("slug", TREATIES)
def test_actions_stand_in_order_of_date(slug: str) -> None:
    earliest = [days_of(row["taken_on"])[0] for row in rows_of(slug, "actions")]
    assert earliest == sorted(earliest)


@pytest.mark.parametrize("slug", TREATIES)
def test_each_action_is_well_formed(slug: str) -> None:
    for row in rows_of(slug, "actions"):
        assert re.fullmatch(r"[A-Z]{3}", row["participant"])
        assert row["kind"] in {"signature"} | CONSENTS | ENDINGS | OUTSIDE_THE_COUNT
        assert row["confidence"] in {"primary", "secondary", "knowledge"}
        assert row["state"] in {"published", "draft"}
        assert not row["notification"] or row["notification"].startswith("C.N.")
        for article in filter(None, row["articles"].split(";")):
            assert re.fullmatch(r"\d{1,2}(\(\w+\))*", article)


@pytest.mark.parametrize("slug", TREATIES)
def test_a_participant_signs_once_and_consents_anew_only_after_it_left(slug: str) -> None:
    actions = rows_of(slug, "actions")
    left = Counter(row["participant"] for row in actions if row["kind"] in ENDINGS)
    signed = Counter(row["participant"] for row in actions if row["kind"] == "signature")
    consented = Counter(row["participant"] for row in actions if row["kind"] in CONSENTS)
    assert set(signed.values()) == {1}
    assert all(times == 1 + left[participant] for participant, times in consented.items())


def test_75_published_signatures_and_india_as_a_draft() -> None:
    signatures = [row for row in rows_of("hanoi", "actions") if row["kind"] == "signature"]
    assert sum(row["state"] == "published" for row in signatures) == 75
    drafts = [row for row in rows_of("hanoi", "actions") if row["state"] == "draft"]
    assert [(row["participant"], row["kind"]) for row in drafts] == [("IND", "signature")]


@pytest.mark.parametrize(
    ("as_of", "certain", "possible"),
    [
        ("2025-10-24", 0, 0),
        ("2025-10-25", 69, 69),
        ("2025-10-26", 72, 72),
        ("2025-11-18", 72, 72),
        ("2025-11-19", 73, 73),
        ("2025-12-01", 73, 74),
        ("2026-01-17", 74, 74),
        ("2026-07-01", 74, 75),
        ("2026-07-31", 75, 75),
        ("2026-11-21", 75, 75),
    ],
)
def test_signatures_by_day(as_of: str, certain: int, possible: int) -> None:
    day = dt.date.fromisoformat(as_of)
    spans = [
        days_of(row["taken_on"])
        for row in rows_of("hanoi", "actions")
        if row["kind"] == "signature" and row["state"] == "published"
    ]
    assert sum(latest <= day for _, latest in spans) == certain
    assert sum(earliest <= day for earliest, _ in spans) == possible


def test_qatar_alone_has_deposited_on_a_day_between_1_and_13_february_2026() -> None:
    consents = [row for row in rows_of("hanoi", "actions") if row["kind"] in CONSENTS]
    assert [(row["participant"], row["kind"], row["taken_on"]) for row in consents] == [
        ("QAT", "ratification", "2026-02-01/2026-02-13")
    ]


@pytest.mark.parametrize(
    ("slug", "signatures", "consents"), [("untoc", 147, 194), ("uncac", 140, 194), ("budapest", 50, 81)]
)
def test_reference_treaties_have_the_rows_of_their_tables(slug: str, signatures: int, consents: int) -> None:
    kinds = Counter(row["kind"] for row in rows_of(slug, "actions"))
    assert kinds["signature"] == signatures
    assert kinds.total() - kinds["signature"] == consents
