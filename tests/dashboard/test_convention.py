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
