"""Mail to many followers of one publication, with a worker that is killed meanwhile: counted at the mail server.

    python -m bench.followers [FOLLOWERS [KILLS [sender]]]

Kills the worker with everything in its process group, or with `sender` the process that sends for it. Prints how long
it took, the largest memory of the two together, how many got the message and how many got it twice.
"""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.servers import ROOT, environment, prepare

DOMAIN = "example.org"


def main() -> None:
    """Prepare a record, serve mail, send, and count."""
    followers, kills = (int(text) for text in [*sys.argv[1:3], "10000", "0"][:2])
    at_sender = sys.argv[3:] == ["sender"]
    with TemporaryDirectory() as folder:
        var = Path(folder)
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        prepare(var)
        env = environment(var, EMAIL_URL=f"smtp://127.0.0.1:{port}", EMAIL_FROM=f"tracker@{DOMAIN}")
        _do("subscribe", env, str(followers))
        server = _start("serve", env, str(port))
        began, worker, largest, killed = time.monotonic(), _start("work", env), 0, 0
        random.seed(followers)
        due: float | None = None
        while worker.poll() is None:
            senders = _children(worker.pid)
            largest = max(largest, sum(map(_memory, [worker.pid, *senders])))
            now = time.monotonic()
            if not senders or killed == kills:
                due = None
            elif due is None:
                due = now + random.uniform(0.8, 2.2)  # noqa: S311 - not for secrets
            elif now >= due:
                killed, due = killed + 1, None
                if at_sender:
                    os.kill(senders[0], signal.SIGKILL)
                else:
                    os.killpg(worker.pid, signal.SIGKILL)
                    worker.wait()
                    worker = _start("work", env)
            time.sleep(0.05)
        took = time.monotonic() - began
        server.send_signal(signal.SIGINT)
        out, _ = server.communicate()
    counts: Counter[str] = Counter()
    ids: set[tuple[str, str]] = set()
    for address, identifier in json.loads(out):
        counts[address] += 1
        ids.add((address, identifier))
    twice = sum(count > 1 for count in counts.values())
    sys.stdout.write(
        f"{followers} followers, {killed} kills: {len(counts)} got it, {twice} twice"
        f" (with one Message-ID: {len(ids) == len(counts)}), in {took:.1f} s,"
        f" largest memory of worker and sender {largest / 1024:.0f} MB\n"
    )


def _start(work: str, env: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.followers", work, *arguments]
    return subprocess.Popen(  # noqa: S603 - this file
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def _do(work: str, env: dict[str, str], *arguments: str) -> None:
    if _start(work, env, *arguments).wait():
        sys.exit(f"{work} failed.")


def _children(pid: int) -> list[int]:
    """Return the processes that one has started; none if it has ended."""
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _memory(pid: int) -> int:
    """Return the resident memory of a process in kB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _serve(port: int) -> None:
    """Take mail until interrupted, then print recipient and Message-ID of each message."""
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - for this process alone

    taken: list[tuple[str, str]] = []

    class Handler:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
            taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)["Message-ID"]))
            return "250 OK"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Handler()), "127.0.0.1", port)
        stopped = asyncio.Event()
        loop.add_signal_handler(signal.SIGINT, stopped.set)
        await stopped.wait()
        server.close()

    asyncio.run(serve())
    sys.stdout.write(json.dumps(taken))


def _setup() -> None:
    import django  # noqa: PLC0415 - in a process of its own, after its environment is set

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


def _subscribe(followers: int) -> None:
    """Make confirmed subscriptions, publish one act, compute the status and fill the outbox."""
    _setup()
    from common.sealing import digests, seal  # noqa: PLC0415
    from ratification.following import outbox  # noqa: PLC0415
    from ratification.ledger import writing as ledger  # noqa: PLC0415
    from ratification.ledger.content import ActionContent  # noqa: PLC0415
    from ratification.ledger.system_accounts import system_user  # noqa: PLC0415
    from ratification.models import Change, MailSubscription  # noqa: PLC0415
    from ratification.rules.dates import Span  # noqa: PLC0415
    from ratification.status import recompute as status  # noqa: PLC0415
    from states.models import Participant  # noqa: PLC0415
    from treaty.clauses import ActionKind  # noqa: PLC0415
    from treaty.models import Treaty  # noqa: PLC0415

    now = datetime.now(UTC)
    treaty = Treaty.objects.get(slug="hanoi")
    position = Change.objects.filter(treaty=treaty).latest("number").number
    rows = []
    for number in range(followers):
        address = f"reader{number}@{DOMAIN}"
        question = "participant=VNM" if number % 2 else ""
        rows.append(
            MailSubscription(
                treaty=treaty,
                question=question,
                sealed=seal(address),
                digest=digests(address)[0],
                site="https://tracker.example/",
                created_at=now,
                confirmed_at=now,
                told_at=now,
                reminded_on=treaty.legal_day(now),
                position=position,
            )
        )
    MailSubscription.objects.bulk_create(rows, batch_size=1000)
    act = ActionContent(
        participant=Participant.objects.get(iso3="VNM"),
        kind=ActionKind.RATIFICATION,
        taken=Span.day(treaty.legal_day(now)),
        source=treaty.sources.first(),
    )
    author, reviewer = system_user("invented", "a benchmark"), system_user("checked", "a benchmark")
    ledger.record(treaty, [act], author=author, reviewer=reviewer, now=now)
    status.recompute(treaty.pk, today=treaty.legal_day(now), now=now)
    began = time.monotonic()
    made = outbox.make(now)
    sys.stderr.write(f"{made} mails put into the outbox in {time.monotonic() - began:.1f} s\n")


def _work() -> None:
    """Send as the queue's job does, until nothing waits, not even behind another sender's lease."""
    _setup()
    from ratification.following import sender  # noqa: PLC0415
    from ratification.models import Mail  # noqa: PLC0415

    while Mail.objects.filter(sent_at=None, given_up_at=None).exists():
        try:
            taken = sender.run()
        except subprocess.CalledProcessError:
            continue  # the sender was killed: the next one sends the rest
        if not taken:
            time.sleep(1)


if __name__ == "__main__":
    match sys.argv[1:2]:
        case ["serve"]:
            _serve(int(sys.argv[2]))
        case ["subscribe"]:
            _subscribe(int(sys.argv[2]))
        case ["work"]:
            _work()
        case _:
            main()
