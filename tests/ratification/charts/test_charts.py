import csv
import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from defusedxml import ElementTree
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, ValidationError

from ratification.charts.by_group import by_group
from ratification.charts.chart import NARROW, PALETTE, WIDE, Chart, DatedConsent, count
from ratification.charts.days_to_deposit import Wait, days_to_deposit
from ratification.charts.drawing import SVG, DrawingError, draw, draw_svg, png, standalone
from ratification.charts.over_time import over_time
from ratification.charts.same_age import Life, same_age
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.outcome import StandingKind

OPENED, TODAY = date(2025, 10, 25), date(2026, 11, 21)
SIGNATURES = [
    DatedConsent(parse_edtf(text))
    for text in ("2025-10-25", "2025-10-25", "2025-11-20/2026-01-17", "2026-12-01")
]
INSTRUMENTS = [DatedConsent(parse_edtf("2026-02-01/2026-02-13"))]


def time_chart(width: int = WIDE) -> Chart:
    return over_time(SIGNATURES, INSTRUMENTS, required=40, since=date(2025, 10, 24), as_of=TODAY, width=width)


def group_chart(width: int = WIDE) -> Chart:
    groups = {
        "African States": [StandingKind.SIGNATORY, StandingKind.NONE, StandingKind.WITHDRAWN],
        "Asia-Pacific States": [StandingKind.CONTRACTING, StandingKind.PARTY, StandingKind.SIGNATORY],
    }
    return by_group("By regional group", groups, width=width)


def age_chart(width: int = WIDE) -> Chart:
    old = [DatedConsent(Span.day(date(2000, 12, 12) + timedelta(days=days))) for days in (0, 100, 392, 393)]
    lives = [
        Life("Hanoi", OPENED, TODAY, SIGNATURES, INSTRUMENTS),
        Life("Organized Crime", date(2000, 12, 12), date(2015, 3, 14), old, old[2:]),
        Life("Short", date(2000, 12, 12), date(2001, 1, 1), old, []),
    ]
    return same_age(lives, days=1000, width=width)


def delay_chart(width: int = WIDE) -> Chart:
    def wait(name: str, signed: str, deposited: str) -> Wait:
        return Wait(name, parse_edtf(signed), parse_edtf(deposited))

    waits = {
        "Hanoi": [wait("Qatar", "2025-10-25", "2026-02-01/2026-02-13")],
        "Corruption": [wait("A", "2003-12-09", "2003-12-09"), wait("B", "2003-12-09", "2004-12-08")],
        "None yet": [],
    }
    return days_to_deposit(waits, width=width)


CHARTS = [time_chart, group_chart, age_chart, delay_chart]


def test_over_time_counts_what_is_certain_and_what_may_be() -> None:
    chart = time_chart()
    assert [tuple(row.values()) for row in chart.rows if row["series"] == "signatories"] == [
        ("2025-10-24", "signatories", 0, 0),
        ("2025-10-25", "signatories", 2, 2),
        ("2025-11-20", "signatories", 2, 3),
        ("2026-01-17", "signatories", 3, 3),
        ("2026-02-01", "signatories", 3, 3),
        ("2026-02-13", "signatories", 3, 3),
        ("2026-11-21", "signatories", 3, 3),
    ]
    assert "From 24 October 2025 to 21 November 2026. Signatories on the last day: 3." in chart.text
    assert "Instruments that count: 1 of the 40 required." in chart.text


def test_over_time_says_where_it_is_not_sure() -> None:
    chart = over_time(SIGNATURES, INSTRUMENTS, required=40, since=OPENED, as_of=date(2026, 2, 5))
    assert "Instruments that count: between 0 and 1 of the 40 required." in chart.text
    assert chart.rows[-1] == {"date": "2026-02-05", "series": "instruments", "certain": 0, "possible": 1}


def test_months_on_the_axis_are_written_as_the_language_writes_them() -> None:
    with override("zh-hans"):
        drawn = draw_svg(time_chart())
    assert re.search(r">202[56]年\d+月<", drawn)
    assert re.search(r">[A-Z][a-z]{2} 202[56]<", draw_svg(time_chart()))


