"""Audit of the pinned packages: fails on a known vulnerability, and warns where the service is unreachable.

pip-audit asks a vulnerability service for each package. Where that cannot be reached, or does not know the packages (a
mirror of the index may not pass its advisories on), it reports nothing found: here that is said, not passed over. With
AUDIT=required it fails.
"""

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

REQUIREMENTS = "requirements/dev.txt"
"""Everything that is installed anywhere: what serves, and what tests it."""
SERVICE = "https://pypi.org/"
"""The service that pip-audit asks; where it is not reached, pip-audit tries ten seconds long, for the first package."""


def main() -> None:
    """Ask for every pinned package; exits with 1 and the findings, or with 0 and a word on what was not asked."""
    if why := _unreachable():
        _not_audited(f"{SERVICE} is not reached: {why}")
        return
    made = subprocess.run(  # noqa: S603 - the project's own files
        [
            *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", REQUIREMENTS),
            *("--timeout", "5", "--progress-spinner", "off", "--format", "json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(made.stdout)["dependencies"]
    except (ValueError, KeyError):
        _not_audited((made.stderr.strip().splitlines() or ["it said nothing"])[-1])
        return
    flaws = [
        f"{package['name']} {package['version']}: {flaw['id']}"
        for package in packages
        for flaw in package.get("vulns", ())
    ]
    if flaws:
        sys.exit("Known vulnerabilities in pinned packages:\n" + "\n".join(sorted(flaws)))
    if unasked := sum("skip_reason" in package for package in packages):
        _not_audited(f"{unasked} of {len(packages)} packages are unknown to the service")
    else:
        Path(".venv/audited").touch()


def _unreachable() -> str:
    """Return why the service is not reached; empty where anything answers, whatever it says."""
    try:
        urlopen(Request(SERVICE, method="HEAD"), timeout=5).close()
    except HTTPError:
        return ""
    except URLError as error:
        # pip-audit may know certificates that this does not.
        return "" if isinstance(error.reason, ssl.SSLError) else str(error.reason)
    except OSError as error:
        return str(error)
    return ""


def _not_audited(why: str) -> None:
    message = f"The dependencies were NOT audited: {why}."
    if os.environ.get("AUDIT") == "required":
        sys.exit(message)
    sys.stderr.write(f"{message} AUDIT=required makes this an error.\n")


if __name__ == "__main__":
    main()
