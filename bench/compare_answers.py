"""`python -m bench.compare_answers BEFORE AFTER`: compare every address of two checkouts, byte by byte.

Each checkout loads the bundled record into a database of its own, with the clock frozen, and answers in a process of
its own; this interpreter and its packages serve both. Addresses are found by following links from the entry pages: a
few of each route and set of parameters, and each list of the API in every form. The placeholders of a route to which no
link leads are filled with values of other addresses. Differences in status, body and headers are printed, and routes
of which no address was found; the exit status is 1 if there are any differences.
"""

import difflib
import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

STARTS = ("/", "/api/v1/", "/api/v1/schema/", "/changes.atom", "/changes.json", "/embed/")
OF_EACH = 3
"""Addresses followed of each route and set of parameters."""
FORMS = (".json", ".csv", ".xlsx", ".atom", "/?limit=3", "/?colour=red", "/?as_of=2026-03-01&revision=80")
OF_THE_REQUEST = {"Date", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-ID"}
"""Headers that differ from one request to the next; all others are compared."""
FROZEN = "2026-11-21T12:00:00+00:00"


def main(before: str, after: str) -> int:
    """Print the differences and return their number."""
    with TemporaryDirectory() as folder:
        runs = [
            (Path(checkout).resolve(), Path(folder) / name)
            for checkout, name in ((before, "a"), (after, "b"))
        ]
        processes = [_start(checkout, place) for checkout, place in runs]
        if any(process.wait() for process in processes):
            sys.exit("A checkout could not be read.")
        (old, old_missing), (new, new_missing) = (
            json.loads((place / "answers.json").read_text()) for _, place in runs
        )
    for checkout, routes in ((before, old_missing), (after, new_missing)):
        for route in routes:
            print(f"{checkout}: no address found of {route}")
    differing = 0
    for address in sorted(old.keys() | new.keys()):
        lines = _difference(old.get(address, {}), new.get(address, {}))
        if lines:
            differing += 1
            print(address, *lines[:12], sep="\n    ")
    print(f"{len(old)} and {len(new)} addresses, {differing} of them differ.")
    return differing


def _start(checkout: Path, place: Path) -> subprocess.Popen[bytes]:
    from common.lifetime import end_with_parent  # noqa: PLC0415 - a child has the packages of its checkout alone

    place.mkdir()
    environment = {
        **os.environ,
        "VAR_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place}/db.sqlite3",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(checkout),
        "LOG_LEVEL": "ERROR",
        "API_LIMIT": "100000000",
        "VISITOR_SECONDS": "100000000",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # in whose order one header lists its parts
    }
    command = [sys.executable, __file__, "--collect", str(place / "answers.json")]
    ends = partial(end_with_parent, signal.SIGTERM)
    return subprocess.Popen(command, cwd=checkout, env=environment, preexec_fn=ends)  # noqa: S603, PLW1509 - our own script, started by one thread


def _difference(old: dict[str, str], new: dict[str, str]) -> list[str]:
    lines = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name, ""), new.get(name, "")
        if was != now:
            before, after = (re.sub(r"(?<=[,>])", "\n", text).splitlines() for text in (was, now))
            changed = [
                line[:200]
                for line in difflib.unified_diff(before, after, lineterm="", n=0)
                if not line.startswith(("---", "+++", "@@"))
            ]
            lines += [f"{name}:", *changed[:8]]
    return lines


def _collect(place: str) -> None:
    """Load the record of the checkout in the working directory, follow its links, and write the answers as JSON."""
    sys.path[0] = str(Path.cwd())  # the checkout, not the folder of this file
    from datetime import datetime  # noqa: PLC0415 - in the child alone

    from django.utils import timezone  # noqa: PLC0415 - before Django's other modules take it

    frozen = datetime.fromisoformat(FROZEN)
    timezone.now = lambda: frozen
    logging.disable()
    import django  # noqa: PLC0415 - the same

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - the settings are read by now
    from django.core.management import call_command  # noqa: PLC0415 - the same
    from django.test import Client  # noqa: PLC0415 - the same

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.CELERY_TASK_ALWAYS_EAGER = True
    for command in ("migrate", "load_facts", "recompute"):
        call_command(command, verbosity=0, stdout=sys.stderr)
    from ratification import tasks  # noqa: PLC0415 - it needs the settings

    for task in (tasks.recompute_all, tasks.build_datasets):
        task()
    Path(place).write_text(json.dumps(_follow(Client(raise_request_exception=False))))


def _follow(client: Any) -> tuple[dict[str, dict[str, str]], list[str]]:  # noqa: ANN401 - Django's test client
    """Return the answers by address, and the routes of which no address was found."""
    waiting, seen = deque(STARTS), set(STARTS)
    answers: dict[str, dict[str, str]] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    while waiting or (waiting := _unlinked(answers)):
        address = waiting.popleft()
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode("utf-8", "backslashreplace")
        text = re.sub(r'(nonce[=-]"?)[\w+/=-]+', r"\1NONCE", text)
        answers[address] = {"status": str(response.status_code), "body": text}
        answers[address] |= {name: text for name, text in response.items() if name not in OF_THE_REQUEST}
        found = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)|"(/(?:api|embed)/[^"#]*)"', text)
        links = [(one or two).replace("&amp;", "&") for one, two in found]
        path, _, query = address.partition("?")
        if path.startswith("/api/v1/") and path.endswith("/") and not query:
            links += [path.removesuffix("/") + form for form in FORMS]
        for link in links:
            kind = _kind(link)
            if link not in seen and not link.startswith(("/static/", "/admin/")) and counts[kind] < OF_EACH:
                counts[kind] += 1
                seen.add(link)
                waiting.append(link)
    reached = {_route(address)[0] for address in answers}
    return answers, sorted(set(_routes()) - reached)


def _unlinked(answers: Iterable[str]) -> deque[str]:
    """Return an address of each route that has none yet, of the values that stand in other addresses."""
    values: dict[str, str] = {}
    reached = set()
    for address in answers:
        route, parts = _route(address)
        reached.add(route)
        values = {**{name: str(value) for name, value in parts.items()}, **values}
    found = deque[str]()
    for route in sorted(set(_routes()) - reached):
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if values.keys() >= set(names):
            filled = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], route)
            if filled not in answers:
                found.append(filled)
    return found


def _routes() -> Iterator[str]:
    """Give every route but the panel's, and those of the API's formats: its lists are asked in each anyway."""
    from django.conf import settings  # noqa: PLC0415 - in the child alone
    from django.urls import URLPattern, URLResolver, get_resolver  # noqa: PLC0415 - the same

    def below(resolver: URLResolver, start: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            route = start + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield route
            else:
                yield from below(pattern, route)

    for route in below(get_resolver(), ""):
        if not route.startswith(settings.ADMIN_PATH) and not re.search(r":format>|[\\^$]", route):
            yield route


def _route(address: str) -> tuple[str, dict[str, Any]]:
    """Return the route of an address and the values of its parts."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 - in the child alone

    path = address.partition("?")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return path, {}
    return match.route, match.kwargs


def _kind(address: str) -> tuple[str, ...]:
    path, _, query = address.partition("?")
    form = re.search(r"\.\w+$", path)
    return (
        _route(path)[0],
        form[0] if form else "",
        *sorted({part.partition("=")[0] for part in query.split("&")}),
    )


if __name__ == "__main__":
    if sys.argv[1] == "--collect":
        _collect(sys.argv[2])
    else:
        sys.exit(min(main(*sys.argv[1:]), 1))
