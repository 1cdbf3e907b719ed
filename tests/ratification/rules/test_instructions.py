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
import os, sys
sys.path.insert(0, sys.argv[1])
from bench.rules import AS_OF, CLAUSE, ledger
from ratification.rules.evaluate import evaluate

def child(times):
    if not os.fork():
        for _ in range(times):
            evaluate(CLAUSE, record, AS_OF)
        os._exit(0)
    os.wait()

for size in map(int, sys.argv[2:]):
    record = ledger(size)
    evaluate(CLAUSE, record, AS_OF)  # fills what is kept
    child(0)
    child(1)
"""


def _of_one(*sizes: int) -> list[int]:
    """Return the instructions of one evaluation of a ledger of each size, after one that has filled what is kept.

    A process counts on from what its parent had counted, so two children differ by what one of them does more.
    """
    done = subprocess.run(
        [
            *(str(VALGRIND), "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}"),
            *(sys.executable, "-P", "-s", "-S", "-c", PROGRAM, str(ROOT), *map(str, sizes)),
        ],
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    refs = re.findall(r"I +refs: +([\d,]+)", done.stderr)
    *children, _ = (int(each.replace(",", "")) for each in refs)
    assert len(children) == 2 * len(sizes), done.stderr
    return [more - less for less, more in zip(children[::2], children[1::2], strict=True)]


@pytest.mark.skipif(VALGRIND is None, reason="valgrind is not installed (Debian: apt-get install valgrind)")
def test_the_rules_take_no_more_instructions_than_they_did() -> None:
    small, large = _of_one(200, 800)
    assert 0 < small <= MOST, f"{small:,.0f} instructions for 200 participants"
    exponent = log(large / small) / log(4)
    assert exponent <= EXPONENT, f"{exponent:.2f}: {small:,.0f} for 200, {large:,.0f} for 800"
