"""Words of the pages: the profession's terms, and none of those that they replaced."""

import html
import re
from collections.abc import Callable

import pytest

from dashboard.glossary import GLOSSARY
from dashboard.menu import SECTIONS
from ratification.record.selectors import View

pytestmark = pytest.mark.usefixtures("hanoi")

PAGES = [
    "/",
    "/?as_of=2026-02-05",
    "/?as_of=2027-02-05",
    "/?revision=3",
    "/participants/",
    "/participants/?by=standing&column=home&column=statements&list=approved-at-home",
    "/participants/?q=qqq",
    "/participants/AZE/",
    "/participants/QAT/",
    "/participants/USA/",
    "/participants/DEU/cooperation/",
    "/participants/QAT/cooperation/BRA/",
    "/statements/",
    "/territories/",
    "/statements/80/",
    "/convention/",
    "/convention/?sort=statements",
    "/claims/",
    "/statements/80/",
    "/articles/7/",
    "/articles/64/",
    "/articles/70/",
    "/charts/",
    "/compare/",
    "/explore/",
    "/readiness/",
    "/readiness/assistance/",
    "/readiness/ratification/",
    "/scenario/",
    "/scenario/?deposits=39 more on 2026-11-21",
    "/scenario/?deposits=members of eu on 2027-03-01; DEU on 2027-04-01",
    "/calendar/",
    "/changes/",
    "/corrections/",
    "/about/",
    "/about/depositary/",
    "/about/glossary/",
    "/about/reuse/",
    "/treaties/",
    "/treaties/untoc/",
    "/treaties/untoc/changes/",
    "/treaties/untoc/calendar/",
    "/treaties/budapest/participants/",
]
OLD = (
    r"numbers, apart",
    r"the \d+ places",
    r"at home",
    r"standings?",
    r"everybody|nobody|whoever",
    r"lately",
    r"under headings",
    r"who stands where",
    r"road to deposit",
    r"no treaty action",
    r"said about",
    r"what is said",
    r"windows?",
    r"(?:Palermo|Mérida) Convention",
    r"none of them alone",
    r"from which the same follows",
    r"not the present state",
    r"a look ahead",
    r"worked out",
    r"how we know",
    r"not among the acts",
    r"stands no longer",
)
REPLACED = re.compile(rf"\b(?:{'|'.join(OLD)})\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """The pages that a test of this module has got: each is got once, and looked at for several faults."""
    return {}


@pytest.fixture
def page_at(get: Callable[..., str], seen: dict[str, str]) -> Callable[[str], str]:
    """Gives the page of an address."""

    def page(address: str) -> str:
        if address not in seen:
            seen[address] = get(address)
        return seen[address]

    return page


@pytest.fixture(scope="module")
def recorded() -> set[str]:
    """The texts of entries, once a test has read them."""
    return set()


@pytest.fixture
def visible(view: Callable[..., View], recorded: set[str]) -> Callable[[str], str]:
    """Return the words of a page: text, titles and labels; without the texts of entries, which quote the record."""
    if not recorded:
        recorded |= {text for entry in view().entries for text in (entry.note, entry.summary) if text}

    def words(page: str) -> str:
        text = _words(page)
        for each in recorded:
            text = text.replace(" ".join(each.split()), "")
        return text

    return words


def _words(page: str) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>|https?://\S+", " ", page, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:title|aria-label|placeholder|alt|data-label)="([^"]*)"', body)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *spoken]))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_a_replaced_word(
    page_at: Callable[[str], str], visible: Callable[[str], str], address: str
) -> None:
    text = visible(page_at(address))
    assert [text[max(0, found.start() - 40) : found.end() + 20] for found in REPLACED.finditer(text)] == []


ESCAPED = re.compile(
    r"&lt;/?(?:a|b|br|dd|del|details|div|em|ins|li|ol|p|small|span|strong|table|td|time|ul)\b"
)


@pytest.mark.parametrize("address", [address for address in PAGES if "reuse" not in address])
def test_no_page_shows_its_own_markup(page_at: Callable[[str], str], address: str) -> None:
    page = page_at(address)
    assert [page[found.start() : found.end() + 60] for found in ESCAPED.finditer(page)] == []


@pytest.mark.parametrize("address", [address for address in PAGES if address != "/claims/"])
def test_the_reported_limit_for_domestic_approval_stands_among_the_claims_alone(
    page_at: Callable[[str], str], visible: Callable[[str], str], address: str
) -> None:
    assert not re.search(r"days[^.]{0,40}domestic approval", visible(page_at(address)))


def test_every_term_is_defined_with_its_provision(get: Callable[..., str]) -> None:
    page = get("/about/glossary/")
    for group in GLOSSARY:
        for key, term in group.terms.items():
            assert f'<dt id="{key}">' in page
            assert html.escape(str(term.meaning)) in page
            if term.basis:
                assert re.fullmatch(r"(VCLT|VCLT-IO|VCSST) \d.*", term.basis)


@pytest.mark.parametrize(
    ("language", "cited"),
    [
        ("fr", ["CVDT, art. 24", "CVSET, art. 17, 18"]),
        ("ru", ["ВКПМД, ст. 24", "ВКПМД-МО, ст. 2(1)(i), 6"]),
        ("ar", ["اتفاقية فيينا، 24"]),
    ],
)
def test_the_glossary_cites_conventions_by_the_abbreviations_that_it_explains(
    get: Callable[..., str], language: str, cited: list[str]
) -> None:
    page = (
        get(f"/{language}/about/glossary/").replace('<span lang="en" dir="ltr">', "").replace("</span>", "")
    )
    assert [words for words in cited if words not in page] == []
    assert "VCLT 2" not in page


def test_the_terms_of_the_status_page_lead_to_their_definitions(get: Callable[..., str]) -> None:
    keys = {key for group in GLOSSARY for key in group.terms}
    linked = set(re.findall(r'class="term" href="/about/glossary/#([\w-]+)"', get("/")))
    assert {"ratification", "signatory", "entry-into-force"} <= linked <= keys


def test_the_navigation_asks_by_question(get: Callable[..., str]) -> None:
    menu = re.search(r'<nav aria-label="Main">(.*?)</nav>', get("/"))
    assert menu
    assert re.findall(r">([^<]+)</a>", menu[1]) == [section.label for section in SECTIONS]
    for address, label in (
        ("/scenario/", "Explore"),
        ("/participants/QAT/", "States"),
        ("/corrections/", "Updates"),
    ):
        current = re.search(
            r'aria-current="(?:true|page)">([^<]+)</a>', get(address).partition('aria-label="Main"')[2]
        )
        assert current
        assert current[1] == label
