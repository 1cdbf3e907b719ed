"""How fast the rules are, and how their cost grows: one treaty, all tables of the corpus, growing ledgers."""

import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import process_time

from bench.corpus import ABSENT, read_table, tables
from bench.report import Report
from ratification.rules.dates import Span
from ratification.rules.document import status_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from treaty.clauses import (
    CONSENTS,
    ActionKind,
    AtLeast,
    Clause,
    Delay,
    Denunciation,
    EntryIntoForce,
    LaterParties,
)

CLAUSE = Clause(
    entry_into_force=EntryIntoForce(
        article="65(1)",
        counted_acts=tuple(sorted(CONSENTS)),
        condition=AtLeast(40),
        delay=Delay(days=90),
    ),
    later_parties=LaterParties("65(2)", Delay(days=30), not_before_general=True),
    denunciation=Denunciation("67", Delay(years=1)),
)
AS_OF = date(2015, 3, 14)
SIZES = (200, 1_000, 5_000, 25_000)
TREATY_LIMIT_MS = 5.0
CORPUS_LIMIT_S = 1.0


def main(report: Report | None = None) -> None:
    """Report processor time, the best of several runs, so that other work on the machine counts little."""
    report = report or Report()
    report.table("The rules", "what", "figure", "asked", "met")
    record = ledger(200)
    one = best(partial(evaluate, CLAUSE, record, AS_OF), 100)
    report.limited("one treaty of 200 participants, ms", one * 1000, most=TREATY_LIMIT_MS)
    outcome = evaluate(CLAUSE, record, AS_OF)
    document = best(lambda: status_document("x", AS_OF, 1, outcome), 100)
    report.line("its status document, ms", document * 1000, "", "")
    records = [FactRecord.of(read_table(path)) for path in tables()]
    if records:
        deposits = sum(len(facts) for each in records for facts in each.facts.values())
        took = best(lambda: [evaluate(CLAUSE, each, AS_OF) for each in records], 3)
        what = f"{len(records)} treaties of the collection with {deposits:,} actions, on one core, s"
        report.limited(what, took, most=CORPUS_LIMIT_S)
    else:
        report.note(f"The collection is left out: {ABSENT}.")
    growth(report)


def growth(report: Report) -> None:
    """Report time by size, and the exponent from each size to the next: 1 is linear."""
    report.table("The rules on growing ledgers", "deposits", "ms", "µs each", "exponent")
    before: tuple[int, float] | None = None
    for size in SIZES:
        record = ledger(size)
        took = best(partial(evaluate, CLAUSE, record, AS_OF), 3)
        exponent = ""
        if before:
            exponent = f"{math.log(took / before[1]) / math.log(size / before[0]):.2f}"
        report.line(f"{size:,}", took * 1000, took / size * 1e6, exponent)
        before = size, took


def ledger(size: int) -> FactRecord:
    """Invent a ledger: each participant signs and deposits within thirty years, one in twenty on an open day."""
    chance = random.Random(size)  # noqa: S311 - a fixed ledger, no secret
    facts = []
    for number in range(size):
        signed = date(1980, 1, 1) + timedelta(days=chance.randrange(1000))
        deposited = signed + timedelta(days=chance.randrange(10_000))
        open_days = 30 if number % 20 == 0 else 0
        code = f"P{number}"
        facts.append(Fact(f"s{number}", code, ActionKind.SIGNATURE, Span.day(signed)))
        taken = Span(deposited, deposited + timedelta(days=open_days))
        facts.append(Fact(f"c{number}", code, ActionKind.RATIFICATION, taken))
    return FactRecord.of(facts)


def best(work: Callable[[], object], times: int) -> float:
    """Give the shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        began = process_time()
        work()
        found.append(process_time() - began)
    return min(found)


if __name__ == "__main__":
    main()
