"""Memento (RFC 7089) over the clock of the record: Accept-Datetime leads to what this site said at a moment.

Each address that shows a state of the record is its own TimeGate; a permalink, which has both clocks, is a Memento, and
its moment is that of its revision. Unlike all other addresses in answers, these name the host: archives' clients, the
official one among them, ask them as they stand.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import override

from api.problems import Problem, respond
from common.languages import code_of
from ratification.models import Revision
from ratification.record.heads import NotedHead
from treaty.models import Treaty

CLOCKS = ("as_of", "revision")
HEADER = "Accept-Datetime"


def negotiated(request: HttpRequest, response: HttpResponse, noted: NotedHead) -> HttpResponse:
    """Add the headers of a Memento or of a TimeGate to a response, or lead to the state that Accept-Datetime names."""
    given = {name for name in CLOCKS if request.GET.get(name)}
    text = "" if "revision" in given else request.headers.get(HEADER, "")
    if text:
        response = _redirect(request, noted.treaty, text)
    if "revision" not in given:
        patch_vary_headers(response, [HEADER])
    elif given == set(CLOCKS) and noted.recorded_at:
        response["Memento-Datetime"] = _http(noted.recorded_at)
    if response.status_code < 400:  # noqa: PLR2004 - HTTP
        path = _address(request, request.path)
        original, states = (request.build_absolute_uri(each) for each in (path, f"/timemap{path}"))
        links = (
            f'<{original}>; rel="original"',
            f'<{original}>; rel="timegate"',
            f'<{states}>; rel="timemap"; type="application/link-format"',
        )
        response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *links])
    return response


def timemap(request: HttpRequest, path: str) -> HttpResponse:
    """Return all states of an address that the record has had, as links (RFC 6690): one for each publication."""
    treaty = _treaty_at(f"/{path}")
    states = list(_states(treaty).values_list("number", "recorded_at"))
    if not states:
        raise Http404("Nothing has been published yet.")
    original = request.build_absolute_uri(_address(request, f"/{path}"))
    span = f'from="{_http(states[0][1])}"; until="{_http(states[-1][1])}"'
    lines = [
        f'<{original}>; rel="original timegate"',
        f'<{request.build_absolute_uri()}>; rel="self"; type="application/link-format"; {span}',
    ]
    for place, (number, recorded_at) in enumerate(states):
        ends = [
            *(["first"] if place == 0 else []),
            *(["last"] if place == len(states) - 1 else []),
            "memento",
        ]
        clocks = {"as_of": treaty.legal_day(recorded_at).isoformat(), "revision": str(number)}
        address = request.build_absolute_uri(_address(request, f"/{path}", clocks))
        lines.append(f'<{address}>; rel="{" ".join(ends)}"; datetime="{_http(recorded_at)}"')
    return HttpResponse(
        ",\n".join(lines) + "\n",
        content_type="application/link-format",
        headers={"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"},
    )


def _redirect(request: HttpRequest, treaty: Treaty, text: str) -> HttpResponse:
    """Lead to what the address said at a moment; before the first publication to the first."""
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment = min(aware.astimezone(UTC), timezone.now())
    except (ValueError, OverflowError):
        detail = f"{HEADER} is a moment such as Thu, 01 Oct 2026 12:00:00 GMT, not {text[:60]!r}."
        refusal = respond(Problem("malformed-request", 400, detail), request)
        refusal["Cache-Control"] = "no-store"
        return refusal
    states = _states(treaty)
    shown = states.filter(recorded_at__lte=moment).last() or states.first()
    if shown is None:
        raise Http404("Nothing has been published yet.")
    day = request.GET.get("as_of") or treaty.legal_day(max(moment, shown.recorded_at)).isoformat()
    clocks = {"as_of": day, "revision": str(shown.number)}
    address = request.build_absolute_uri(_address(request, request.path, clocks))
    return HttpResponse(status=302, headers={"Location": address, "Cache-Control": "no-store"})


def _states(treaty: Treaty) -> QuerySet[Revision]:
    """Select the revisions that were states of the record: each the last of its publication."""
    return Revision.objects.filter(treaty=treaty, ends_publication=True).order_by("number")


def _treaty_at(path: str) -> Treaty:
    """Return the treaty whose record an address shows.

    Raises:
        Http404: if the address shows none.
    """
    try:
        with override(code_of(path)):
            match = resolve(path)
    except Resolver404 as error:
        raise Http404(f"There is nothing at {path}.") from error
    resource = getattr(match.func, "cls", None)
    shows = "revision" in resource.clocks if resource else match.app_name in {"dashboard", "embeds"}
    treaty = Treaty.objects.filter(slug=match.kwargs.get("slug", "")).first()
    if treaty is None or not shows:
        raise Http404(f"{path} shows no treaty's record.")
    return treaty


def _address(request: HttpRequest, path: str, clocks: dict[str, str] | None = None) -> str:
    """Return an address with the request's query, but for the clocks."""
    query = [(name, value) for name, values in request.GET.lists() if name not in CLOCKS for value in values]
    text = urlencode([*query, *(clocks or {}).items()])
    return f"{path}?{text}" if text else path


def _http(moment: datetime) -> str:
    return http_date(int(moment.timestamp()))
