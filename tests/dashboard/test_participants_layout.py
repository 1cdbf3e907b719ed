"""The list of participants as a reader sees it: rows to a screen, sorting by its headings, and the jumps into it."""

import html
import re
from collections.abc import Callable

import pytest

from dashboard.table import rows_of
from ratification.record.selectors import View

pytestmark = pytest.mark.usefixtures("hanoi")


def names(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page)]


def heading(page: str, label: str) -> tuple[str, str]:
    """The address that a heading leads to, and its `aria-sort`."""
    found = re.search(rf'<th scope="col"([^>]*)><a href="([^"]*)">{label}</a>', page)
    assert found
    order = re.search(r'aria-sort="(\w+)"', found[1])
    return html.unescape(found[2]), order[1] if order else ""


def test_a_heading_sorts_by_turns_and_keeps_the_question(get: Callable[..., str]) -> None:
    page = get("/participants/", list="signatories", as_of="2026-11-01")
    assert heading(page, "Status")[1] == "ascending"
    address, order = heading(page, "Signed")
    assert order == ""
    page = get(address)
    assert names(page)[-1] == "Canada"
    address, order = heading(page, "Signed")
    assert order == "ascending"
    page = get(address)
    assert names(page)[0] == "Canada"
    assert heading(page, "Signed")[1] == "descending"
    assert "as_of=2026-11-01" in address
    assert "list=signatories" in address


def test_the_name_sorts_both_ways(get: Callable[..., str]) -> None:
    page = get(heading(get("/participants/"), "Participant")[0])
    assert names(page)[0] == "Afghanistan"
    assert names(get(heading(page, "Participant")[0]))[0] == "Zimbabwe"


@pytest.mark.parametrize(("sort", "words"), [("standing", "Signatory"), ("name", "S")])
def test_a_long_list_has_an_index(
    get: Callable[..., str], view: Callable[..., View], sort: str, words: str
) -> None:
    page = get("/participants/", sort=sort)
    index = re.search(r'<nav class="index".*?</nav>', page)
    assert index
    jumps = dict(re.findall(r'href="#row-([A-Z]+)">\s*([^<]+)</a>', index[0]))
    assert words in jumps.values()
    assert all(f'id="row-{iso3}"' in page for iso3 in jumps)
    assert len(rows_of(view())) == len(names(page))
    assert 'class="index"' not in get("/participants/", list="contracting")


def test_what_is_folded_opens_where_it_is_set(get: Callable[..., str]) -> None:
    assert '<details class="more">' in get("/participants/", list="signatories")
    assert '<details class="more" open>' in get("/participants/", under="budapest")
    assert '<details class="more" open>' in get("/participants/", column="groups")
