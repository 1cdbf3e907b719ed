import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.dates import Span, parse_edtf
from ratification.scenario import ScenarioError, ScenarioLine, Who, parse_scenario, written

DAY = parse_edtf("2027-03-01")
MONTH = parse_edtf("2027-03")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("AUT on 2027-03-01", ScenarioLine(Who.NAMED, "on", DAY, codes=("AUT",))),
        ("aut,BEL,  aut ON 2027-03", ScenarioLine(Who.NAMED, "on", MONTH, codes=("AUT", "BEL"))),
        ("26 more by 2027-03-01", ScenarioLine(Who.MORE, "by", DAY, number=26)),
        ("signatories on 2027-03-01", ScenarioLine(Who.SIGNATORIES, "on", DAY)),
        ("Signatories of EU on 2027-03-01", ScenarioLine(Who.SIGNATORIES, "on", DAY, group="eu")),
        ("20 members of eu on 2027-03-01", ScenarioLine(Who.MEMBERS, "on", DAY, group="eu", number=20)),
        ("5 signatories on 2027-03-01", ScenarioLine(Who.SIGNATORIES, "on", DAY, number=5)),
        ("members of asean by 2027-03-01", ScenarioLine(Who.MEMBERS, "by", DAY, group="asean")),
    ],
)
def test_a_line_says_who_and_when(text: str, line: ScenarioLine) -> None:
    assert parse_scenario(f" {text} ;\n") == (line,)
    assert parse_scenario(str(line)) == (line,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("AUT", "does not say who deposits, and on or by which day"),
        ("AUT on", "does not say who"),
        ("AUT on tomorrow", "“tomorrow” is no day, month or interval that exists; write one like 2027-03-01"),
        ("AUT on 2027-02-30", "“2027-02-30” is no day"),
        ("AUT on 9999", "calendar's last day"),
        ("AUT on 2027-03-02/2027-03-01", "“2027-03-02/2027-03-01” is no day, month or interval"),
        ("AUT by 2027-03", "needs one day, such as 2027-03-31"),
        ("0 more on 2027-03-01", "1 to 200"),
        ("201 more on 2027-03-01", "1 to 200"),
        ("members on 2027-03-01", "of which group"),
        ("0 members of eu on 2027-03-01", "1 to 200"),
        ("20 of eu on 2027-03-01", "names no participant"),
        ("Austria on 2027-03-01", "names no participant"),
        ("AUT on 2027-03-01; nobody on 2027-03-01", "“nobody” names no participant"),
        (";".join(["AUT on 2027"] * 31), "31 lines; 30 are the most"),
        ("x" * 4001, "4001 characters; 4000 are the most"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_line_and_reason(text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        parse_scenario(text)


def test_nothing_is_an_empty_scenario() -> None:
    assert parse_scenario(" ; \n ") == ()


days = st.dates(min_value=Span.day(DAY.earliest).earliest).filter(lambda day: day.year < 9999)
whens = st.builds(Span.day, days) | st.tuples(days, days).map(lambda two: Span(min(two), max(two)))
codes = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3), min_size=1, unique=True).map(
    tuple
)
groups = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
lines = st.one_of(
    st.builds(ScenarioLine, st.just(Who.NAMED), st.just("on"), whens, codes=codes),
    st.builds(ScenarioLine, st.just(Who.SIGNATORIES), st.just("on"), whens, group=groups | st.just("")),
    st.builds(ScenarioLine, st.just(Who.MEMBERS), st.just("by"), st.builds(Span.day, days), group=groups),
    st.builds(
        ScenarioLine, st.just(Who.MORE), st.just("by"), st.builds(Span.day, days), number=st.integers(1, 200)
    ),
)


@given(st.lists(lines, max_size=5).map(tuple))
def test_what_is_written_is_read_back(scenario: tuple[ScenarioLine, ...]) -> None:
    assert parse_scenario(written(scenario)) == scenario


@given(st.text(max_size=60) | st.from_regex(r"\w{1,4} (on|by) [0-9/-]{1,12}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        assert parse_scenario(written(parse_scenario(text))) == parse_scenario(text)


def test_a_number_alone_is_so_many_more() -> None:
    assert parse_scenario("39 by 2027-03-01") == parse_scenario("39 more by 2027-03-01")


def test_all_of_a_group_is_the_group() -> None:
    assert parse_scenario("All signatories on 2027-03-01") == parse_scenario("signatories on 2027-03-01")
    assert parse_scenario("all members of eu by 2027-03-01") == parse_scenario("members of eu by 2027-03-01")
