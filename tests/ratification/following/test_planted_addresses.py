"""No public address, page of the panel, archive, log or error tells the address of a follower."""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from api import guide
from dashboard.discovery import SITEMAPS
from ratification.charts.gallery import CHARTS
from ratification.following import outbox, subscriptions
from ratification.following.question import ChangeQuestion
from ratification.ledger.content import ActionContent
from ratification.models import Action, Mail, MailSubscription, Suppression
from ratification.operations import archive
from ratification.partners import dataset
from ratification.status import recompute as status
from tests.ratification.following.conftest import START, Received
from tests.routes import filled, public_routes
from treaty.models import Measure, Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]  # what answers tell is the same from any database

HOST = "planted.example"
STATES = ("one", "unknown", "later", "hanging")
"""Names to which the test's server does each thing: taken, refused for good, put off, no answer."""


@pytest.fixture
def planted(
    hanoi: Treaty,
    say: Callable[..., ActionContent],
    published: Callable[[ActionContent], Action],
    received: Received,  # noqa: ARG001 - mail is sent to it
    impatient: None,  # noqa: ARG001 - one answer never comes
    subscribed: Callable[..., MailSubscription],
) -> MailSubscription:
    """Subscriptions whose mail is in each state, and one that is not confirmed."""
    status.recompute(hanoi.pk, today=START.date(), now=START)
    for name in STATES:
        subscribed(f"{name}@{HOST}", ChangeQuestion(participants=("VNM",)))
    published(say("VNM ratification 2026-11-20"))
    status.recompute(hanoi.pk, today=hanoi.legal_day(START), now=START)
    outbox.make(START)
    outbox.send(lambda: START)
    asked = subscriptions.Asked(hanoi, ChangeQuestion(), "daily", f"asked@{HOST}")
    subscriptions.subscribe(asked, site="https://tracker.example/", visitor="", now=START)
    assert Suppression.objects.count() == 1
    assert Mail.objects.filter(sent_at=None).exclude(error="").count() == 2
    dataset.build(hanoi.pk, today=hanoi.legal_day(START), now=START)
    return MailSubscription.objects.get(confirmed_at=None)


def parts_of(body: bytes) -> Iterator[bytes]:
    """Yield an answer, and what is packed in it."""
    yield body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield from parts_of(packed.read(name))


def tells(body: bytes) -> bool:
    """Whether an answer has the host of the planted addresses."""
    return any(HOST.encode() in part for part in parts_of(body))


def body_of(response: object) -> bytes:
    """Return the whole of an answer."""
    return b"".join(iter(response)) if response.streaming else response.content  # type: ignore[attr-defined, call-overload]


def test_no_public_address_tells_one(
    client: Client, planted: MailSubscription, caplog: pytest.LogCaptureFixture
) -> None:
    """Each route of the URL configuration is asked, with the errors among them."""
    caplog.set_level(logging.DEBUG)
    values = {
        "slug": ["hanoi"],
        "iso3": ["VNM"],
        "other": ["QAT"],
        "number": ["63"],
        "page": [next(iter(guide.PAGES))],
        "chart": [next(iter(CHARTS))],
        "measure": [Measure.objects.values_list("slug", flat=True)[0]],
        "section": list(SITEMAPS),
        "format": [".json", ".csv", ".xlsx", ".atom", ".zip", ".jsonl", ".jsonld", ".metadata.json"],
        "suffix": ["svg", "json", "csv", "xlsx"],
        "path": ["api/v1/treaties/hanoi/status/"],
        "token": [subscriptions.token_of(planted), "cut-off"],
    }
    telling, statuses = [], set[int]()
    for route in public_routes():
        plain = re.sub(r"^(.*)\^\.\*/\$$", r"\1no-such/", route)
        for address in filled(plain, values):
            for response in (client.get(address), client.get(address, {"as_of": "x"})):
                statuses.add(response.status_code)
                if tells(body_of(response)) or HOST in str(response.headers):
                    telling.append(address)
    assert not telling
    assert statuses >= {200, 400, 404}
    text = logging.Formatter()
    logged = [text.format(record) for record in caplog.records if not record.name.startswith("mail.")]
    assert logged
    assert not [line for line in logged if HOST in line]


def test_an_error_while_an_address_is_taken_tells_none(
    client: Client,
    hanoi: Treaty,  # noqa: ARG001 - it stands in the database
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address comes in the body of the request, and a fault of the site is logged with its stack."""
    monkeypatch.setattr(subscriptions, "seal", lambda _text: 1 // 0)
    client.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    answer = client.post("/follow/", {"address": f"broken@{HOST}", "frequency": "at_once"})
    assert answer.status_code == 500
    assert not tells(answer.content)
    logged = [logging.Formatter().format(record) for record in caplog.records]
    assert any("ZeroDivisionError" in line for line in logged)
    captured = capsys.readouterr()
    for line in [*logged, captured.out, captured.err]:
        assert HOST not in line


@pytest.mark.usefixtures("planted")
def test_no_page_of_the_panel_tells_one(client: Client) -> None:
    """Administrators see counts, failures and suppressions."""
    client.force_login(User.objects.create_superuser("root"))
    seen = 0
    for model in (MailSubscription, Mail, Suppression):
        name = model.__name__.lower()
        pages = [reverse(f"admin:ratification_{name}_changelist")]
        pages += [reverse(f"admin:ratification_{name}_change", args=[row.pk]) for row in model.objects.all()]
        for page in pages:
            answer = client.get(page, follow=True)
            assert not tells(answer.content), page
            seen += answer.status_code == 200
    assert seen >= 3


@pytest.mark.usefixtures("planted")
def test_no_row_and_no_archive_tells_one(tmp_path: Path) -> None:
    """Neither in plain letters nor, in an archive, as a digest or sealed."""
    sealed = [row.sealed for row in MailSubscription.objects.all()]
    digests = [row.digest for model in (MailSubscription, Suppression) for row in model.objects.all()]
    for model in apps.get_models():
        assert HOST not in str(list(QuerySet(model).values())), model
    archive.write(tmp_path / "all.zip")
    body = (tmp_path / "all.zip").read_bytes()
    assert not tells(body)
    for part in parts_of(body):
        for secret in [*sealed, *digests]:
            assert secret.encode() not in part
