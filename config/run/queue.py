"""Queue of the embedded shape: kombu's filesystem transport, safe against torn messages and lost files."""

import contextlib
import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu import Connection
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

LONGEST_WAIT = 1
"""Seconds that a worker waits for a message before it checks for a request to stop."""

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """A channel without any state but the messages themselves, each written and taken by one rename.

    Kombu's own keeps bindings in files: without them each message goes nowhere, and a torn one stops every process.
    Here the routing key is the queue's name. It also writes a message under the name that a worker looks for, and moves
    a taken one to the machine's folder for temporary files. The types are ignored because kombu's own contradict each
    other.
    """

    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> list[str]:  # noqa: ARG002
        """Return the queues of a routing key: the one of its name, and none for what is told to all.

        Workers tell each other of their life, and here nobody listens.
        """
        return [routing_key] if self.typeof(exchange).type == "direct" else []

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        """Keep no bindings; see _lookup."""

    def _put(self, queue: str, payload: object, **_: object) -> None:  # type: ignore[override]  # see Channel
        """Write the message under a name that no worker reads, then rename it; leave nothing where that fails."""
        folder = Path(self.data_folder_out)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{round(time.time() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        draft = path.with_suffix(".draft")
        try:
            draft.write_text(dumps(payload))
            draft.rename(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _size(self, queue: str) -> int:
        """Return the number of messages; 0 where there is no folder yet."""
        return len(self._waiting(queue))

    def _waiting(self, queue: str) -> list[Path]:
        return sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg"))

    def _get(self, queue: str) -> Any:  # type: ignore[override]  # noqa: ANN401  # see Channel
        """Return the oldest message; drop an unreadable one, whose work the sweep finds."""
        for path in self._waiting(queue):
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
            except OSError:  # another worker was first
                continue
            try:
                payload = loads(taken.read_text())
                _ = payload["properties"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                logger.error("The message %s cannot be read and is dropped: %r", path, error)  # noqa: TRY400 - a sentence is enough
                with contextlib.suppress(OSError):
                    taken.unlink()
                continue
            taken.unlink(missing_ok=True)
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above."""

    Channel = Channel

    def drain_events(self, connection: Connection, timeout: float | None = None, **_: object) -> None:
        """Wait for a message, but so briefly that a worker which is asked to stop does not seem to hang."""
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_WAIT))
