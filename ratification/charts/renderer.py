"""ChartRenderer of charts: a process of its own at low priority, started when first needed and again when it ends."""

import atexit
import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.budget import TURNS, BusyError
from common.cores import use_all_cores
from common.languages import current

SCRIPT = Path(__file__).with_name("convert.py")
LONGEST = 120
"""Seconds after which a drawing is given up: at low priority a busy machine may take many."""


TIME_LOCALES = {
    "en": "en-US",
    "fr": "fr-FR",
    "es": "es-ES",
    "ru": "ru-RU",
    "ar": "ar-EG",
    "zh": "zh-CN",
}
"""The renderer's names of the languages."""


class RendererError(Exception):
    """The chart cannot be drawn."""


class ChartRenderer:
    """One process that draws one chart at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def svg(self, specification: Mapping[str, Any], version: str) -> str:
        """Return a Vega-Lite chart of that version as SVG, its months in the active language.

        Raises:
            RendererError: if it cannot be drawn.
            BusyError: if the process takes too long, or ends.
        """
        locale = TIME_LOCALES[current().key]
        return self._ask({"chart": specification, "version": version, "locale": locale})["svg"]

    def png(self, svg: str, scale: float) -> bytes:
        """Return an SVG as PNG, with `scale` image points to a pixel.

        Raises:
            RendererError: if it cannot be drawn.
            BusyError: if the process takes too long, or ends.
        """
        return base64.b64decode(self._ask({"svg": svg, "scale": scale})["png"])

    def start(self) -> None:
        """Start the process that draws, so that it is ready before the first drawing is asked for."""
        with self._lock:
            self._started()

    @property
    def pid(self) -> int | None:
        """The process that draws, if it has been started."""
        return self._process.pid if self._process else None

    def _ask(self, request: Mapping[str, Any]) -> dict[str, str]:
        line = json.dumps(request).encode() + b"\n"
        with TURNS.given_up(), self._lock:
            # What was started long ago may have been killed since: the second time it is a new one.
            found = self._sent(line) or self._sent(line)
        if found is None:
            raise BusyError("The process that draws charts has ended twice, or takes too long.")
        if "error" in found:
            raise RendererError(found["error"])
        return found

    def _sent(self, line: bytes) -> dict[str, str] | None:
        process = self._started()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - for the types
        timer = threading.Timer(LONGEST, process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            return None
        found: dict[str, str] = json.loads(answer)
        return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():  # a fork has no claim to its parent's
            self._owner = os.getpid()
            # Isolated, and without the settings, which hold secrets. Vega reads days in the zone of the process.
            self._process = subprocess.Popen(  # noqa: S603 - the project's own script
                [sys.executable, "-I", str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"TZ": "UTC"},
            )
            use_all_cores(self._process.pid)
        return self._process

    def close(self) -> None:
        """End the process; the next drawing starts another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            with contextlib.suppress(OSError):
                process.communicate()


RENDERER = ChartRenderer()
"""The renderer of this process; it ends with it, since its input ends then."""
atexit.register(RENDERER.close)
