"""What the rules cost in instructions of the processor, counted by valgrind, whatever else the machine does."""

import os
import re
import shutil
import subprocess
import sys
from math import log
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
VALGRIND = shutil.which("valgrind")
MOST = 75_000_000
"""Instructions to evaluate one treaty of 200 participants: 64,600,000 by CPython 3.11, with room for other builds."""
EXPONENT = 1.2
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from bench.rules import AS_OF, CLAUSE, ledger
from ratification.rules.evaluate import evaluate
record = ledger(int(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    evaluate(CLAUSE, record, AS_OF)
"""


def _run(size: int, times: int) -> int:
    """Return the instructions of a program that evaluates a ledger so many times, its start included."""
    done = subprocess.run(
        [
            *(str(VALGRIND), "--tool=callgrind", f"--callgrind-out-file={os.devnull}"),
            *(sys.executable, "-P", "-s", "-S", "-c", PROGRAM, str(ROOT), str(size), str(times)),
        ],
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    collected = re.search(r"Collected : (\d+)", done.stderr)
    assert collected, done.stderr
    return int(collected[1])


def _of_one(size: int) -> float:
    """Return the instructions of one evaluation: what two more of them add, after the first has filled what is kept."""
    return (_run(size, 3) - _run(size, 1)) / 2


@pytest.mark.skipif(VALGRIND is None, reason="valgrind is not installed (Debian: apt-get install valgrind)")
def test_the_rules_take_no_more_instructions_than_they_did() -> None:
    _run(1, 1)  # compiles what has changed since it ran last
    small, large = _of_one(200), _of_one(800)
    assert 0 < small <= MOST, f"{small:,.0f} instructions for 200 participants"
    exponent = log(large / small) / log(4)
    assert exponent <= EXPONENT, f"{exponent:.2f}: {small:,.0f} for 200, {large:,.0f} for 800"