def test_past_the_last_day_of_the_list_the_line_is_dashed_and_has_the_same_numbers() -> None:
    """What is known singly after that day counts as in the headline, and the figures say that the list has ended."""
    ends = date(2026, 1, 1)
    chart = over_time(
        SIGNATURES, INSTRUMENTS, required=40, since=OPENED, as_of=TODAY, known_until=ends, width=WIDE
    )
    assert chart.finding == time_chart().finding == "3 signatories, 1 of the 40 instruments needed"
    assert "The list of acts is complete until 1 January 2026." in chart.note
    lists = {str(row["date"]): row["list"] for row in chart.rows}
    assert lists == {day: "complete" if day <= "2026-01-01" else "incomplete" for day in lists}
    assert max(lists) == "2026-11-21"
    dashed = [
        layer["mark"].get("strokeDash")
        for layer in chart.specification["layer"]
        if layer["mark"]["type"] == "line"
    ]
    assert dashed == [None, [4, 3]]
    drawn = draw_svg(chart)
    assert drawn.count('stroke-dasharray="4,3"') == 2
    assert "dashed" not in time_chart().note


def test_before_the_first_day_there_is_one_day() -> None:
    chart = over_time(SIGNATURES, INSTRUMENTS, required=40, since=OPENED, as_of=date(2025, 1, 1))
    assert [(row["date"], row["certain"]) for row in chart.rows] == [("2025-01-01", 0)] * 2


def test_by_group_counts_each_member_once() -> None:
    chart = group_chart()
    assert [tuple(row.values()) for row in chart.rows] == [
        ("Asia-Pacific States", "consented", 2),
        ("Asia-Pacific States", "signed only", 1),
        ("Asia-Pacific States", "neither", 0),
        ("African States", "consented", 0),
        ("African States", "signed only", 1),
        ("African States", "neither", 2),
    ]
    assert chart.text == (
        "Asia-Pacific States: 2 consented, 1 signed only, 0 neither, of 3. "
        "African States: 0 consented, 1 signed only, 2 neither, of 3."
    )


def test_same_age_compares_on_the_same_day_of_life() -> None:
    chart = age_chart()
    assert chart.text == (
        "392 days after opening for signature. Hanoi: signatories 3, instruments 1; "
        "Organized Crime: signatories 3, instruments 1; Short: not recorded so far."
    )
    last = {(row["treaty"], row["measure"]): row["days"] for row in chart.rows}
    assert last["Hanoi", "signatories"] == 392
    assert last["Organized Crime", "signatories"] == 1000
    assert last["Short", "signatories"] == 20


def test_same_age_has_nothing_of_a_treaty_before_it_was_open_for_signature() -> None:
    """What was signed later is not known on a day before it, and there is no day of life to compare on."""
    early = Life("Early", OPENED, OPENED - timedelta(days=3), SIGNATURES, INSTRUMENTS)
    other = Life("Other", date(2003, 12, 9), TODAY, SIGNATURES[:1], [])
    chart = same_age([early, other], days=1000)
    assert {row["treaty"] for row in chart.rows} == {"Other"}
    assert chart.finding == "Early: not yet open for signature"
    assert "dotted" not in chart.note
    assert not same_age([early], days=1000).rows  # as where no other treaty is recorded
    assert draw_svg(chart)
    first = same_age([Life("Early", OPENED, OPENED, SIGNATURES, INSTRUMENTS), early], days=1000)
    assert first.finding.startswith("Early on day 0: ")
    assert {row["days"] for row in first.rows} == {0}


@pytest.mark.parametrize(
    ("signed", "deposited", "required", "finding"),
    [
        (0, 0, 40, "No signatory, none of the 40 instruments needed"),
        (1, 0, 40, "1 signatory, none of the 40 instruments needed"),
        (2, 1, 40, "2 signatories, 1 of the 40 instruments needed"),
        (2, 1, 0, "2 signatories, 1 instrument counted"),
    ],
)
def test_none_and_one_are_said_as_such(signed: int, deposited: int, required: int, finding: str) -> None:
    held = [DatedConsent(Span(OPENED, OPENED))] * 2
    chart = over_time(held[:signed], held[:deposited], required=required, since=OPENED, as_of=TODAY)
    assert chart.finding == finding


def test_same_age_tells_at_most_four_apart() -> None:
    life = Life("Hanoi", OPENED, TODAY, [], [])
    with pytest.raises(ValueError, match="at most 4 treaties"):
        same_age([life] * 5, days=1000)


