"""`python -m bench.replica [SECONDS [ROUNDS]]`: PostgreSQL with a streaming replica, and one to four web processes.

Starts a primary, a replica of it, and Valkey, on this machine; makes the record of a new installation; then prints, for
each kind of page, its processor time cold, of the web process and of both database servers, with the replica and, for
comparison, embedded on SQLite. Then it lets twelve readers ask for every kind of page from one, two, three and four web
processes, with answers kept and without, and prints the answers per second and how much of the two cores was busy, and
what one process predicts for two. Last, fifty readers read from two web processes while a hundred entries a minute are
published, with a worker at work: how long they wait, and whether an answer is stale.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench import readers
from bench.memory import read
from bench.report import BenchReport
from bench.servers import ROOT, environment, first_answer, get, prepare, running, web
from bench.thousand import KINDS, PUBLICATION, Measured
from tests.services import Server, postgres, service_folder, standby, valkey

SECONDS = 10.0
ROUNDS = 6
READERS = 12
PROCESSES = (1, 2, 3, 4)
CORES = 2
WAITED_SECONDS = 30.0
WORKER = (
    "celery",
    "-A",
    "config",
    "worker",
    "--pool",
    "solo",
    "--queues",
    "celery,outbound",
    "--loglevel",
    "ERROR",
)


@contextmanager
def services() -> Iterator[tuple[dict[str, str], list[Server]]]:
    """Run primary, replica and Valkey; give the settings that name them, and the two database servers."""
    with ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        primary, cache = postgres(folder), valkey(folder)
        for server in (primary, cache):
            server.start()
            stack.callback(server.stop)
        replica = stack.enter_context(standby(primary))
        urls = {"DATABASE_URL": primary.url, "DATABASE_REPLICA_URL": replica.url, "REDIS_URL": cache.url}
        yield urls, [primary, replica]


def busy() -> tuple[float, float]:
    """Return the jiffies that this machine's cores have worked since its start, and all."""
    fields = [float(each) for each in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def spent(servers: list[Server]) -> float:
    """Return the seconds of processor time of database servers and their sessions."""
    total = 0.0
    for server in servers:
        assert server.process is not None  # noqa: S101 - it runs
        pids = [server.process.pid]
        pids += map(int, Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split())
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / 100
    return total


def pages(report: BenchReport, var: Path, urls: dict[str, str], databases: list[Server], rounds: int) -> None:
    """Report the cold cost of each kind of page, with the replica and embedded."""
    report.table(
        "Cold, with a replica", "what", "ms embedded", "ms with replica", "ratio", "ms of the databases"
    )
    with ExitStack() as stack:
        embedded, production = Measured(var, stack), Measured(var, stack, **urls)
        cost: dict[str, float] = {}
        for _ in range(rounds):
            for address in (*KINDS.values(), PUBLICATION):
                embedded.ask(address)
                before = spent(databases)
                production.ask(address)
                cost[address] = cost.get(address, 0.0) + (spent(databases) - before) / 5 / rounds
        for what, address in (KINDS | {"publication until its status is fresh": PUBLICATION}).items():
            one, other = embedded.best(address, 4), production.best(address, 4)
            report.line(what, one * 1000, other * 1000, other / one, cost[address] * 1000)


def loads(report: BenchReport, var: Path, urls: dict[str, str], seconds: float) -> None:
    """Report answers per second and busy cores by the number of web processes, without kept answers and with."""
    for kept in ("0", "3600"):
        foretold = ""
        report.table(
            f"Under load, answers kept for {kept} s",
            "web processes",
            "answers per second",
            "of two cores busy",
        )
        for count in PROCESSES:
            with ExitStack() as stack:
                env = environment(var, ANSWERS_SECONDS=kept, **urls)
                ports = []
                for _ in range(count):
                    address, _process = stack.enter_context(web("config.wsgi:application", env))
                    first_answer(f"{address}/")
                    ports.append(int(address.rpartition(":")[2]))
                # Each is loaded, and with kept answers stored, before it counts.
                for path, port in product(KINDS.values(), ports):
                    get(f"http://127.0.0.1:{port}{path}")
                answers, share = asyncio.run(load(ports, seconds))
            report.line(count, answers / seconds, f"{share:.0%}")
            if count == 1:
                each = CORES * share * seconds / answers
                cost, most = f"{1000 * each:.2f} ms", f"{CORES / each:,.0f}"
                foretold = f"One process: {cost} an answer; foretold of full cores: {most} a second."
        report.note(foretold)


async def load(ports: list[int], seconds: float) -> tuple[int, float]:
    """Let the readers read; return how many answers they got, and the share of the cores that was busy."""
    order = Random(30)  # noqa: S311 - only mixes what is asked
    statuses: dict[str, int] = {}

    async def following() -> str:
        return order.choice([*KINDS.values()])

    readers = [
        asyncio.create_task(read(port, following, statuses))
        for port, _ in zip(cycle(ports), range(READERS), strict=False)
    ]
    before = busy()
    await asyncio.sleep(seconds)
    after = busy()
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return statuses.get("200", 0), (after[0] - before[0]) / (after[1] - before[1])


def waits(report: BenchReport, var: Path, urls: dict[str, str]) -> None:
    """Report how long readers wait for pages while entries are published."""
    env = environment(var, **urls)
    seen, count = readers.Seen(), int(WAITED_SECONDS / 60 * readers.PUBLICATIONS_A_MINUTE)
    with ExitStack() as stack:
        ports = []
        for _ in range(CORES):
            address, _process = stack.enter_context(web("config.wsgi:application", env))
            first_answer(f"{address}/")
            ports.append(int(address.rpartition(":")[2]))
        stack.enter_context(running([str(Path(sys.executable).with_name(WORKER[0])), *WORKER[1:]], env))
        publisher = subprocess.Popen(  # noqa: S603 - this project's own
            [sys.executable, "-m", "bench.readers", "publish", str(count)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        until = time.time() + WAITED_SECONDS

        async def read_all() -> None:
            numbers = zip(range(readers.READERS), cycle(ports), strict=False)
            await asyncio.gather(*(readers.read(number, port, until, seen) for number, port in numbers))

        asyncio.run(read_all())
        told, _ = publisher.communicate()
    commits = [tuple(json.loads(line)) for line in told.splitlines()]
    took = [each for kind in seen.took.values() for each in kind]
    late = readers.stale(seen.shown, commits)
    half, most, longest = (readers.quantile(took, share) for share in (0.5, 0.99, 1))
    report.note(
        f"{readers.READERS} readers of two web processes, {len(commits)} publications in {WAITED_SECONDS:.0f} s:"
        f" {len(took):,} answers, median {half:.0f} ms, p99 {most:.0f} ms, longest {longest:.0f} ms;"
        f" {len(seen.failed)} failed, {len(late)} stale of {len(seen.shown):,}."
    )


def main(seconds: float = SECONDS, rounds: float = ROUNDS) -> None:
    """Print the tables."""
    report = BenchReport()
    with TemporaryDirectory() as folder, services() as (urls, databases):
        var = Path(folder)
        prepare(var)
        for step in (("migrate", "--verbosity", "0"), ("load_facts",), ("recompute",)):
            command = [sys.executable, "manage.py", *step]
            subprocess.run(  # noqa: S603 - this project's own
                command, cwd=ROOT, env=environment(var, **urls), check=True, stdout=subprocess.DEVNULL
            )
        pages(report, var, urls, databases, int(rounds))
        loads(report, var, urls, seconds)
        waits(report, var, urls)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
