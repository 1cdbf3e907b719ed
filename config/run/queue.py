"""Queue of the embedded shape: kombu's filesystem transport, safe against half-written messages."""

import logging
import time
import uuid
from pathlib import Path
from typing import Any

from kombu import Connection
from kombu.transport import filesystem
from kombu.utils.json import dumps

LONGEST_WAIT = 1
"""Seconds that a worker waits for a message before it checks for a request to stop."""

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """A channel that a half-written message cannot break.

    Kombu's own writes a message under the name that a worker looks for; a worker that reads it too early ends
    with a decoding error. The types of the two methods are ignored because kombu's own contradict each other.
    """

    def _put(self, queue: str, payload: object, **_: object) -> None:  # type: ignore[override]  # see Channel
        """Write the message under a name that no worker reads, then rename it; leave nothing where that fails."""
        path = Path(self.data_folder_out) / f"{round(time.time() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        draft = path.with_suffix(".draft")
        try:
            draft.write_text(dumps(payload))
            draft.rename(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _get(self, queue: str) -> Any:  # type: ignore[override]  # noqa: ANN401  # see Channel
        """Return the oldest message; drop an unreadable one, whose work the sweep finds."""
        try:
            return super()._get(queue)
        except ValueError:
            logger.exception("A message in %s was no JSON and is dropped", self.data_folder_in)
            return self._get(queue)


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above."""

    Channel = Channel

    def drain_events(self, connection: Connection, timeout: float | None = None, **_: object) -> None:
        """Wait for a message, but so briefly that a worker which is asked to stop does not seem to hang."""
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_WAIT))
