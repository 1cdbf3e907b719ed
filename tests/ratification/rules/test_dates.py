from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.dates import NEVER, Span, add, earlier_of, later_of, parse_edtf, shift
from treaty.clauses import Delay

NEXT: Final = "first-of-next-month"


@pytest.mark.parametrize(
    ("delay", "start", "end"),
    [
        (Delay(days=90), "2003-07-01", "2003-09-29"),
        (Delay(days=30), "2002-03-11", "2002-04-10"),
        (Delay(days=0), "2020-02-29", "2020-02-29"),
        (Delay(months=6), "2020-03-12", "2020-09-12"),
        (Delay(months=12), "1993-11-16", "1994-11-16"),
        (Delay(months=1), "2026-01-31", "2026-02-28"),
        (Delay(months=1), "2028-01-31", "2028-02-29"),
        (Delay(months=1), "2026-12-31", "2027-01-31"),
        (Delay(years=1), "2028-02-29", "2029-02-28"),
        (Delay(years=4), "2028-02-29", "2032-02-29"),
        (Delay(months=3, then=NEXT), "2004-03-18", "2004-07-01"),
        (Delay(months=3, then=NEXT), "2004-04-01", "2004-08-01"),
        (Delay(months=3, then=NEXT), "2004-11-30", "2005-03-01"),
        (Delay(months=5, then=NEXT), "1998-09-16", "1999-03-01"),
        (Delay(months=5, then=NEXT), "2010-02-16", "2010-08-01"),
        (Delay(days=60, then=NEXT), "2002-04-11", "2002-07-01"),
    ],
)
def test_a_delay_ends_where_the_depositary_says(delay: Delay, start: str, end: str) -> None:
    assert add(delay, date.fromisoformat(start)) == date.fromisoformat(end)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_five_months_and_the_first_of_the_next_is_the_first_of_the_sixth_month_after(day: date) -> None:
    years, month = divmod(day.month - 1 + 6, 12)
    assert add(Delay(months=5, then=NEXT), day) == date(day.year + years, month + 1, 1)


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(0, 500), st.integers(0, 40))
def test_an_earlier_start_never_ends_later(day: date, gap: int, months: int) -> None:
    later = day + timedelta(days=gap)
    for delay in (
        Delay(months=months),
        Delay(years=months),
        Delay(months=months, then=NEXT),
        Delay(days=months),
    ):
        assert add(delay, day) <= add(delay, later)


@pytest.mark.parametrize("delay", [Delay(days=90), Delay(months=1), Delay(years=1), Delay(days=0, then=NEXT)])
def test_a_day_beyond_the_calendar_is_never(delay: Delay) -> None:
    assert add(delay, date(9999, 12, 30)) == NEVER
    assert add(delay, NEVER) == NEVER


def test_a_delay_from_an_open_day_is_open() -> None:
    assert shift(Delay(days=90), parse_edtf("2026-02")) == parse_edtf("2026-05-02/2026-05-29")
    assert shift(Delay(days=90), Span(date(2026, 2, 1), NEVER)) == Span(date(2026, 5, 2), NEVER)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026-02-11", "2026-02-11", "2026-02-11"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-02-01/2026-02-13", "2026-02-01", "2026-02-13"),
        ("2026-02/2026-03", "2026-02-01", "2026-03-31"),
        ("2025/2026-03-04", "2025-01-01", "2026-03-04"),
        ("2026-03-04/2026", "2026-03-04", "2026-12-31"),
        ("2026-02-11/2026-02-11", "2026-02-11", "2026-02-11"),
    ],
)
def test_every_precision_is_read(text: str, earliest: str, latest: str) -> None:
    assert parse_edtf(text) == Span(date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no date"),
        ("soon", "is no date"),
        ("2026-2-11", "is no date"),
        ("2026-02-11T10:00", "is no date"),
        ("20260211", "is no date"),
        (" 2026-02-11", "is no date"),
        ("2026-02-11\n", "is no date"),
        ("٢٠٢٦-02-11", "is no date"),
        ("2026-02-01/", "is no date"),
        ("2026-02-01/..", "is no date"),
        ("2026-02-01/2026-02-02/2026-02-03", "is no date"),
        ("2026-02-30", "does not exist"),
        ("2026-13", "does not exist"),
        ("0000", "does not exist"),
        ("2026-03-01/2026-02-01", "ends before it begins"),
        ("2027/2026", "ends before it begins"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_edtf(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ("2026-02-11", "2026-02-11"),
        ("2026-02-01/2026-02-28", "2026-02"),
        ("2026-01-01/2026-12-31", "2026"),
        ("2026-02-01/2026-02-13", "2026-02-01/2026-02-13"),
    ],
)
def test_a_span_is_written_as_short_as_it_can_be(span: str, text: str) -> None:
    assert parse_edtf(span).edtf == text


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(0, 800))
def test_what_is_written_is_read_back(day: date, length: int) -> None:
    span = Span(day, day + timedelta(days=length))
    assert parse_edtf(span.edtf) == span


def test_what_may_never_be_is_written_with_an_open_end() -> None:
    span = Span(date(2026, 2, 1), NEVER)
    assert span.edtf == "2026-02-01/.."
    assert not span.certain
    assert span.on is None


def test_a_span_says_what_has_happened_by_a_day() -> None:
    span = parse_edtf("2026-02-01/2026-02-13")
    assert [span.may_be_by(date(2026, 1, 31)), span.may_be_by(date(2026, 2, 1))] == [False, True]
    assert [span.by(date(2026, 2, 12)), span.by(date(2026, 2, 13))] == [False, True]


def test_a_span_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before the earliest"):
        Span(date(2026, 2, 2), date(2026, 2, 1))


def test_the_later_and_the_earlier_of_two_open_days() -> None:
    first, second = parse_edtf("2026-02"), parse_edtf("2026-01-15/2026-03-15")
    assert later_of(first, second) == parse_edtf("2026-02-01/2026-03-15")
    assert earlier_of(first, second) == parse_edtf("2026-01-15/2026-02-28")
    assert earlier_of(None, second) == earlier_of(second, None) == second
    assert earlier_of(None, None) is None


@pytest.mark.parametrize("text", ["2026-02-11", "2026-02", "2026", "2026-02-11/2026-03-04", "2026-02-11/.."])
def test_what_a_span_writes_is_read_back(text: str) -> None:
    assert Span.of_edtf(text).edtf == text


def test_no_input_has_an_open_end() -> None:
    with pytest.raises(ValueError, match="is no date"):
        parse_edtf("2026-02-11/..")
