"""The answers: this site cold, warm and conditional, against what people would use instead and against the limit."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench import load, rows, servers
from bench.load import Target
from bench.report import BenchReport

ROUNDS = 7
LIST = "/api/v1/treaties/hanoi/participants/"
PAST = "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60"
LONGEST_START_S = 2.0
LARGEST_MB = 120.0
ALL = "?_size=max&_shape="
SAME = ("participant", "name", "kind", "region", "un_group", "standing", "signed_on", "reason")
"""The columns by which the contenders' rows are compared."""


@dataclass(slots=True)
class Contender:
    """One address under load, and the answers per second of each round."""

    name: str
    target: Target
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median over the rounds."""
        return median(self.rates)

    def against(self, other: "Contender") -> float:
        """The median of the ratios of each round: what slows a round down slows both."""
        return median(mine / its for mine, its in zip(self.rates, other.rates, strict=True))

    @property
    def spread(self) -> str:
        """The lowest and the highest round, in hundredths of the median."""
        return f"{min(self.rates) / self.rate:.0%} to {max(self.rates) / self.rate:.0%}"


def run(report: BenchReport, var: Path) -> None:
    """Start everybody, check that all give the same, measure in turns, and report."""
    servers.prepare(var)
    var.chmod(0o755)  # nginx's workers are another user's where this runs as root
    copied = var / "rows.sqlite3"
    rows.copy(var / "tracker.sqlite3", copied, datetime.now(UTC).date())
    with ExitStack() as stack:
        warm, process = stack.enter_context(servers.web("config.wsgi:application", servers.environment(var)))
        started = servers.first_answer(f"{warm}/")
        cold, other = stack.enter_context(
            servers.web("config.wsgi:application", servers.environment(var, ANSWERS_SECONDS="0"))
        )
        servers.first_answer(f"{cold}/")
        plain, _ = stack.enter_context(
            servers.web(
                "bench.plain:application", servers.environment(var, DATABASE_URL=f"sqlite:///{copied}")
            )
        )
        dataset = stack.enter_context(servers.datasette(copied))
        for address in (f"{plain}/rows/", f"{dataset}/bench_standings.json"):
            servers.first_answer(address)
        contenders = _contenders(warm, cold, plain, dataset)
        if servers.NGINX:
            contenders |= _behind_nginx(stack, var, warm, contenders["same"].target.headers)
        _check(contenders)
        for _ in range(ROUNDS + 1):
            for contender in contenders.values():
                contender.rates.append(load.rate(contender.target))
        for contender in contenders.values():
            del contender.rates[0]  # the first round warms up
        _report(report, contenders)
        report.table("The web process", "what", "value", "asked", "met")
        report.limited("seconds from its start to its first answer", started, most=LONGEST_START_S)
        report.limited("resident memory after the load, MB", servers.memory(process.pid), most=LARGEST_MB)
        report.line("the same where no answer is kept, MB", servers.memory(other.pid), "", "")


def _contenders(warm: str, cold: str, plain: str, dataset: str) -> dict[str, Contender]:
    etag = servers.get(f"{warm}{LIST}")[2]["etag"]
    packed = {"Accept-Encoding": "gzip"}
    return {
        "cold": Contender("participants, cold", Target(f"{cold}{LIST}", {})),
        "warm": Contender("participants, warm", Target(f"{warm}{LIST}", {})),
        "same": Contender("participants, 304", Target(f"{warm}{LIST}", {"If-None-Match": etag}, 304)),
        "packed": Contender("participants, warm, compressed", Target(f"{warm}{LIST}", packed)),
        "page": Contender("overview page, warm", Target(f"{warm}/", {})),
        "page cold": Contender("overview page, cold", Target(f"{cold}/", {})),
        "past": Contender("status at a past revision and date, cold", Target(f"{cold}{PAST}", {})),
        "plain": Contender("plain REST framework list of the same rows", Target(f"{plain}/rows/", {})),
        "objects": Contender(
            "Datasette, as it comes (_shape=objects)",
            Target(f"{dataset}/bench_standings.json{ALL}objects", {}),
        ),
        "array": Contender(
            "Datasette at its fastest (_shape=array)", Target(f"{dataset}/bench_standings.json{ALL}array", {})
        ),
    }


def _behind_nginx(
    stack: ExitStack, var: Path, warm: str, condition: Mapping[str, str]
) -> dict[str, Contender]:
    files = var / "files"
    files.mkdir()
    (files / "participants.json").write_bytes(servers.get(f"{warm}{LIST}")[1])
    front, beside = stack.enter_context(servers.nginx(var, warm, files))
    servers.first_answer(f"{front}{LIST}")
    return {
        "nginx": Contender("participants, warm, behind nginx", Target(f"{front}{LIST}", {})),
        "nginx same": Contender("participants, 304, behind nginx", Target(f"{front}{LIST}", condition, 304)),
        "file": Contender("nginx with the same bytes as a file", Target(f"{beside}/participants.json", {})),
    }


def _check(contenders: dict[str, Contender]) -> None:
    """Insist that all answer as expected, and with the same rows; the tracker's own with the same bytes."""
    answers: dict[str, bytes] = {}
    for key, contender in contenders.items():
        status, answers[key], _ = servers.get(contender.target.url, contender.target.headers)
        if status != contender.target.status:
            raise SystemExit(f"{contender.target.url} answers {status}.")
    if len({answers[key] for key in ("cold", "warm", "nginx", "file") if key in answers}) > 1:
        raise SystemExit("The answers differ: cold, warm, behind nginx, or as a file.")
    lists: dict[str, Any] = {
        "cold": json.loads(answers["cold"])["results"],
        "plain": json.loads(answers["plain"]),
        "objects": json.loads(answers["objects"])["rows"],
        "array": json.loads(answers["array"]),
    }
    seen = {key: sorted([str(row[name]) for name in SAME] for row in found) for key, found in lists.items()}
    for key, found in seen.items():
        if found != seen["cold"]:
            raise SystemExit(f"{contenders[key].name} has other rows.")


