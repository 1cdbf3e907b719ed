"""What the cases share: a site to break, and a place for the figures."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.faults.receiver import Receiver, receiving
from tests.faults.site import Site, lasting, serve
from tests.services import postgres, service_folder, valkey


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A partner's receiver, which the site can reach."""
    with receiving(tmp_path_factory.mktemp("receiver")) as running:
        yield running


@pytest.fixture(scope="module")
def site(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three web processes, three workers and beat, at work on the bundled facts; its logs are kept."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        database, queue = lasting(postgres(folder)), valkey(folder)
        for server in (database, queue):
            stack.callback(server.stop)
            server.start()
        var = folder / "site"  # which nginx' own user can enter
        try:
            yield from serve(database, queue, var, SSL_CERT_FILE=str(receiver.authority))
        finally:
            shutil.copytree(var / "log", tmp_path_factory.mktemp("log"), dirs_exist_ok=True)


MEASURED = pytest.StashKey[dict[str, dict[str, object]]]()


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Keeps what a case measured; shown at the end, for docs/reliability.md."""

    def keep(case: str, **measured: object) -> None:
        pytestconfig.stash.setdefault(MEASURED, {})[case] = measured

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was measured."""
    terminalreporter.section("figures")
    terminalreporter.write_line(json.dumps(config.stash.get(MEASURED, {}), indent=1))
