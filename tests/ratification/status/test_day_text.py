from datetime import date

import pytest
from django.utils.html import escape
from django.utils.translation import override

from common.local_formats import whole_days
from ratification.rules.dates import NEVER, Span, parse_edtf
from ratification.status import day_text as days
from tests.ratification.rules.cases import fact
from tests.ratification.rules.ledger import TWO, rule, where
from treaty.clauses import AllOf, AtLeast, DayReached


@pytest.mark.parametrize(
    ("edtf", "text"),
    [
        ("2025-10-25", "25 Oct 2025"),
        ("2026-07", "Jul 2026"),
        ("2026", "2026"),
        ("2026-02-01/2026-02-13", "1–13 Feb 2026"),
        ("2026-02-10/2026-03-02", "10 Feb – 2 Mar 2026"),
        ("2025-11-20/2026-01-17", "20 Nov 2025 – 17 Jan 2026"),
    ],
)
def test_days_are_written_as_people_read_them(edtf: str, text: str) -> None:
    assert days.text_of(parse_edtf(edtf)) == text
    html = days.html_of(parse_edtf(edtf))
    assert f'datetime="{edtf.split("/", maxsplit=1)[0]}"' in html


def test_both_ends_of_an_interval_can_be_read_by_machines() -> None:
    html = days.html_of(parse_edtf("2026-02-01/2026-02-13"))
    assert '<time datetime="2026-02-01">1</time>–<time datetime="2026-02-13">13 Feb 2026</time>' in html


def test_no_day_is_a_dash_and_an_uncertain_one_says_so() -> None:
    assert days.text_of(None) == "–"
    assert days.text_of(Span(date(2026, 2, 1), NEVER)) == "not before 1 Feb 2026"
    assert "not before <time" in days.html_of(Span(date(2026, 2, 1), NEVER))


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Signed on 2025-10-25.", "Signed on 25 Oct 2025."),
        ("2026-02-01/2026-02-13 becomes 2026-02-05.", "1–13 Feb 2026 becomes 5 Feb 2026."),
        ("A/RES/79/243 of 2024", "A/RES/79/243 of 2024"),
        ("2026-13-45, 2026-02-13/2026-02-01", "2026-13-45, 2026-02-13/2026-02-01"),
    ],
)
def test_sentences_are_made_readable(sentence: str, text: str) -> None:
    assert days.readable(sentence) == text


def test_open_days_in_a_calculation_are_written_as_people_read_them() -> None:
    """A month, and a day before which it cannot be, had stood as `2020-03` and `2020-03-01/..`."""

    def calculated(day: str) -> list[str]:
        steps = where([*TWO, fact("CCC", "ratification", "2020-03")], day).entry_into_force.steps
        return [days.readable(step) for step in steps]

    assert calculated("2020-04-01") == ["Mar 2020 + 90 days = 30 May – 29 Jun 2020"]
    assert calculated("2020-03-15") == ["not before 1 Mar 2020 + 90 days = not before 30 May 2020"]


@pytest.mark.parametrize("code", ["en", "fr", "es", "ru", "ar", "zh-hans"])
def test_a_sentence_written_with_its_days_whole_is_the_one_in_which_they_are_looked_for(code: str) -> None:
    """Template and values are searched apart, so that no day may lie in both."""
    known = [
        fact("AAA", "ratification", "2020-03"),
        fact("BBB", "ratification", "2020-05-07"),
        fact("CCC", "ratification", "2020-03-28/2020-04-03"),
        fact("DDD", "ratification", "2021-05-07"),
        fact("EEE", "signature", "2020-01-01", withdrawn="2020-02-02"),
    ]
    outcome = where(known, "2021-06-01")
    sentences = [
        *(entry.reason for entry in outcome.threshold.entries),
        *(standing.reason for standing in outcome.standings),
        *(outcome.entry_into_force.reason, *outcome.entry_into_force.steps),
    ]
    with override(code):
        searched = [escape(whole_days(days.readable(each))) for each in sentences]
        assert [*map(days.html_writer(), sentences)] == searched
    assert len(set(searched)) > len(known)


def test_a_day_that_a_clause_waits_for_is_written_as_people_read_it() -> None:
    waits = rule(condition=AllOf((AtLeast(3), DayReached(date(2030, 1, 2)))))
    reason = where(TWO, "2020-06-01", waits).entry_into_force.reason
    assert days.readable(reason) == "1 more instrument is needed. 2 Jan 2030 has not come."
