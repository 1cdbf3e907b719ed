import html
import re
from collections.abc import Callable

import pytest
from django.test import Client

from treaty.models import Article, Treaty

pytestmark = pytest.mark.usefixtures("hanoi")


def test_every_adopted_article_is_listed_and_no_other(get: Callable[..., str], hanoi: Treaty) -> None:
    page = get("/convention/")
    listed = [int(number) for number in re.findall(r'<span class="number">(\d+)</span>', page)]
    assert listed == [article.number for article in hanoi.articles.filter(status=Article.Status.ADOPTED)]
    assert "68 articles in 9 chapters" in page
    assert "The adopted text ends at article 68." in page


def test_every_claim_is_examined(get: Callable[..., str], hanoi: Treaty) -> None:
    page = get("/claims/")
    for claim in hanoi.claims.all():
        assert f'id="{claim.slug}"' in page
        assert html.escape(claim.finding) in page


def test_a_theme_gathers_its_articles(get: Callable[..., str], hanoi: Treaty, client: Client) -> None:
    page = get("/convention/", theme="extradition")
    listed = [int(number) for number in re.findall(r'<span class="number">(\d+)</span>', page)]
    assert listed == [article.number for article in hanoi.articles.filter(themes__slug="extradition")]
    assert client.get("/convention/", {"theme": "x"}).status_code == 400


def test_words_are_found_and_marked(get: Callable[..., str]) -> None:
    page = get("/convention/", q="CHILD abuse")
    assert "<mark>child</mark> sexual <mark>abuse</mark>" in page
    assert "1 article with “CHILD abuse”." in page
    assert "0 articles" in get("/convention/", q="<script>")
    assert "<script>alert" not in get("/convention/", q="<script>alert")


def test_an_article_with_what_was_said_about_it(get: Callable[..., str], hanoi: Treaty) -> None:
    page = get("/articles/63/")
    assert page.count('<li id="entry-') == 2
    for requirement in hanoi.requirements.filter(article__number=63):
        assert html.escape(requirement.description) in page
    assert 'href="/participants/QAT/"' in page
    assert "No declaration, reservation or notification" in get("/articles/1/")
    assert "No declaration, reservation or notification" in get("/articles/63/", as_of="2025-10-24")


def test_what_was_only_reported_has_no_content(get: Callable[..., str]) -> None:
    page = get("/articles/70/")
    assert "is not in the adopted text" in page
    assert 'href="/articles/68/"' in page


def test_a_treaty_without_articles_says_so(get: Callable[..., str]) -> None:
    assert "The articles of this treaty are not in the record" in get("/treaties/budapest/convention/")


def test_what_was_not_read_in_the_text_is_folded_away(get: Callable[..., str], hanoi: Treaty) -> None:
    articles = hanoi.articles.filter(status="adopted")
    for article in articles:
        page = get(f"/articles/{article.number}/")
        folded = "<summary>Summary, not checked against the text</summary>" in page
        assert folded is (article.summary_status not in {"verified", "partly"})
        assert page.count("not checked against the text</summary>") == folded + sum(
            not requirement.is_checked for requirement in article.requirements.all()
        )
    listed = get("/convention/")
    unread = articles.exclude(summary_status__in=["verified", "partly"]).count()
    assert listed.count("<summary>Summary, not checked against the text</summary>") == unread > 40


def test_only_articles_whose_text_was_read_are_verified(hanoi: Treaty) -> None:
    read = hanoi.articles.filter(summary_status="verified")
    assert [article.number for article in read] == list(range(1, 16))
    assert {article.source.key for article in read} == {"ga-res-79-243"}
    guessed = hanoi.articles.filter(number__in=[16, 28, 29, 30, 31, 34, 53])
    assert {article.summary_status for article in guessed} == {"knowledge"}


def test_pages_of_the_text_lead_to_it(get: Callable[..., str]) -> None:
    for address in ("/convention/", "/articles/23/"):
        page = get(address)
        for language in ("ar", "zh", "en", "fr", "ru", "es"):
            assert f'href="https://docs.un.org/{language}/A/RES/79/243"' in page
        assert "mtdsg_no=XVIII-16" in page