def test_days_to_deposit_keeps_open_dates_open() -> None:
    chart = delay_chart()
    assert [tuple(row.values()) for row in chart.rows] == [
        ("Hanoi", "Qatar", 99, 111),
        ("Corruption", "A", 0, 0),
        ("Corruption", "B", 365, 365),
    ]
    assert "Hanoi: median between 99 and 111 days, of 1 that signed and deposited" in chart.text
    assert (
        "Corruption: median 182 days, of 2 that signed and deposited; quickest 0 days (A), slowest 365"
        in chart.text
    )
    assert "None yet: no deposit after a signature." in chart.text


def test_one_day_is_said_as_such() -> None:
    chart = days_to_deposit(
        {"Hanoi": [Wait("Qatar", Span.day(OPENED), Span.day(OPENED + timedelta(days=1)))]}
    )
    assert (
        "median 1 day, of 1 that signed and deposited; quickest 1 day (Qatar), slowest 1 day (" in chart.text
    )
    assert "median 1 day, 1 deposit" in json.dumps(chart.specification)


def test_a_deposit_cannot_precede_its_signature_by_an_open_date() -> None:
    assert Wait("A", parse_edtf("2025-11"), parse_edtf("2025-11-10")).days == (0, 9)


@given(
    st.lists(st.tuples(st.dates(OPENED, TODAY), st.integers(0, 40), st.none() | st.integers(1, 400))),
    st.dates(),
)
def test_a_count_lies_between_certain_and_possible(
    held: list[tuple[date, int, int | None]], day: date
) -> None:
    spans = [
        DatedConsent(
            Span(first, first + timedelta(open_)), Span.day(first + timedelta(open_ + end)) if end else None
        )
        for first, open_, end in held
    ]
    certain, possible = count(spans, day)
    true = sum(each.since.latest <= day and not (each.until and each.until.earliest <= day) for each in spans)
    assert certain == true <= possible <= len(held)


@pytest.mark.parametrize("make", CHARTS)
def test_specification_table_and_figures_agree(make: Callable[..., Chart]) -> None:
    chart = make()
    assert chart.specification["datasets"]["figures"] == list(chart.rows)
    table = list(csv.DictReader(io.StringIO(chart.csv().removeprefix("\ufeff"))))
    assert table == [{name: str(value) for name, value in row.items()} for row in chart.rows]
    assert "http" not in json.dumps(chart.specification)


@pytest.fixture(scope="module")
def vega_lite() -> Draft7Validator:
    """Vega-Lite's own schema, which comes with Altair."""
    import altair as alt  # noqa: PLC0415 - half a second, which no other test needs

    return Draft7Validator(alt.load_schema())


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("make", CHARTS)
def test_a_specification_is_vega_lite(
    make: Callable[..., Chart], width: int, vega_lite: Draft7Validator
) -> None:
    specification = make(width).specification
    vega_lite.validate(specification)
    with pytest.raises(ValidationError):
        vega_lite.validate(specification | {"config": "no object"})


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("make", CHARTS)
def test_a_drawing_is_fit_for_a_page(make: Callable[..., Chart], width: int) -> None:
    chart = make(width)
    svg = draw_svg(chart)
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{{{SVG}}}title") == chart.title
    assert root.findtext(f"{{{SVG}}}desc") == chart.text
    assert width - 60 < float(root.attrib["width"]) <= width + 10
    assert re.findall(r"https?://[^\"]*", svg) == [SVG]
    assert not re.search(r"<script|<style|style=|\son\w+=|href|NaN|undefined", svg)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    assert colours <= {f"var(--chart-{name},{colour})" for name, colour in PALETTE.items()}
    assert draw_svg(chart) == svg


def test_the_drawing_says_the_same_numbers() -> None:
    words = "".join(ElementTree.fromstring(draw_svg(time_chart())).itertext())
    for text in ("40 required", "signatories: 3", "instruments: 1"):
        assert text in words
    groups = list(ElementTree.fromstring(draw_svg(group_chart())).itertext())
    assert {"Asia-Pacific States: 3 of 3", "African States: 1 of 3"} <= set(groups)
    assert sorted(text for text in groups if text.isdecimal()) == ["1", "1", "2", "2"]
    assert "Hanoi: median 99–111 days, 1 deposit<" in draw_svg(delay_chart())


