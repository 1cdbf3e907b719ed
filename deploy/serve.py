"""The production shape on one machine without a container engine: `python -m deploy.serve --web 2 --worker 2`.

Prepares the database, puts nginx in front where it is installed, and hands over to supervisord, which starts what ends.
DATABASE_URL, REDIS_URL, SECRET_KEY and ALLOWED_HOSTS (or their _FILEs) come from the environment; without a database or
a queue of their own the processes would not share the record, so both are demanded.
"""

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from common.exclusive import TakenError, hold_port, lock_folder

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("migrate", "--verbosity", "0"),
    ("load_facts",),
    ("recompute",),
    ("compilemessages",),
    ("collectstatic", "--no-input", "--verbosity", "0"),
)
"""Steps run once before the first process starts; each can be repeated."""

NGINX = """\
daemon off;
{user}worker_processes auto;
pid {run}/nginx.pid;
error_log {log}/nginx-error.log;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {run}/nginx-body;
    proxy_temp_path {run}/nginx-proxy;
    fastcgi_temp_path {run}/nginx-fastcgi;
    scgi_temp_path {run}/nginx-scgi;
    uwsgi_temp_path {run}/nginx-uwsgi;
    include {run}/tracker.conf;
    include {run}/unencrypted*.conf;
}}
"""
NGINX_PROGRAM = """\
[program:nginx]
command = {nginx} -c {run}/nginx.conf -p {run} -e {log}/nginx-error.log
autorestart = true
startretries = 1000000
stdout_logfile = {log}/nginx.log
redirect_stderr = true
"""


def main() -> None:
    """Prepare, then become supervisord; exits with a sentence where something needed is missing or taken."""
    os.umask(0o077)  # what the site writes is its account's alone
    chosen = options()
    environment = _environment(chosen)
    if os.geteuid() == 0:
        _become(chosen.user, environment)
    run, log = Path(environment["RUN_DIR"]), Path(environment["LOG_DIR"])
    try:
        for folder in (run, log):
            folder.mkdir(parents=True, exist_ok=True)
        lock_folder(Path(environment["VAR_DIR"]))
    except (TakenError, OSError) as error:
        sys.exit(str(error))
    _hold_ports(chosen)
    supervisord = shutil.which("supervisord", path=environment["PATH"])
    if supervisord is None:
        sys.exit("supervisord is missing: install Debian's package supervisor, or `pip install supervisor`.")
    nginx = shutil.which("nginx", path=f"{environment['PATH']}:/usr/sbin")
    (run / "nginx.ini").unlink(missing_ok=True)
    if nginx is None:
        sys.stderr.write("nginx is not installed: the web processes answer on their own ports only.\n")
    else:
        front(nginx, run, log, chosen)
    owner = environment.pop("OWNER_DATABASE_URL", None)
    for step in STEPS:
        command = [sys.executable, str(ROOT / "manage.py"), *step]
        rights = _as_owner(environment, owner) if owner and step[0] == "migrate" else environment
        if subprocess.run(command, env=rights, check=False).returncode:  # noqa: S603 - the project's own
            sys.exit(f"`manage.py {step[0]}` did not succeed.")
    os.chdir(ROOT)
    os.execve(supervisord, [supervisord, "-c", str(ROOT / "deploy" / "supervisord.conf")], environment)  # noqa: S606 - no shell is wanted


def _as_owner(environment: Mapping[str, str], owner: str) -> dict[str, str]:
    """Return the environment of a migration: by the owner of the tables, who gives the site's role its rights."""
    site = environment.get("DATABASE_URL") or Path(environment["DATABASE_URL_FILE"]).read_text("utf-8")
    kept = {name: value for name, value in environment.items() if name != "DATABASE_URL_FILE"}
    role = unquote(urlsplit(site.strip()).username or "")
    return {**kept, "DATABASE_URL": owner, "SITE_DATABASE_ROLE": role}


def _become(user: str | None, environment: dict[str, str]) -> None:
    """Start again as an account without any right of root's but that to listen on ports below 1024.

    Nothing of Python is run as root, supervisord and migrations included. `setpriv` is Debian's (util-linux).
    """
    if user is None:
        sys.exit(
            "As root every process of the site could do anything to this machine: name the account that they run as"
            " with --user (docs/operations.md)."
        )
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        sys.exit(f"There is no account {user!r}: make it first (docs/operations.md).")
    if account.pw_uid == 0:
        if environment["TRACKER_ENV"] == "production":
            sys.exit("--user names root itself; name an account of the site's own.")
        return
    var = Path(environment["VAR_DIR"])
    if not var.exists():
        var.mkdir(mode=0o700, parents=True)
        os.chown(var, account.pw_uid, account.pw_gid)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        sys.exit(
            "setpriv is missing (Debian: util-linux): start as the account itself instead of with --user."
        )
    rights = "-all,+net_bind_service"
    command = [
        *(
            setpriv,
            f"--reuid={account.pw_uid}",
            f"--regid={account.pw_gid}",
            "--init-groups",
            "--no-new-privs",
        ),
        *(f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}"),
        *(sys.executable, "-m", "deploy.serve", *sys.argv[1:]),
    ]
    os.chdir(ROOT)
    own = {"HOME": account.pw_dir, "USER": user, "LOGNAME": user}
    os.execve(setpriv, command, {**environment, **own})  # noqa: S606 - no shell is wanted