def _report(report: BenchReport, contenders: dict[str, Contender]) -> None:
    report.table(f"Answers ({_bytes(contenders)})", "contender", "answers per second", "spread")
    for contender in contenders.values():
        report.line(contender.name, contender.rate, contender.spread)
    used = load.tool()
    means = f"{used} with {load.CONNECTIONS} connections, {ROUNDS} rounds in turns; medians."
    if used == "python":
        means += f" The load is made in Python, which takes {load.ceiling():,.0f} answers per second at most."
    report.note(means)
    report.table("Answers against each other", "what", "ratio", "asked", "met")
    for what, one, other, least in (
        ("participants cold, against Datasette as it comes", "cold", "objects", 15),
        ("participants cold, against Datasette at its fastest", "cold", "array", 10),
        ("participants cold, against the plain list", "cold", "plain", None),
        ("participants warm, against Datasette as it comes", "warm", "objects", 60),
        ("participants warm, against Datasette at its fastest", "warm", "array", None),
        ("304, against warm", "same", "warm", 1.3),
        ("304 behind nginx, against warm behind nginx", "nginx same", "nginx", None),
        ("warm behind nginx, against nginx with the file", "nginx", "file", 0.8),
        ("overview page warm, against the plain list", "page", "plain", 3),
        ("status at a past revision and date, cold, against the plain list", "past", "plain", 2),
    ):
        if one in contenders:
            report.limited(what, contenders[one].against(contenders[other]), least=least)
    if not servers.NGINX:
        report.note("nginx is not installed (Debian: apt-get install nginx): it is left out.")


def _bytes(contenders: dict[str, Contender]) -> str:
    body = servers.get(contenders["warm"].target.url)[1]
    return f"{len(json.loads(body)['results'])} participants, {len(body):,} bytes"
