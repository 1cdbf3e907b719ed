import html
from collections.abc import Callable

from treaty.models import Source, Treaty


def test_every_source_is_named(get: Callable[..., str], hanoi: Treaty) -> None:
    page = get("/about/")
    for source in hanoi.sources.all():
        assert html.escape(source.title) in page


def test_the_comparison_says_that_there_was_none_yet(get: Callable[..., str]) -> None:
    assert "No list of the depositary has been compared with this record yet." in get("/about/depositary/")


def test_what_earlier_data_have_in_place_of_a_day_stands_as_it_is(
    get: Callable[..., str], hanoi: Treaty
) -> None:
    Source.objects.create(
        treaty=hanoi, key="old", title="An old row", confidence="primary", published_on="<spring>"
    )
    assert "&lt;spring&gt;" in get("/about/")
