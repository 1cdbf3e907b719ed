"""How fast the rules are, and how their cost grows: one treaty, all tables of the corpus, growing ledgers."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import cycle
from time import process_time

from bench.corpus import ABSENT, read_table, tables
from bench.report import BenchReport
from ratification.rules.dates import Span
from ratification.rules.document import status_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from treaty.clauses import (
    CONSENTS,
    ActionKind,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    Clause,
    ConditionNode,
    DayReached,
    Delay,
    Denunciation,
    EntryIntoForce,
    GroupMember,
    LaterParties,
    SumOf,
    Unless,
    ValueTable,
    nodes_of,
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
NODES = 50
EXPONENT = 1.2


def main(report: BenchReport | None = None) -> None:
    """Report processor time, the best of several runs, so that other work on the machine counts little."""
    report = report or BenchReport()
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
    growth(report, "one number", lambda _size: CLAUSE)
    growth(report, f"a tree of {NODES} nodes", tree_clause)


def growth(report: BenchReport, condition: str, clause_of: Callable[[int], Clause]) -> None:
    """Report time by size, and the exponent from each size to the next: 1 is linear."""
    report.table(f"The rules on growing ledgers: {condition}", "deposits", "ms", "µs each", "exponent")
    figures: list[tuple[int, float]] = []
    for size in SIZES:
        record, clause = ledger(size), clause_of(size)
        took = best(partial(evaluate, clause, record, AS_OF), 3)
        exponent = _exponent(figures[-1], (size, took)) if figures else ""
        report.line(f"{size:,}", took * 1000, took / size * 1e6, exponent)
        figures.append((size, took))
    report.table(f"Its exponent: {condition}", "what", "figure", "asked", "met")
    what = f"from {SIZES[0]:,} to {SIZES[-1]:,} deposits, {condition}"
    report.limited(what, _exponent(figures[0], figures[-1]), most=EXPONENT)


def _exponent(smaller: tuple[int, float], larger: tuple[int, float]) -> float:
    return math.log(larger[1] / smaller[1]) / math.log(larger[0] / smaller[0])


def tree_clause(size: int) -> Clause:
    """Return a clause with a condition of fifty nodes, met when about half of the participants have deposited."""
    chance = random.Random(size)  # noqa: S311 - a fixed clause, no secret
    codes = [f"P{number}" for number in range(size)]
    amounts = {code: Decimal(chance.randrange(1, 100)) for code in codes}
    table = ValueTable("amounts.csv", ((None, amounts),))
    yearly = ValueTable("yearly.csv", tuple((year, amounts) for year in range(1985, 2005, 5)))
    groups = [
        Among("own_group", f"g{number}", tuple(map(GroupMember, codes[number::4]))) for number in range(4)
    ]

    def leaves() -> Iterator[ConditionNode]:
        for number, group in cycle(enumerate(groups)):
            yield AtLeast(size // 2 - number)
            yield AtLeast(size // 10, group)
            yield SumOf(table, Decimal(45 + number))
            yield SumOf(yearly, Decimal(40 + number), among=group)
            yield Unless(AtLeast(size // 10, acts=(ActionKind.OBJECTION,)), date(2010, 1, 1 + number))
            yield DayReached(date(2010, 1, 1 + number))

    condition = tree_of(NODES, leaves())
    return replace(CLAUSE, entry_into_force=replace(CLAUSE.entry_into_force, condition=condition))


def tree_of(nodes: int, leaves: Iterator[ConditionNode]) -> ConditionNode:
    """Return a tree of so many nodes: alternatives of three parts and delays, all of which have to hold."""
    parts: list[ConditionNode] = []
    while (left := nodes - 1 - sum(1 for part in parts for _ in nodes_of(part))) > 0:
        part: ConditionNode = AnyOf((next(leaves), next(leaves), next(leaves)))
        part = After(Delay(days=len(parts)), part)
        parts.append(part if sum(1 for _ in nodes_of(part)) <= left else next(leaves))
    return AllOf(tuple(parts))


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
