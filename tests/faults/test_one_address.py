"""Storms of one address against the limits as shipped: others' uncached pages take three times as long at most."""

import contextlib
import itertools
import json
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.client import HTTPConnection

import pytest

from tests.faults.flood import KINDS
from tests.faults.site import HOST, Site, serve
from tests.services import postgres, service_folder, valkey

PAGES = 40
MOST = 3
"""Times as long as before."""
SECONDS = float(os.environ.get("FLOOD_SECONDS", "5"))
"""How long a storm has lasted when measuring begins: what it may send at once is used up by then."""
DAYS = (date(2026, 10, 1) - timedelta(days=number) for number in itertools.count())


@pytest.fixture(scope="module")
def limited() -> Iterator[Site]:
    """A site with the limits of one address that `deploy.serve` has unless told otherwise."""
    if not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
        pytest.skip("nginx is not installed.")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        database, queue = postgres(folder), valkey(folder)
        for server in (database, queue):
            stack.callback(server.stop)
            server.start()
        yield from serve(database, queue, folder / "site", limits=(), API_LIMIT="120", VISITOR_SECONDS="2")


def uncached(site: Site, address: str, pages: int) -> list[float]:
    """The seconds that pages of ever other days take for a visitor of this address."""
    took = []
    for day in itertools.islice(DAYS, pages):
        begun = time.monotonic()
        connection = HTTPConnection(*site.address, timeout=60, source_address=(address, 0))
        connection.request("GET", f"/participants/?as_of={day}", headers={"Host": HOST})
        response = connection.getresponse()
        response.read()
        connection.close()
        assert response.status in {200, 503}
        took.append(time.monotonic() - begun)
        time.sleep(0.1)  # a visitor reads
    return took


@pytest.mark.parametrize("kind", KINDS)
def test_storm_of_one_address_delays_others_little(
    limited: Site, figures: Callable[..., None], kind: str
) -> None:
    before = uncached(limited, "127.0.0.3", PAGES // 2)
    flood = limited.script("flood.py", str(limited.address[1]), kind)
    try:
        time.sleep(SECONDS)
        during = statistics.median(uncached(limited, "127.0.0.4", PAGES))
    finally:
        said, _ = flood.communicate()
    # Before and after, because other work on the machine comes and goes.
    calm = statistics.median([*before, *uncached(limited, "127.0.0.3", PAGES // 2)])
    figures(
        f"storm of {kind}",
        calm=round(calm, 3),
        during=round(during, 3),
        times=round(during / calm, 2),
        statuses=json.loads(said),
    )
    assert during <= calm * MOST
