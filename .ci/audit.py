"""Whether a pinned package has a known vulnerability; fails if one has, and says so where nobody could be asked.

pip-audit asks a vulnerability service for each package. Where that cannot be reached, or does not know the packages (a
mirror of the index may not pass its advisories on), it reports nothing found: here that is said, not passed over. With
AUDIT=required it fails.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = ("requirements/run.txt", "requirements/dev.txt")


def main() -> None:
    """Ask for every pinned package; exits with 1 and the findings, or with 0 and a word on what was not asked."""
    found: list[str] = []
    asked, unasked = set(), set()
    for requirements in REQUIREMENTS:
        made = subprocess.run(  # noqa: S603 - the project's own files
            [
                *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", requirements),
                *("--timeout", "5", "--progress-spinner", "off", "--format", "json"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            packages = json.loads(made.stdout)["dependencies"]
        except (ValueError, KeyError):
            _not_audited(made.stderr.strip().splitlines()[-1:] or ["it said nothing"])
            return
        for package in packages:
            if "skip_reason" in package:
                unasked.add(package["name"])
                continue
            asked.add(package["name"])
            found += [f"{package['name']} {package['version']}: {flaw['id']}" for flaw in package["vulns"]]
    if found:
        sys.exit("Known vulnerabilities in pinned packages:\n" + "\n".join(sorted(set(found))))
    if unasked:
        _not_audited([f"{len(unasked)} of {len(asked | unasked)} packages are unknown to the service"])
    else:
        Path(".venv/audited").touch()


def _not_audited(why: list[str]) -> None:
    message = f"The dependencies were NOT audited: {why[0]}."
    if os.environ.get("AUDIT") == "required":
        sys.exit(message)
    sys.stderr.write(f"{message} AUDIT=required makes this an error.\n")


if __name__ == "__main__":
    main()
