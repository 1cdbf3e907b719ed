"""Parts that pages of a treaty have in common, written once: each page is as if it were the first."""

from datetime import datetime

import pytest
from django.db import connection
from django.template import engines
from django.test import Client

from dashboard.templatetags import frame
from ratification.models import Edition
from ratification.models.triggers import lifted
from ratification.record import kept
from ratification.status.editions import note_edition
from treaty.models import Treaty

PAGES = (
    *(
        "/",
        "/participants/",
        "/participants/?un_group=african",
        "/changes/?q=brazil",
        "/about/",
        "/calendar/",
    ),
    *(
        "/?as_of=2026-03-01",
        "/about/?as_of=2026-03-01",
        "/about/?revision=60",
        "/about/?as_of=2026-03-01&revision=60",
    ),
    *("/treaties/budapest/about/", "/treaties/untoc/about/?as_of=2005-01-01", "/charts/over-time/"),
    *(
        "/convention/",
        "/convention/?theme=extradition",
        "/readiness/",
        "/readiness/?theme=ratification",
        "/scenario/",
    ),
    *("/?region=africa", "/?region=europe"),
)
LANGUAGES = ("", "/ar")


@pytest.fixture(autouse=True)
def edition(hanoi: Treaty, now: datetime) -> None:  # noqa: ARG001 - its reference data
    note_edition(now)


@pytest.mark.slow
def test_a_page_after_others_is_as_if_it_were_the_first(client: Client) -> None:
    addresses = [f"{language}{page}" for language in LANGUAGES for page in PAGES]
    for _ in ("has the charts drawn", "has them shown"):
        after_others = {address: _body(client, address) for address in addresses}
    assert frame._PARTS  # noqa: SLF001 - no one else tells
    for address in addresses:
        kept.forget()
        assert not frame._PARTS  # noqa: SLF001 - the same
        assert _body(client, address) == after_others[address], address


def test_pages_of_two_hosts_have_their_own_addresses(client: Client) -> None:
    for host in ("testserver", "localhost", "testserver"):
        body = client.get("/", headers={"host": host}).content.decode()
        assert f'property="og:image" content="http://{host}/' in body


def test_a_new_edition_is_shown_at_once(client: Client, hanoi: Treaty, now: datetime) -> None:
    assert "Secretary-General" in _body(client, "/about/")
    Treaty.objects.filter(pk=hanoi.pk).update(depositary="Government of Ruritania")
    note_edition(now)
    assert "Source: Government of Ruritania" in _body(client, "/about/")


def test_parts_are_forgotten_before_there_are_too_many(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_MOST_PARTS", 8)
    for day in range(1, 6):
        _body(client, f"/calendar/?as_of=2026-02-{day:02}")
        assert 0 < len(frame._PARTS) <= 8  # noqa: SLF001 - no one else tells


def test_a_page_without_a_treaty_keeps_nothing() -> None:
    template = engines["django"].from_string("{% load frame %}{% kept %}{{ number }}{% endkept %}")
    assert [template.render({"number": number}) for number in (1, 2)] == ["1", "2"]


def _body(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_an_edition_of_another_record_has_its_own_parts(client: Client, hanoi: Treaty, now: datetime) -> None:
    """It is numbered as the one that was read, where an archive was restored in its place."""
    Edition.objects.create(digest="1" * 64, noted_at=now)
    assert "Secretary-General" in _body(client, "/about/")
    with lifted(connection):
        Treaty.objects.filter(pk=hanoi.pk).update(depositary="Government of Ruritania")
        Edition.objects.update(digest="0" * 64)
    assert "Source: Government of Ruritania" in _body(client, "/about/")
