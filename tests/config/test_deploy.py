"""What serves the site in production can be started: compose file, image, nginx, and the same without an engine."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from common.exclusive import hold_port, lock_folder
from deploy import serve
from tests.conftest import WAIT_SECONDS
from tests.services import free_port

ROOT = settings.BASE_DIR
SERVICES = {"migrate", "web", "worker", "forecast", "outbound", "beat", "nginx", "postgres", "redis"}
COMPOSE = (["docker", "compose"], ["docker-compose"])


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the compose file."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def test_compose_file_is_what_compose_takes() -> None:
    tool = next((tool for tool in COMPOSE if shutil.which(tool[0]) and _runs([*tool, "version"])), None)
    if tool is None:
        pytest.skip("Neither `docker compose` nor `docker-compose` is installed.")
    made = subprocess.run(
        [*tool, "-f", "docker-compose.yml", "config", "--services"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ALLOWED_HOSTS": "tracker.example"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(made.stdout.split()) == SERVICES
    assert made.stderr == ""


def test_every_service_is_limited_restarted_and_watched(services: dict[str, Any]) -> None:
    assert set(services) == SERVICES
    for name, service in services.items():
        limits = service["deploy"]["resources"]["limits"]
        assert limits["cpus"], name
        assert limits["memory"], name
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
        assert "healthcheck" in service or service["image"].startswith("${TRACKER_IMAGE"), name
        assert "privileged" not in service
        assert "ports" not in service or name == "nginx", f"{name} is reached through nginx alone"


def test_no_secret_stands_in_the_compose_file(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for variable in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|SECRET_KEY|DATABASE_URL)$", variable), f"{name}: {variable}"


def test_web_processes_keep_nothing_on_disk(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "outbound", "beat", "migrate"):
        assert services[name]["read_only"]
        assert "volumes" not in services[name]


def test_one_service_alone_reaches_other_hosts(services: dict[str, Any]) -> None:
    """The web processes and the workers that compute have no way out."""
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {
        "nginx",
        "outbound",
    }


def test_image_has_no_compiler_and_no_root() -> None:
    _, build, *shared = re.split(r"^FROM .* AS ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    final = "".join(shared)
    assert "pip install" not in final
    assert "/venv" in build
    assert "apt-get" not in final
    assert re.search(r"^USER \d{4,}$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final


def test_image_can_be_built_from_wheels_alone() -> None:
    """Each pinned package has as many hashes as wheels and sources; a source alone would have exactly one."""
    pins = re.split(r"\n(?=\S)", (ROOT / "requirements" / "run.txt").read_text())
    assert [pin.split("==")[0] for pin in pins if "==" in pin and pin.count("--hash") < 2] == []


@pytest.mark.skipif(
    not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()), reason="nginx is not installed"
)
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    listen, http = (f"127.0.0.1:{free_port()}" for _ in range(2))
    options = serve.options(["--listen", listen, "--behind-tls", "--http", http])
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    serve.front(nginx, tmp_path, tmp_path, options)
    made = subprocess.run(
        [nginx, "-t", "-q", "-c", tmp_path / "nginx.conf", "-p", tmp_path, "-e", tmp_path / "errors"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


def test_serving_without_a_database_is_refused_with_a_sentence() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "deploy.serve"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY_FILE": "key", "REDIS_URL": "redis://x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (
        1,
        "DATABASE_URL, ALLOWED_HOSTS must be set (docs/operations.md).\n",
    )


DEPLOY = {
    "DATABASE_URL": "postgresql://none",
    "REDIS_URL": "redis://:password@none",  # pragma: allowlist secret
    "SECRET_KEY": "0123456789" * 6,
    "ALLOWED_HOSTS": "tracker.example",
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name the account that they run as with --user"),
        (("--user", "root"), "--user names root itself"),
        (("--user", "no-such-account"), "There is no account 'no-such-account'"),
    ],
)
def test_root_serves_as_another_account_or_not_at_all(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "deploy.serve", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), **DEPLOY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 1
    assert said in made.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root becomes another")
def test_account_gets_no_right_of_roots_but_that_to_low_ports() -> None:
    """What would be Python shows what it got; the interpreter itself may be one that only root can enter."""
    with (
        tempfile.TemporaryDirectory() as name
    ):  # pytest's own folder is closed to others each time a run begins
        folder = Path(name)
        folder.chmod(0o755)
        shown = folder / "shown"
        shown.write_text("#!/bin/sh\nid -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status\n")
        shown.chmod(0o755)
        code = (
            f"import sys; sys.executable = {str(shown)!r}\nfrom deploy import serve\n"
            f"serve._become('nobody', {{'TRACKER_ENV': 'production', 'VAR_DIR': {str(folder / 'var')!r}}})"
        )
        made = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        low_ports = f"{1 << 10:016x}"
        assert made.split() == [
            *("65534", "CapEff:", low_ports, "CapBnd:", low_ports, "NoNewPrivs:", "1"),
        ]
        assert (folder / "var").stat().st_uid == 65534
        assert (folder / "var").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("what", ["folder", "port"])
def test_a_second_site_on_the_same_folder_or_ports_is_refused(tmp_path: Path, what: str) -> None:
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, lock_folder(tmp_path) if what == "folder" else os.open(tmp_path, 0))
        if what == "port":
            stack.enter_context(hold_port("127.0.0.1", 31900))
        made = subprocess.run(
            [
                *(sys.executable, "-m", "deploy.serve", "--web", "1", "--web-ports", "319"),
                *(("--user", "root") if os.geteuid() == 0 else ()),
            ],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "VAR_DIR": str(tmp_path),
                "TRACKER_ENV": "embedded",
                **DEPLOY,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert made.returncode == 1
    expected = "in use by another start" if what == "folder" else "127.0.0.1:31900: Address already in use"
    assert expected in made.stderr
    assert "Traceback" not in made.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused")
@pytest.mark.parametrize("program", ["worker --pool solo", "beat"])
def test_worker_and_beat_of_a_public_site_refuse_to_run_as_root(tmp_path: Path, program: str) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "celery", "--quiet", "--app", "config", *program.split()],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "TRACKER_ENV": "production",
            **DEPLOY,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_SECONDS,
    )
    assert made.returncode == 1
    assert "This process would run as root" in made.stderr


def test_only_the_inside_network_is_believed(services: dict[str, Any]) -> None:
    """A visitor with a private address would otherwise be taken for a proxy, and all such for one visitor."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    (subnet,) = compose["networks"]["inside"]["ipam"]["config"]
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == subnet["subnet"]
    network = subnet["subnet"].partition(":-")[2].rstrip("}")
    assert ip_network(network).prefixlen >= 24


