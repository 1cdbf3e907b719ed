"""The site map beside many treaties: a file reads its own treaties, the index none."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.conf import settings
from django.test import Client

from dashboard.discovery import PAGES, Addresses, PagesOfTreaties
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("with_facts")
At_most = Callable[..., AbstractContextManager[object]]
OF_ONE = len(PAGES) * len(settings.LANGUAGES)


@pytest.fixture
def many(db: None) -> int:  # noqa: ARG001 - they stand in the database
    """All treaties, more than one file takes."""
    Treaty.objects.bulk_create(
        Treaty(slug=f"river-{number:03}", title="Agreement", short_title=f"River {number}", depositary="X")
        for number in range(60)
    )
    return Treaty.objects.count()


def test_files_of_the_index_have_each_page_of_each_treaty_in_each_language_once(
    client: Client, many: int
) -> None:
    index = client.get("/sitemap.xml").content.decode()
    files = re.findall(r"<loc>http://testserver(\S+?)</loc>", index)
    assert len(files) == -(-many * OF_ONE // PagesOfTreaties.limit)
    found = [
        address
        for file in files
        for address in re.findall(r"<url>\s*<loc>(\S+?)</loc>", client.get(file).content.decode())
    ]
    assert len(found) == len(set(found)) == many * OF_ONE
    assert "http://testserver/fr/treaties/river-059/participants/" in found


def test_a_part_is_what_the_whole_has_there(many: int) -> None:
    addresses = Addresses()
    whole = addresses[:]
    assert len(whole) == len(addresses) == many * OF_ONE
    for begin, end in ((0, 1), (OF_ONE - 1, OF_ONE + 1), (100, 1100), (len(whole) - 1, len(whole) + 5)):
        assert addresses[begin:end] == whole[begin:end]
    assert addresses[7] == whole[7]


def test_the_index_reads_no_treaty(
    client: Client,
    many: int,  # noqa: ARG001 - they stand in the database
    django_assert_max_num_queries: At_most,
) -> None:
    client.get("/sitemap.xml")
    with django_assert_max_num_queries(4) as seen:
        client.get("/sitemap.xml")
    assert not any('"treaty_treaty"."slug"' in query["sql"] for query in seen.captured_queries)  # type: ignore[attr-defined]


def test_list_of_very_many_treaties_leads_to_a_few_of_its_pages(client: Client) -> None:
    Treaty.objects.bulk_create(
        Treaty(slug=f"lake-{number:04}", title="Agreement", short_title=f"Lake {number}", depositary="X")
        for number in range(1500)
    )
    page = client.get("/treaties/", {"sheet": "15"}).content.decode()
    led = re.findall(r'href="\?sheet=(\d+)"', page)
    assert led == ["1", "2", "12", "13", "14", "15", "16", "17", "18", "30", "31"]
    assert re.findall(r'<a href="\?sheet=15" aria-current="page">15</a>', page)