def _hold_ports(chosen: argparse.Namespace) -> None:
    """Hold the web processes' ports for as long as supervisord lives, which this process becomes."""
    for number in range(chosen.web):
        port = int(f"{chosen.web_ports}{number:02d}")
        try:
            hold_port("127.0.0.1", port).detach()
        except OSError as error:
            sys.exit(
                f"Cannot serve on 127.0.0.1:{port}: {error.strerror}. End what runs there, or choose other ports with"
                " --web-ports."
            )


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run the production shape without a container engine.")
    parser.add_argument("--web", type=int, default=2, help="web processes (at most 100)")
    parser.add_argument("--worker", type=int, default=2, help="workers")
    parser.add_argument(
        "--web-ports", default="80", help="what their ports begin with: 80 gives 8000, 8001, ..."
    )
    parser.add_argument("--listen", default="127.0.0.1:8443", help="nginx's address, as in its `listen`")
    parser.add_argument("--user", help="account that every process runs as; needed where root starts it")
    parser.add_argument("--http", help="nginx's address for plain HTTP, which leads to HTTPS, such as 80")
    parser.add_argument("--certificate", type=_path, help="TLS certificate, with --key")
    parser.add_argument("--key", type=_path)
    parser.add_argument(
        "--behind-tls", action="store_true", help="whoever is in front of nginx has taken care of TLS"
    )
    parser.add_argument(
        "--rate", default="50r/s", help="requests of one address, as in nginx's `limit_req_zone`"
    )
    parser.add_argument(
        "--question-rate",
        default="10r/s",
        help="the same of those that have parameters, such as a day, or a session",
    )
    parser.add_argument(
        "--drawing-rate",
        default="2r/s",
        help="the same of those for a chart, a card or a workbook",
    )
    parser.add_argument("--connections", type=int, default=50, help="connections of one address")
    return parser.parse_args(arguments)


def _path(text: str) -> Path:
    return Path(text).absolute()  # nginx would look for it in a folder of its own


def _environment(chosen: argparse.Namespace) -> dict[str, str]:
    missing = [
        name
        for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS")
        if not os.environ.get(name) and not os.environ.get(f"{name}_FILE")
    ]
    if missing:
        sys.exit(f"{', '.join(missing)} must be set (docs/operations.md).")
    var = Path(os.environ.get("VAR_DIR", ROOT / "var")).absolute()
    owner = {}
    if file := os.environ.get("OWNER_DATABASE_URL_FILE"):
        # Read by root, before it gives up its rights, so that the file is root's alone.
        owner["OWNER_DATABASE_URL"] = Path(file).read_text("utf-8").strip()
    return {
        "TRACKER_ENV": "production",
        "TRUSTED_PROXIES": "127.0.0.1/32",
        **{name: value for name, value in os.environ.items() if name != "OWNER_DATABASE_URL_FILE"},
        **owner,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VAR_DIR": str(var),
        "RUN_DIR": str(var / "run"),
        "LOG_DIR": str(var / "log"),
        "WEB": str(chosen.web),
        "WORKER": str(chosen.worker),
        "WEB_PORTS": chosen.web_ports,
        "PYTHONUNBUFFERED": "1",
    }


def front(nginx: str, run: Path, log: Path, chosen: argparse.Namespace) -> None:
    """Write nginx's configuration, and the supervisor's word on it."""
    values = {
        "RESOLVER": "",
        "WEB_PROCESSES": " ".join(
            f"server 127.0.0.1:{chosen.web_ports}{number:02d} max_fails=0;" for number in range(chosen.web)
        ),
        "CACHE_DIR": str(run / "nginx-cache"),
        "REQUEST_RATE": chosen.rate,
        "QUESTION_RATE": chosen.question_rate,
        "DRAWING_RATE": chosen.drawing_rate,
        "CONNECTIONS": str(chosen.connections),
        "ADMIN_PATH": os.environ.get("ADMIN_PATH", "admin/"),
        "LISTEN": chosen.listen,
        "HTTP_LISTEN": chosen.http or "",
        "TLS": "",
        "ACCESS_LOG": str(log / "nginx-access.log"),
        "FORWARDED_PROTO": "https" if chosen.behind_tls else "$scheme",
    }
    if chosen.certificate:
        values["LISTEN"] += " ssl"
        values["TLS"] = f"ssl_certificate {chosen.certificate}; ssl_certificate_key {chosen.key};"
    for name, wanted in (("tracker.conf", True), ("unencrypted.conf", chosen.http is not None)):
        (run / name).unlink(missing_ok=True)
        if wanted:
            template = (ROOT / "deploy" / "nginx" / f"{name}.template").read_text()
            filled = re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], template)
            (run / name).write_text(filled)
    # Where root itself serves, as tests may, nginx' own account could not enter the folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (run / "nginx.conf").write_text(NGINX.format(run=run, log=log, user=user))
    (run / "nginx.ini").write_text(NGINX_PROGRAM.format(nginx=nginx, run=run, log=log))


if __name__ == "__main__":
    main()