def test_nginx_passes_the_port_on_and_limits_log_ins() -> None:
    """Without the port, log-in is refused (CSRF) wherever the public port is not 443."""
    conf = (ROOT / "deploy" / "nginx" / "tracker.conf.template").read_text()
    assert "proxy_set_header Host $http_host;" in conf
    login = conf.split("location = /${ADMIN_PATH}login/ {")[1].split("}")[0]
    assert "zone=logins_of_address" in login
    assert "zone=logins_of_all" in login


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux'")
def test_a_killed_web_server_leaves_nothing_behind(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    """Otherwise each kill leaves a process that holds the port and its connections to the database."""
    port = free_port()

    def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    server = subprocess.Popen(
        [
            *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--log-level", "error"),
            *("--port", str(port), "config.wsgi:application"),
        ],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path)},
    )
    eventually(listens)
    server.kill()
    server.wait()
    eventually(lambda: not listens())


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux'")
@pytest.mark.parametrize("lives", [True, False])
def test_who_asks_after_its_parent_has_ended_ends_too(lives: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A web server may be killed while its worker still loads; the worker belongs to another process then."""
    parent = os.getpid() if lives else 1
    asks = f"from common.lifetime import end_with_parent; end_with_parent({int(signal.SIGKILL)}, {parent})"
    ended = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, check=False)
    assert ended.returncode == (0 if lives else -signal.SIGKILL)


def test_the_owner_of_the_tables_migrates_and_no_process_serves_as_it(
    services: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who owns the tables can drop their triggers."""
    owners = [
        name for name, service in services.items() if "owner_database_url" in service.get("secrets", [])
    ]
    assert owners == ["migrate"]
    file = tmp_path / "owner-url"
    file.write_text("postgresql://tracker_owner@127.0.0.1/tracker\n")
    site = "postgresql://site%40role@127.0.0.1/tracker"
    for name in ("REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("DATABASE_URL", site)
    monkeypatch.setenv("OWNER_DATABASE_URL_FILE", str(file))
    environment = serve._environment(serve.options(["--listen", "127.0.0.1:1", "--behind-tls"]))  # noqa: SLF001 - what the processes get
    assert "OWNER_DATABASE_URL_FILE" not in environment
    owner = environment.pop("OWNER_DATABASE_URL")
    migration = serve._as_owner(environment, owner)  # noqa: SLF001 - what the migration gets
    assert migration["DATABASE_URL"] == "postgresql://tracker_owner@127.0.0.1/tracker"
    assert migration["SITE_DATABASE_ROLE"] == "site@role"
    assert environment["DATABASE_URL"] == site
