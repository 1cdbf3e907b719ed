"""Who is believed, who is let in, and what is refused before the site looks at a request."""

from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.middleware.guards import closed_answers, trusted_proxies


def seen(request: HttpRequest) -> dict[str, str]:
    """What stands behind the guard sees."""
    trusted_proxies(lambda _: HttpResponse())(request)
    return {name: value for name, value in request.META.items() if name.startswith(("REMOTE_ADDR", "HTTP_X"))}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address", "scheme"),
    [
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", None, id="a stranger is not believed"),
        pytest.param("10.0.0.2", "198.51.100.1", "198.51.100.1", "https", id="the proxy is"),
        pytest.param(
            "10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1", "https", id="not what the visitor sent it"
        ),
        pytest.param("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1", "https", id="through two proxies"),
        pytest.param(
            *("10.0.0.2", "1.1.1.1, 198.51.100.1:4711", "10.0.0.2", "https"),
            id="not what stands before something that is no address",
        ),
        pytest.param("10.0.0.2", "nonsense", "10.0.0.2", "https", id="no address"),
        pytest.param("10.0.0.2", "", "10.0.0.2", "https", id="no header"),
        pytest.param("", "198.51.100.1", "", None, id="a peer without an address"),
    ],
)
def test_forwarded_headers_are_believed_from_the_proxy_alone(
    settings: Settings, peer: str, forwarded: str, address: str, scheme: str | None
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    request = RequestFactory(
        REMOTE_ADDR=peer,
        HTTP_X_FORWARDED_FOR=forwarded,
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
    ).get("/")
    meta = seen(request)
    assert meta["REMOTE_ADDR"] == address
    assert meta.get("HTTP_X_FORWARDED_PROTO") == scheme
    assert "HTTP_X_FORWARDED_FOR" not in meta
    assert "HTTP_X_FORWARDED_HOST" not in meta


@pytest.mark.django_db
def test_panel_does_not_exist_outside_its_networks(client: Client, settings: Settings) -> None:
    settings.ADMIN_NETWORKS = [ip_network("192.0.2.0/24")]
    assert client.get("/admin/login/", REMOTE_ADDR="198.51.100.1").status_code == 404
    assert client.get("/admin/login/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_too_long_a_body_is_refused_unread(client: Client, settings: Settings) -> None:
    settings.LONGEST_BODY = 10
    assert client.post("/admin/login/", b"x" * 11, content_type="text/plain").status_code == 413
    assert (
        client.post("/admin/login/", b"x", content_type="text/plain", CONTENT_LENGTH="-1").status_code == 413
    )


@pytest.mark.parametrize("address", ["/admin/%00/", "/admin/login/?next=%00"])
def test_nul_is_refused(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "more", "status"),
    [
        ("get", "/healthz", {}, 200),
        ("get", "/%00", {}, 400),
        ("post", "/", {}, 405),
        ("get", "/", {"HTTP_HOST": "evil.example"}, 400),
        ("post", "/admin/login/", {"CONTENT_LENGTH": "99999999999"}, 413),
        ("get", "/no-such-page/", {}, 404),
        ("get", "/static/no-such-file", {}, 404),
    ],
)
def test_every_answer_has_a_policy_and_is_what_its_type_says(
    settings: Settings, method: str, address: str, more: dict[str, str], status: int
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(raise_request_exception=False)
    response = getattr(client, method)(address, **more)
    assert response.status_code == status
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_answer_without_content_leaves_the_policy_that_the_visitor_has() -> None:
    request = RequestFactory().get("/")
    for status, closed in ((304, False), (400, True)):
        response = closed_answers(lambda _, status=status: HttpResponse(status=status))(request)  # type: ignore[misc]  # a default binds it
        assert ("Content-Security-Policy" in response) is closed
