"""Limits by address and by token."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from ratification.models import PartnerToken
from ratification.partners import tokens as partners

Get = Callable[..., Any]


@pytest.fixture
def narrow(settings: Settings) -> None:
    cache.clear()
    settings.API_LIMIT, settings.API_PARTNER_LIMIT = 3, 5


@pytest.mark.usefixtures("narrow")
def test_a_limit_is_told_in_headers_and_ends_in_a_problem_document(
    get: Get, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    left = [get("treaties/")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = get("treaties/")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"].endswith("#too-many-requests")
    assert refused["Retry-After"] == refused["RateLimit-Reset"] == "60"
    assert refused["RateLimit-Limit"] == "3"
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=1))
    assert get("treaties/").status_code == 200


@pytest.mark.usefixtures("narrow")
def test_a_token_raises_the_limit_until_it_is_revoked(get: Get, now: datetime) -> None:
    row, token = partners.issue("University", now=now)
    sent = {"Authorization": f"Bearer {token}"}
    answer = get("treaties/", headers=sent)
    assert answer["RateLimit-Limit"] == "5"
    assert answer["RateLimit-Remaining"] == "4"
    row.refresh_from_db()
    assert row.last_used_on == now.date()
    partners.revoke(row, now=now)
    refused = get("treaties/", headers=sent)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Bearer"
    assert refused.json()["type"].endswith("#invalid-token")


def test_a_token_is_stored_as_its_digest_alone(get: Get, now: datetime) -> None:  # noqa: ARG001 - there is a database
    row, token = partners.issue("University", now=now)
    assert token not in str(PartnerToken.objects.filter(pk=row.pk).values())


@pytest.mark.parametrize("sent", ["Bearer", "Bearer x", "Basic dTpw", "Bearer tst_é"])
def test_a_wrong_token_is_refused_rather_than_ignored(get: Get, sent: str) -> None:
    assert get("treaties/", headers={"Authorization": sent}).status_code == 401


@pytest.mark.usefixtures("narrow")
def test_nobody_asks_in_another_name(get: Get) -> None:
    for number in range(3):
        get("treaties/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert get("treaties/", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 429
