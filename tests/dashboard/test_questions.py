"""The ten questions of docs/questions.md, asked at their addresses and compared with the record."""

import html
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ratification.record.selectors import View
from ratification.rules.statements.provisions import article_of

QUESTIONS = dict(
    re.findall(
        r"^\| (\w.*?) \| `(/.*?)` \|$",
        (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


@pytest.fixture
def answer(get: Callable[..., str]) -> Callable[[str], str]:
    """Asks the question that contains the given words."""

    def ask(words: str) -> str:
        (address,) = (address for question, address in QUESTIONS.items() if words in question)
        return get(address)

    return ask


def names(page: str) -> set[str]:
    return {html.unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page)}


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10


def test_how_many_are_in(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    threshold = view().outcome.threshold
    assert f"{threshold.counted.certain} of the {threshold.required} needed has ratified</h1>" in answer(
        "How many"
    )


def test_where_did_it_stand(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    threshold = view(date(2026, 2, 5)).outcome.threshold
    assert f"at most {threshold.counted.possible} of the {threshold.required} needed" in answer("Where did")


def test_what_did_it_say_earlier(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    page = answer("revision 40")
    assert f"<h1>{view(revision=40).outcome.signatories.certain} have signed;" in page
    assert "at revision 40 of" in page


def test_who_in_africa(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    people = view().directory.participants
    assert names(answer("Africa")) == {
        people[item.participant].name
        for item in view().outcome.standings
        if item.kind == "signatory" and people[item.participant].un_group == "african"
    }


def test_who_approved_at_home(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    bound = {item.participant for item in view().outcome.standings if item.consent}
    assert names(answer("domestic")) == {
        entry.participant.name
        for entry in view().entries
        if entry.kind == "domestic_approval" and entry.participant.iso3 not in bound
    }


def test_members_that_have_not_signed(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    shown = view()
    members = {
        held.iso3 for held in shown.directory.memberships if held.group == "eu" and held.on(shown.as_of)
    }
    acted = {item.participant for item in shown.outcome.standings if item.kind != "none"}
    assert names(answer("European Union")) == {
        shown.directory.participants[iso3].name for iso3 in members - acted
    }


def test_bound_elsewhere_and_not_here(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    here, there = view(), view(slug="budapest")
    acted = {item.participant for item in here.outcome.standings if item.kind != "none"}
    parties = {item.participant for item in there.outcome.standings if item.kind in {"party", "contracting"}}
    assert names(answer("Budapest")) == {here.directory.participants[iso3].name for iso3 in parties - acted}


def test_which_article_drew_most(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    drawn = Counter(
        number
        for entry in view().entries
        for number in {article_of(provision) for provision in entry.provisions}
        if number
    )
    listed = [int(number) for number in re.findall(r'<span class="number">(\d+)</span>', answer("drew most"))]
    assert set(listed) == set(drawn)
    assert drawn[listed[0]] == max(drawn.values())


def test_articles_of_a_theme(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    page = answer("children")
    listed = re.findall(r'<span class="number">(\d+)</span>', page)
    about = view().treaty.articles.filter(themes__slug="child-protection")
    assert listed == [str(article.number) for article in about]
    declared = [
        entry
        for entry in view().entries
        if {article_of(text) for text in entry.provisions} & set(map(int, listed))
    ]
    assert declared
    assert all(
        f"#entry-{entry.revision}" in page and html.escape(entry.summary) in page for entry in declared
    )


def test_until_when(answer: Callable[[str], str], view: Callable[..., View]) -> None:
    window = next(window for window in view().outcome.windows if window.kind == "signature")
    assert f"{window.days_left} days left" in answer("Until when")
