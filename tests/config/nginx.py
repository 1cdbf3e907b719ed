"""nginx as shipped, before a site on a port of this machine."""

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy import serve
from tests.services import free_port


@contextlib.contextmanager
def running(folder: Path, site: int, *options: str) -> Iterator[HTTPConnection]:
    """Run nginx with the shipped configuration until the block ends; gives a connection to it."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(nginx).exists():
        pytest.skip("nginx is not installed")
    port = free_port()
    serve.front(nginx, folder, folder, serve.options(["--listen", f"127.0.0.1:{port}", *options]))
    template = folder / "tracker.conf"
    template.write_text(re.sub(r"server 127\.0\.0\.1:\d+", f"server 127.0.0.1:{site}", template.read_text()))
    command = [nginx, "-c", f"{folder}/nginx.conf", "-p", str(folder), "-e", f"{folder}/errors"]
    process = subprocess.Popen(command)
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            yield connection
    finally:
        process.terminate()
        process.wait()
