import html
from collections.abc import Callable

from treaty.models import Treaty


def test_every_source_is_named(get: Callable[..., str], hanoi: Treaty) -> None:
    page = get("/about/")
    for source in hanoi.sources.all():
        assert html.escape(source.title) in page


def test_the_comparison_says_that_there_was_none_yet(get: Callable[..., str]) -> None:
    assert "No list of the depositary has been compared with this record yet." in get("/about/depositary/")
