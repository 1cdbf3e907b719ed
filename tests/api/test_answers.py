"""Whole answers are kept: computed once, compressed once, never stale, and nobody else's."""

import gzip
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from config.middleware import page_cache
from ratification import tasks
from ratification.models import Action, Record
from ratification.record import kept, selectors
from ratification.record.entries import latest_revision
from ratification.record.reach import ADDED, STATUS
from ratification.record.selectors import outcome_at
from ratification.status import editions as reference
from ratification.status import recompute as status
from ratification.status import version as inputs
from states.models import Participant
from treaty.models import Treaty

Get = Callable[..., Any]
Queries = Callable[[Callable[[], HttpResponse]], tuple[Any, int]]

pytestmark = pytest.mark.usefixtures("answers_kept")

LIST = "/api/v1/treaties/hanoi/participants/"
ADDRESSES = [
    LIST,
    "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60",
    "/api/v1/treaties/hanoi/actions.xlsx",
    "/",
    "/participants/?list=signatories",
    "/embed/hanoi/badge.svg",
]
AWAY = {
    "BACKEND": "django_redis.cache.RedisCache",
    "LOCATION": "redis://127.0.0.1:1/0",
    "OPTIONS": {"IGNORE_EXCEPTIONS": True},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_second_answer_is_the_first_for_one_query(get: Get, queries: Queries, address: str) -> None:
    first = get(address)
    second, asked = queries(partial(get, address))
    assert (first.status_code, second.status_code, asked) == (200, 200, 1)
    assert second.content == first.content
    own = {"X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset"}
    assert {name: second[name] for name in second.headers if name not in own} == {
        name: first[name] for name in first.headers if name not in own
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unchanged_answer_runs_no_view(
    get: Get, queries: Queries, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = get(address)["ETag"]
    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", None)
    for sent in (tag, f"W/{tag.removeprefix('W/')}"):
        answer, asked = queries(partial(get, address, headers={"If-None-Match": sent}))
        assert (answer.status_code, answer.content, asked) == (304, b"", 1)
        assert answer["ETag"] == tag
    assert answer["Vary"]


def test_the_days_of_depositaries_are_asked_for_once_a_minute(
    get: Get, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(LIST)
    asked = []
    for moment in (59.9, 60.0, 119.9):
        monkeypatch.setattr(kept, "monotonic", lambda moment=moment: moment)
        asked.append(queries(partial(get, LIST))[1])
    assert asked == [1, 2, 1]


def test_a_condition_on_what_is_not_kept_yet_is_met_too(get: Get) -> None:
    tag = get(LIST)["ETag"]
    Record.objects.update(version=F("version") + 1)
    assert get(LIST, headers={"If-None-Match": tag}).status_code == 304
    assert get(LIST, headers={"If-None-Match": '"other"'}).status_code == 200


def test_no_answer_outlives_a_publication(get: Get, correct: Callable[[int], Action], now: datetime) -> None:
    before = {address: get(address) for address in (LIST, "/", "/changes/")}
    correct(5)
    status.recompute(Treaty.objects.get(slug="hanoi").pk, today=now.date(), now=now)
    assert get("treaties/hanoi/status/").json()["revision"] == get(LIST).json()["revision"]
    for address, old in before.items():
        new = get(address, headers={"If-None-Match": old["ETag"]})
        assert new.status_code == 200
        assert new.content != old.content, address


def test_no_answer_outlives_the_day(get: Get, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(LIST).json()["as_of"] == now.date().isoformat()
    later = now + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert get(LIST).json()["as_of"] == later.date().isoformat()


def test_no_answer_outlives_the_reference_data(get: Get, now: datetime) -> None:
    get("/participants/")
    Participant.objects.filter(iso3="QAT").update(name="State of Qatar")
    reference.note_edition(now)
    assert "State of Qatar" in get("/participants/").content.decode()
    assert "State of Qatar" in get(LIST).content.decode()


def test_the_state_moves_with_whatever_is_shown(record: Treaty, now: datetime) -> None:
    seen = {inputs.site_version()}
    inputs.bump(record.pk, STATUS)
    seen.add(inputs.site_version())
    fresh = Treaty.objects.create(slug="fresh", title="Fresh", short_title="Fresh", depositary="Nobody")
    inputs.bump(fresh.pk, ADDED)
    seen.add(inputs.site_version())
    assert status.recompute(fresh.pk, today=now.date(), now=now)
    seen.add(inputs.site_version())
    assert not status.recompute(fresh.pk, today=now.date(), now=now)
    assert inputs.site_version() in seen
    assert len(seen) == 4


def test_an_answer_is_compressed_once(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    compress, done = gzip.compress, count()

    def counted(*given: Any, **named: Any) -> bytes:  # noqa: ANN401 - gzip's own
        next(done)
        return compress(*given, **named)

    monkeypatch.setattr("config.middleware.page_cache.gzip.compress", counted)
    plain = get(LIST)
    packed = [get(LIST, headers={"Accept-Encoding": "br, gzip"}) for _ in range(3)]
    assert {answer["Content-Encoding"] for answer in packed} == {"gzip"}
    assert {gzip.decompress(answer.content) for answer in packed} == {plain.content}
    assert packed[0]["Content-Length"] == str(len(packed[0].content))
    assert packed[0]["ETag"] == f"W/{plain['ETag']}"
    assert next(done) == 1
    assert "Accept-Encoding" in plain["Vary"]
    for refused in ("gzip;q=0", "br, gzip; q=0.000, identity"):
        assert "Content-Encoding" not in get(LIST, headers={"Accept-Encoding": refused})
    assert "Content-Encoding" in get(LIST, headers={"Accept-Encoding": "gzip;q=0.5, identity;q=0"})
    assert "Content-Encoding" not in get(
        "/api/v1/treaties/hanoi/actions.xlsx", headers={"Accept-Encoding": "gzip"}
    )


def test_each_request_keeps_what_is_its_own(get: Get, client: Client) -> None:
    first, second = get(LIST, headers={"Origin": "https://partner.example"}), get(LIST)
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert int(first["RateLimit-Remaining"]) == int(second["RateLimit-Remaining"]) + 1
    assert first["Access-Control-Allow-Origin"] == "*"
    head = client.head(LIST)
    assert (head.status_code, head["ETag"], head.content) == (200, second["ETag"], b"")
    for _ in range(2):
        assert "frame-ancestors *" in get("/embed/hanoi/badge.svg")["Content-Security-Policy"]


def test_who_is_signed_in_gets_an_own_answer(client: Client, get: Get, queries: Queries) -> None:
    get("/")
    client.force_login(User.objects.create(username="somebody"))
    assert queries(partial(get, "/"))[1] > 1


def test_the_job_asks_as_many_queries_beside_many_treaties(
    record: Treaty, now: datetime, queries: Queries
) -> None:
    def recomputed(day: date) -> int:
        return queries(lambda: status.recompute(record.pk, today=day, now=now))[1]  # type: ignore[arg-type, return-value]  # anything can be counted

    alone = recomputed(now.date() + timedelta(days=1))
    for number in range(40):
        other = Treaty.objects.create(slug=f"other-{number}", title="O", short_title="O", depositary="Nobody")
        Record.objects.create(treaty=other)
    assert recomputed(now.date() + timedelta(days=2)) == alone


def test_the_outcome_without_rows_is_the_outcome(record: Treaty) -> None:  # noqa: ARG001 - it stands in the database
    for treaty in Treaty.objects.all():
        latest = latest_revision(treaty)
        for revision, day in (
            (latest, date(2026, 11, 21)),
            (latest // 2, date(2010, 6, 1)),
            (3, date(2026, 1, 1)),
        ):
            view = selectors.view_of(treaty, today=day, revision=revision)
            assert outcome_at(treaty, day, revision) == view.outcome


def test_a_page_has_its_drawings_as_soon_as_they_are_made(get: Get, record: Treaty) -> None:
    caches["drawings"].clear()
    assert 'aria-busy="true"' in get("/charts/").content.decode()
    tasks.draw(record.pk)
    assert 'aria-busy="true"' not in get("/charts/").content.decode()
    state = inputs.site_version()
    tasks.draw(record.pk)
    assert inputs.site_version() == state


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda _: HttpResponse(status=404), id="a refusal"),
        pytest.param(lambda _: HttpResponseRedirect("/"), id="a redirect"),
        pytest.param(lambda _: StreamingHttpResponse(iter([b"x"])), id="a stream"),
        pytest.param(lambda _: HttpResponse(headers={"Cache-Control": "private, max-age=5"}), id="private"),
        pytest.param(lambda _: HttpResponse(headers={"Cache-Control": "no-store"}), id="no-store"),
        pytest.param(lambda _: _with_cookie(), id="a cookie"),
        pytest.param(lambda _: HttpResponse(b"x" * (page_cache.MAX_BYTES + 1)), id="large"),
    ],
)
def test_what_must_not_be_kept_is_not(calls: Callable[..., Any], view: Callable[..., Any]) -> None:
    handler, asked = calls(view)
    assert handler(RequestFactory().get("/x")).status_code == handler(RequestFactory().get("/x")).status_code
    assert len(asked) == 2


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "sent",
    [
        {"path": "/y"},
        {"QUERY_STRING": "a=1"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_HX_REQUEST": "true"},
        {"REQUEST_METHOD": "POST"},
        {"path": "/admin/"},
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_IF_MATCH": '"x"'},
    ],
)
def test_another_question_is_another_answer(calls: Callable[..., Any], sent: dict[str, str]) -> None:
    handler, asked = calls(lambda request: HttpResponse(request.path))
    plain = RequestFactory(HTTP_HOST="127.0.0.1")
    handler(plain.get("/x"))
    handler(plain.get("/x"))
    assert len(asked) == 1
    path = sent.pop("path", "/x")
    handler(plain.get(path, **sent))  # type: ignore[arg-type]  # names of the environment
    assert len(asked) == 2


def test_without_its_cache_the_site_answers(calls: Callable[..., Any], settings: Settings) -> None:
    settings.CACHES = {**settings.CACHES, "answers": AWAY}
    handler, asked = calls(lambda _: HttpResponse("the answer"))
    for _ in range(2):
        assert handler(RequestFactory().get("/x")).content == b"the answer"
    assert len(asked) == 2


def test_a_list_of_many_is_made_without_rows(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of entries; of participants those that the process keeps."""
    monkeypatch.setattr(Action, "__init__", None)
    assert get(LIST).json()["count"] > 200
    monkeypatch.setattr(Participant, "__init__", None)
    assert get(LIST, as_of="2026-03-03").json()["count"] > 200


def _with_cookie() -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("seen", "1")
    return response
