"""What a page may cost: queries and bytes, whatever else is in the database."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.charts import FORMATS, TITLES

pytestmark = pytest.mark.usefixtures("hanoi")

PAGES = [
    "/",
    "/participants/",
    "/participants/?q=land",
    "/participants/AZE/",
    "/participants/AZE/cooperation/",
    "/participants/AZE/cooperation/BRA/",
    "/statements/",
    "/territories/",
    "/statements/80/",
    "/convention/",
    "/articles/63/",
    "/charts/",
    *(f"/charts/{name}/" for name in TITLES),
    "/readiness/",
    "/readiness/ratification/",
    "/scenario/?deposits=39+more+on+2026-11-21",
    "/calendar/",
    "/changes/",
    "/corrections/",
    "/about/",
    "/about/depositary/",
]
QUERIES = 8
OF_EACH_SHARED = (
    3  # the entries of the treaties that a pair shares, of which a process keeps what it has read
)
OF_COMPARED = 3  # the treaties with which charts and the list of participants compare, kept in the same way
BYTES = 60_000
IMAGE = 150_000
FIRST_VISIT = 200_000


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stays_within_its_budget(client: Client, page: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(page)
    assert response.status_code == 200
    compares = page == "/charts/" or page.startswith("/participants/?")
    allowed = QUERIES + (OF_EACH_SHARED if page.endswith("/BRA/") else OF_COMPARED * compares)
    assert len(queries) <= allowed, "\n".join(query["sql"] for query in queries)
    assert len(gzip.compress(response.content)) <= BYTES


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", TITLES)
def test_a_chart_that_is_taken_away_stays_within_its_budget(client: Client, name: str, suffix: str) -> None:
    client.get(f"/charts/{name}/")  # as the job does, which draws each day's
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/charts/{name}.{suffix}")
    assert len(queries) <= QUERIES
    assert len(gzip.compress(response.content)) <= (IMAGE if suffix == "png" else BYTES)


@pytest.mark.parametrize("name", TITLES)
def test_a_chart_that_must_be_drawn_first_costs_no_more_queries(client: Client, name: str) -> None:
    caches["drawings"].clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/charts/{name}/").status_code == 200
    assert len(queries) <= QUERIES


def test_the_first_visit_stays_within_its_budget(client: Client) -> None:
    page = client.get("/").content
    assets = {name.split("#")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())}
    found = [finders.find(name) for name in assets]
    files = [Path(str(path)).read_bytes() for path in found if path]
    assert len(files) == len(assets) >= 4
    assert sum(len(gzip.compress(content)) for content in (page, *files)) <= FIRST_VISIT
