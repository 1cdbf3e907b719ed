"""What a page may cost: queries and bytes, whatever else is in the database."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
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
    "/charts/",
    "/calendar/",
    "/changes/",
    "/corrections/",
    "/about/",
    "/about/depositary/",
]
QUERIES = 8
BYTES = 60_000
FIRST_VISIT = 200_000


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stays_within_its_budget(client: Client, page: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(page)
    assert response.status_code == 200
    assert len(queries) <= QUERIES, "\n".join(query["sql"] for query in queries)
    assert len(gzip.compress(response.content)) <= BYTES


def test_the_first_visit_stays_within_its_budget(client: Client) -> None:
    page = client.get("/").content
    assets = {name.split("#")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())}
    found = [finders.find(name) for name in assets]
    files = [Path(str(path)).read_bytes() for path in found if path]
    assert len(files) == len(assets) >= 4
    assert sum(len(gzip.compress(content)) for content in (page, *files)) <= FIRST_VISIT
