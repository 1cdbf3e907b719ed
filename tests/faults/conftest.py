"""What the cases share: a site to break, and a place for the figures."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.faults.site import Site, lasting, serve
from tests.services import postgres, service_folder, valkey


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three web processes, three workers and beat, at work on the bundled facts."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        database, queue = lasting(postgres(folder)), valkey(folder)
        for server in (database, queue):
            stack.callback(server.stop)
            server.start()
        yield from serve(database, queue, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def figures() -> Iterator[Callable[..., None]]:
    """Keeps what a case measured; printed at the end, for docs/reliability.md."""
    kept: dict[str, dict[str, object]] = {}

    def keep(case: str, **measured: object) -> None:
        kept[case] = measured

    yield keep
    sys.__stdout__.write(f"\n{json.dumps(kept, indent=1)}\n")  # type: ignore[union-attr]  # it is never closed
