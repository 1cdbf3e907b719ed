"""What five more languages cost: memory of a web process, and the time and the bytes of a page beside the English one.

The memory is that of a process as shipped that has shown pages in every language, one visitor at a time. Times are of
answers that are not kept, language after language in turns, the best of each: what else runs slows only the others.
"""

import gzip
import time
from pathlib import Path
from shutil import rmtree

from bench import servers
from bench.memory import LANGUAGES, PAGES
from bench.report import BenchReport

LARGEST_MB = 130.0
SLOWEST = 1.2
"""The time of a page that is made, against the same page in English."""
ROUNDS = 15
TIMED = ("/", "/participants/", "/participants/QAT/", "/convention/", "/changes/", "/statements/")


def run(report: BenchReport, var: Path) -> None:
    """Report both; `var` holds a prepared record."""
    report.table("Six languages", "what", "value", "asked", "met")
    env = servers.environment(var)
    rmtree(var / "answers", ignore_errors=True)  # which the processes before it kept
    with servers.web("config.wsgi:application", env) as (address, process):
        servers.first_answer(f"{address}/")
        report.line("resident memory after the start page, MB", servers.memory(process.pid), "", "")
        for language in LANGUAGES:
            for page in PAGES:
                servers.get(f"{address}{language}{page}")
            if not language:
                report.line(f"after {len(PAGES)} pages in English, MB", servers.memory(process.pid), "", "")
        what = f"after the same {len(PAGES)} pages in six languages, MB"
        report.limited(what, servers.memory(process.pid), most=LARGEST_MB)
    with servers.web("config.wsgi:application", {**env, "ANSWERS_SECONDS": "0"}) as (address, _):
        servers.first_answer(f"{address}/")
        slowest, heaviest = _against_english(address)
    report.limited("a page made in another language, against English, time", slowest, most=SLOWEST)
    report.line("the same, bytes compressed", heaviest, "", "")


def _against_english(address: str) -> tuple[float, float]:
    """Return the largest ratios of times and of bytes of a page in any language to those of the English page."""
    slowest = heaviest = 0.0
    for page in TIMED:
        took: dict[str, list[float]] = {language: [] for language in LANGUAGES}
        sent = {
            language: len(gzip.compress(servers.get(f"{address}{language}{page}")[1]))
            for language in LANGUAGES
        }
        for _ in range(ROUNDS):
            for language in LANGUAGES:
                begun = time.perf_counter()
                servers.get(f"{address}{language}{page}")
                took[language].append(time.perf_counter() - begun)
        for language in LANGUAGES[1:]:
            slowest = max(slowest, min(took[language]) / min(took[""]))
            heaviest = max(heaviest, sent[language] / sent[""])
    return slowest, heaviest
