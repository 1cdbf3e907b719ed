"""`make bench`: every figure in one run, printed and written into docs/performance.md. Times depend on the machine.

It ends with 1 where something missed what is asked of it. `python -m bench.depositary` has figures of its own.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import BenchReport


def main() -> None:
    """Run part after part; no network is needed."""
    report = BenchReport()
    with TemporaryDirectory() as folder:
        var = Path(folder)
        os.environ.update({"VAR_DIR": folder, "LOG_LEVEL": "ERROR"})  # before the settings are read
        from bench import languages, rules, scale, web, weight  # noqa: PLC0415 - it reads them

        web.run(report, var)
        weight.run(report, var)
        languages.run(report, var)  # after the worker has drawn the charts, as where a site runs
        scale.run(report, var)
        rules.main(report)
    report.write()
    if report.fell_short:
        sys.exit(f"Missed what is asked: {'; '.join(report.fell_short)}.")


if __name__ == "__main__":
    main()
