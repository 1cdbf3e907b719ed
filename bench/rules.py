"""How fast the rules are, and how their cost grows: one treaty, all tables of the corpus, growing ledgers."""

import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import process_time

from bench.corpus import ABSENT, read_table, tables
from ratification.rules.dates import Span
from ratification.rules.document import status_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, Record
from treaty.clauses import CONSENTS, ActionKind, Clause, Delay, Denunciation, EntryIntoForce, LaterParties

CLAUSE = Clause(
    entry_into_force=EntryIntoForce(
        article="65(1)",
        instruments=40,
        counted_acts=tuple(sorted(CONSENTS)),
        organisations_count=False,
        delay=Delay(days=90),
    ),
    later_parties=LaterParties("65(2)", Delay(days=30), not_before_general=True),
    denunciation=Denunciation("67", Delay(years=1)),
)
AS_OF = date(2015, 3, 14)
SIZES = (200, 1_000, 5_000, 25_000)
TREATY_LIMIT_MS = 5.0
CORPUS_LIMIT_S = 1.0


def main() -> None:
    """Print the table: processor time, the best of several runs, so that other work on the machine counts little."""
    print(f"{'rules':<44}{'time':>12}{'limit':>10}{'ratio':>8}")
    record = ledger(200)
    one = best(partial(evaluate, CLAUSE, record, AS_OF), 100)
    line("one treaty, 200 participants", one * 1000, "ms", TREATY_LIMIT_MS)
    outcome = evaluate(CLAUSE, record, AS_OF)
    line("its status document", best(lambda: status_document("x", AS_OF, 1, outcome), 100) * 1000, "ms", None)
    records = [Record.of(read_table(path)) for path in tables()]
    if records:
        deposits = sum(len(facts) for each in records for facts in each.facts.values())
        took = best(lambda: [evaluate(CLAUSE, each, AS_OF) for each in records], 3)
        line(f"{len(records)} tables of the corpus, {deposits} actions", took, "s", CORPUS_LIMIT_S)
    else:
        print(f"corpus: skipped, {ABSENT}")
    growth()


def growth() -> None:
    """Print time by size, and the exponent from each size to the next: 1 is linear."""
    print(f"\n{'deposits':>10}{'ms':>12}{'µs each':>10}{'exponent':>10}")
    before: tuple[int, float] | None = None
    for size in SIZES:
        record = ledger(size)
        took = best(partial(evaluate, CLAUSE, record, AS_OF), 3)
        exponent = ""
        if before:
            exponent = f"{math.log(took / before[1]) / math.log(size / before[0]):.2f}"
        print(f"{size:>10}{took * 1000:>12.2f}{took / size * 1e6:>10.1f}{exponent:>10}")
        before = size, took


def ledger(size: int) -> Record:
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
    return Record.of(facts)


def best(work: Callable[[], object], times: int) -> float:
    """Give the shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        began = process_time()
        work()
        found.append(process_time() - began)
    return min(found)


def line(what: str, took: float, unit: str, limit: float | None) -> None:
    """Print one row: what, how long, the limit, and the part of the limit that is used."""
    bound = f"{limit:g} {unit}" if limit else ""
    ratio = f"{took / limit:.2f}" if limit else ""
    print(f"{what:<44}{took:>9.2f} {unit:>2}{bound:>10}{ratio:>8}")


if __name__ == "__main__":
    main()
