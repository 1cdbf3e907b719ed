"""The image is built and run for real: migrate, web, workers and beat, read-only, as uid 10001.

`make test-image`; it needs root and Debian's buildah, and where no base image is found also debootstrap, with which one
of the same Python is made. IMAGE_OPTIONS has more options for the build, such as certificates of a proxy.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml
from django.conf import settings

from tests.services import free_port, postgres, service_folder, valkey

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("buildah"), reason="needs root and buildah"
)
NAME = "treaty-status-tracker:test"
IMAGES = {"site": NAME, "forecast": "treaty-status-tracker-forecast:test"}
MOST = {"site": 265, "forecast": 240}
"""Megabytes over the base."""
BASE = "docker.io/library/python:3.11-slim-bookworm"
PACKAGES = "python3,python3-pip,python3-venv,python-is-python3,ca-certificates"
ENGINE = {**os.environ, "BUILDAH_ISOLATION": "chroot"}
UID = "10001"
Eventually = Callable[[Callable[[], object]], None]


def buildah(*arguments: str) -> str:
    made = subprocess.run(
        ["buildah", *arguments],
        cwd=settings.BASE_DIR,
        env=ENGINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-3000:]
    return made.stdout.strip()


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The file systems of a container of each image, built anew: the site's and that of forecasts."""
    if BASE not in buildah("images", "--format", "{{.Name}}:{{.Tag}}").splitlines():
        if not shutil.which("debootstrap"):
            pytest.skip(f"There is neither {BASE} nor debootstrap.")
        base = tmp_path_factory.mktemp("base")
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", base], check=True
        )
        made = buildah("from", "scratch")
        buildah("add", made, str(base), "/")
        buildah("commit", made, BASE)
        buildah("rm", made)
        shutil.rmtree(base)
    subprocess.run(
        ["make", "image", "ENGINE=buildah", f"IMAGE={NAME}"], cwd=settings.BASE_DIR, env=ENGINE, check=True
    )
    with contextlib.ExitStack() as stack:
        found = {}
        for kind, image in IMAGES.items():
            container = buildah("from", "--pull-never", image)
            stack.callback(buildah, "rm", container)
            found[kind] = Path(buildah("mount", container))
        yield found


class Container:
    """Runs commands in an image: its root read-only, /tmp in memory, no right of root's."""

    def __init__(self, root: Path, environment: dict[str, str], name: str = NAME) -> None:
        image: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", name))["OCIv1"]["config"]
        assert image["User"] == UID
        self.root, self.command = root, image["Cmd"]
        self.environment = dict(pair.split("=", 1) for pair in image["Env"]) | environment
        self.folder = image["WorkingDir"]

    def start(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        """Start a command in a container of its own."""
        inside = (
            'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t tmpfs tmpfs "$0/tmp" &&'
            ' mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" &&'
            ' mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm" &&'
            ' mkdir "$0/tmp/services" && mount --bind "$SERVICES" "$0/tmp/services" &&'
            " exec setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid,+sys_chroot chroot"
            f' --userspec={UID}:{UID} --groups="" "$0" sh -ec \'cd "$0"; exec "$@"\' "$@"'
        )
        with log.open("ab") as output:
            return subprocess.Popen(
                [
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", inside),
                    *(str(self.root), self.folder, *command),
                ],
                env=self.environment,
                stdout=output,
                stderr=output,
            )


def test_image_serves_as_a_site_would(
    roots: dict[str, Path], tmp_path: Path, eventually: Eventually, capsys: pytest.CaptureFixture[str]
) -> None:
    services = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    port = str(free_port())
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        servers = postgres(folder), valkey(folder)
        for server in servers:
            stack.callback(server.stop)
            server.start()
        folder.chmod(0o755)  # the socket of the database is in it
        environment = {
            "DATABASE_URL": "postgresql://postgres@%2Ftmp%2Fservices/postgres",
            "SERVICES": str(folder),
            "REDIS_URL": servers[1].url,
            "SECRET_KEY": "0123456789" * 6,
            "CONTACT_KEY": "9876543210" * 6,
            "ALLOWED_HOSTS": "tracker.example",
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "HOSTNAME": "localhost",
        }
        containers = {kind: Container(root, environment, IMAGES[kind]) for kind, root in roots.items()}
        container = containers["site"]
        serving = ("web", "worker", "forecast", "outbound", "beat")
        logs = {name: tmp_path / f"{name}.log" for name in ("migrate", *serving)}

        def run(name: str) -> subprocess.Popen[bytes]:
            of = containers["forecast" if "forecast" in services[name]["image"] else "site"]
            command = services[name].get("command") or [
                port if word == "8000" else word for word in container.command
            ]
            # One role stands for both here; what each may do is tested where the roles are made.
            own = [re.sub(r"DATABASE_URL_FILE=\S+ SITE_DATABASE_ROLE=\S+", "", word) for word in command]
            return of.start([word.replace("$$", "$") for word in own], logs[name])

        assert run("migrate").wait() == 0, logs["migrate"].read_text()
        begun = time.monotonic()
        running = [run(name) for name in serving]
        for process in running:
            stack.callback(process.wait)
            stack.callback(process.kill)

        def get(path: str) -> tuple[int, str]:
            headers = {"Host": "tracker.example", "X-Forwarded-Proto": "https"}
            with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=30) as response:
                return response.status, response.read().decode(errors="replace")

        def answers(path: str) -> bool:
            with contextlib.suppress(OSError, HTTPException):
                return get(path)[0] == 200
            return False

        eventually(lambda: answers("/healthz"))
        started = time.monotonic() - begun
        eventually(lambda: answers("/readyz"))
        page = get("/")[1]
        assert "Convention against Cybercrime" in page
        for asset in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
            assert get(asset)[0] == 200
        assert answers("/charts/over-time.png")
        # Computed in one image and drawn in the other.
        eventually(
            lambda: "<svg" in get("/forecast/")[1] and "There is no forecast" not in get("/forecast/")[1]
        )
        assert [process.poll() for process in running] == [None] * len(serving)
        assert not [name for name, log in logs.items() if "Traceback" in log.read_text()]
        writing = container.start(
            ["sh", "-c", "touch /app/x || touch /srv/tracker/x"], tmp_path / "writing.log"
        )
        assert writing.wait() != 0
        assert _uids() == {int(UID)}
        for kind, module in (("site", "numpy"), ("forecast", "vl_convert")):
            loads = ["python", "-c", f"import {module}"]
            assert containers[kind].start(loads, tmp_path / "loads.log").wait() != 0
        sizes = {kind: _megabytes(root) for kind, root in roots.items()}
        with capsys.disabled():
            print(f"\nMB over the base: {sizes}; started in {started:.1f} s")  # noqa: T201
        assert [kind for kind, size in sizes.items() if size > MOST[kind]] == []


def _megabytes(root: Path) -> int:
    """What an image has over its base."""
    files = (path.lstat() for part in ("venv", "app", "srv") for path in (root / part).rglob("*"))
    return sum({(file.st_dev, file.st_ino): file.st_size for file in files}.values()) // 1_000_000


def _uids() -> set[int]:
    """The accounts that the image's programs run as."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                b"SERVICES=" in (process / "environ").read_bytes()
                and b"/venv/bin/" in (process / "cmdline").read_bytes()
            ):
                found.add(int((process / "status").read_text().split("Uid:")[1].split()[0]))
    return found