def test_a_bar_is_as_long_as_its_number() -> None:
    paths = re.findall(
        r'd="M[\d.]+,[\d.]+h([\d.]+)[^"]*" fill="var\(--chart-(bound|signed|none)', draw_svg(group_chart())
    )
    lengths = [(name, float(length)) for length, name in paths if float(length) > 30]
    unit = next(length for name, length in lengths if name == "bound") / 2
    assert sorted((name, round(length / unit)) for name, length in lengths) == [
        ("bound", 2),
        ("none", 2),
        ("signed", 1),
        ("signed", 1),
    ]


CREDIT = "Hanoi Convention, as of 2026-11-21, revision 87."


def alone(chart: Chart) -> str:
    """Return a chart as it is taken away."""
    return standalone(chart, draw(chart)[1], CREDIT)


def test_a_picture_is_drawn_twice_alike() -> None:
    svg, sketch = draw(delay_chart())
    assert (svg, sketch) == draw(delay_chart())
    assert svg == draw_svg(delay_chart())
    picture = png(alone(delay_chart()))
    assert picture.startswith(b"\x89PNG")
    assert picture == png(alone(delay_chart()))


@pytest.mark.parametrize("make", CHARTS)
def test_a_picture_to_take_away_stands_alone(make: Callable[..., Chart]) -> None:
    """In plain colours, which every program reads, with its finding above and its source and day below."""
    chart = make(WIDE)
    taken = alone(chart)
    assert "var(" not in taken
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', taken)) - {"none", "transparent"} <= set(
        PALETTE.values()
    )
    root = ElementTree.fromstring(taken)
    words = " ".join(text for text in root.itertext() if text)
    assert chart.finding
    assert " ".join(chart.finding.split()[:4]) in words
    assert CREDIT in words
    assert re.findall(r"https?://[^\"]*", taken) == [SVG]


def test_a_long_headline_stays_within_its_picture() -> None:
    long = "Median days from signature to deposit: Hanoi Convention 99–111; UNTOC 1,280; UNCAC 1,010 " * 2
    for finding in (long, "从签署到交存的天数中位数：河内公约、联合国打击跨国有组织犯罪公约" * 3):
        chart = replace(delay_chart(), finding=finding)
        root = ElementTree.fromstring(alone(chart))
        lines = [text for text in root.findall(f"{{{SVG}}}text") if text.get("font-weight") == "bold"]
        wide = 15 if "从" in finding else 10.2  # of DejaVu Sans Bold, the widest of the fonts
        assert all(len(line.text or "") * wide <= float(root.attrib["width"]) for line in lines)
        assert "".join(line.text or "" for line in lines).replace(" ", "") == finding.replace(" ", "")


def test_a_picture_shows_its_letters_whatever_fonts_there_are() -> None:
    root = ElementTree.fromstring(alone(delay_chart()))
    assert {"Arial", "DejaVu Sans", "sans-serif"} <= set(root.attrib["font-family"].split(", "))
    (inner,) = root.findall(f"{{{SVG}}}svg")
    assert inner.attrib["overflow"] == "visible"


@pytest.mark.parametrize("make", CHARTS)
def test_letters_are_legible_on_a_telephone(make: Callable[..., Chart]) -> None:
    """A narrow drawing is as wide as its place on a screen of 360 pixels, so that its letters keep their size."""
    drawn = draw_svg(make(NARROW))
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)) >= 11


def test_a_picture_has_a_ground_of_its_own() -> None:
    picture = png(alone(delay_chart()))
    start = picture.index(b"IDAT") + 4
    _filter, *corner = zlib.decompressobj().decompress(picture[start:], 5)
    assert corner == [255, 255, 255, 255]  # red, green, blue; and it cannot be seen through


def test_a_colour_from_outside_is_refused() -> None:
    chart = group_chart()
    foreign = json.loads(json.dumps(chart.specification).replace(PALETTE["signed"], "#123456"))
    with pytest.raises(DrawingError, match="#123456 is no colour of the palette"):
        draw_svg(Chart(chart.title, chart.text, foreign, chart.rows))


def test_charts_without_figures_can_be_drawn() -> None:
    for chart in (by_group("By region", {}), days_to_deposit({"Hanoi": []}), same_age([], days=1000)):
        assert chart.csv() == "\ufeff\r\n"
        assert ElementTree.fromstring(draw_svg(chart)).attrib["role"] == "img"
