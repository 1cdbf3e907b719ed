"""The audit of dependencies where there is no network: it says so at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize(("required", "status"), [("", 0), ("required", 1)])
def test_without_a_network_no_package_is_asked_for(tmp_path: Path, required: str, status: int) -> None:
    """The proxy is a port where nobody listens; pip-audit, if it were started, would leave its mark."""
    (tmp_path / "pip_audit.py").write_text("from pathlib import Path; Path('started').touch()")
    done = subprocess.run(
        [sys.executable, settings.BASE_DIR / ".ci/audit.py"],
        env=os.environ
        | {
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "",
            "AUDIT": required,
            "PYTHONPATH": str(tmp_path),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "NOT audited: https://pypi.org/ is not reached" in done.stderr
    assert not (tmp_path / "started").exists()
