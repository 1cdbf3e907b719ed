"""What a page may cost: queries and bytes, whatever else is in the database."""

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.usefixtures("hanoi")

PAGES = [
    "/",
    "/participants/",
    "/participants/?q=land",
    "/participants/AZE/",
    "/convention/",
    "/articles/63/",
]
QUERIES = 8
BYTES = 60_000


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stays_within_its_budget(client: Client, page: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(page)
    assert response.status_code == 200
    assert len(queries) <= QUERIES, "\n".join(query["sql"] for query in queries)
    assert len(gzip.compress(response.content)) <= BYTES
