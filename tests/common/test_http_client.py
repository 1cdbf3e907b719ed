import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trustme

from common.http_client import Client, Limits, OutboundError, is_public
from tests.web_host import NAME, Host, running_host


@pytest.fixture(scope="module")
def server() -> Iterator[Host]:
    with running_host() as host:
        yield host


@pytest.fixture
def host(server: Host) -> Host:
    server.status, server.headers, server.pieces, server.pause, server.promised = 200, {}, [b"ok"], 0.0, None
    server.asked.clear()
    return server


def test_a_call_goes_to_the_checked_address_under_the_hosts_own_name(host: Host) -> None:
    answer = host.client().call(host.url("/list?x=1"), headers={"Accept": "text/xml"})
    assert (answer.status, answer.body) == (200, b"ok")
    assert host.asked == [("GET", "/list?x=1", b"")]


def test_a_body_is_sent(host: Host) -> None:
    host.client().call(host.url(), method="POST", body=b"{}", headers={"Content-Type": "application/json"})
    assert host.asked == [("POST", "/XVIII-16.en.xml", b"{}")]


def test_a_redirect_is_not_followed(host: Host) -> None:
    host.status, host.headers = 302, {"Location": "https://elsewhere.example/"}
    answer = host.client().call(host.url())
    assert (answer.status, answer.headers["location"]) == (302, "https://elsewhere.example/")
    assert len(host.asked) == 1


def test_a_certificate_for_another_name_is_refused(host: Host) -> None:
    with pytest.raises(OutboundError, match=r"other\.example cannot be reached: .*certificate"):
        host.client(name="other.example").call(host.url(name="other.example"))


def test_too_long_an_answer_is_refused(host: Host) -> None:
    host.pieces = [b"x" * 10_000] * 3
    with pytest.raises(OutboundError, match="more than 20,000 bytes"):
        host.client(Limits(answer_bytes=20_000)).call(host.url())


@pytest.mark.parametrize("status", [200, 204, 302, 410, 503])
def test_where_the_status_says_all_no_body_can_fail(host: Host, status: int) -> None:
    """One that is huge, drips or is cut off: a partner that confirms is not told again because of it."""
    for pieces, pause, promised in (
        ([b"x" * 10_000] * 300, 0.0, None),
        ([b"x"] * 100, 0.2, None),
        ([b"x"], 0.0, 10**12),
    ):
        host.status, host.pieces, host.pause, host.promised = status, pieces, pause, promised
        host.headers = {"Retry-After": "7", "Content-Encoding": "gzip"}
        client = host.client(Limits(answer_bytes=20_000))
        answer = client.call(host.url(), method="POST", body=b"{}", reads_body=False)
        assert (answer.status, answer.headers["retry-after"], answer.body) == (status, "7", b"")


def test_an_expired_certificate_is_refused() -> None:
    with running_host(not_after=datetime(2025, 1, 1, tzinfo=UTC)) as host:
        with pytest.raises(OutboundError, match="certificate has expired"):
            host.client().call(host.url())
        assert host.asked == []


def test_a_name_is_resolved_once(host: Host) -> None:
    """A second answer of the name server, which leads elsewhere, is never asked for."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    client = replace(host.client(), resolve=lambda _name, _port: next(answers))
    assert client.call(host.url()).status == 200
    assert next(answers) == ["169.254.169.254"]


def test_an_answer_that_drips_ends_at_the_time_limit(host: Host) -> None:
    host.pieces, host.pause = [b"x"] * 100, 0.05
    with pytest.raises(OutboundError, match=r"longer than 0\.3 seconds"):
        host.client(Limits(seconds=0.3)).call(host.url())


@contextlib.contextmanager
def saying(words: bytes, *, pause: float = 0.0, seconds: float = 30) -> Iterator[tuple[Client, str]]:
    """A client, and the address of a host that says this byte by byte to whoever connects, and ends."""
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(server_side)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def say() -> None:
            plain, _ = listening.accept()
            with contextlib.suppress(OSError), server_side.wrap_socket(plain, server_side=True) as secured:
                secured.recv(4096)  # what is not read when it ends would take the answer away
                for byte in words:
                    secured.sendall(bytes([byte]))
                    time.sleep(pause)

        saying = threading.Thread(target=say)
        saying.start()
        host = f"{NAME}:{listening.getsockname()[1]}"
        client = Client(
            hosts={host},
            limits=Limits(seconds=seconds),
            resolve=lambda _name, _port: ["127.0.0.1"],
            allows=lambda _address: True,
            context=client_side,
        )
        yield client, f"https://{host}/"
        saying.join(10)


def test_headers_that_drip_end_at_the_time_limit() -> None:
    """Each byte comes before the socket's own time limit; the call as a whole has one."""
    drip = saying(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100, pause=0.1, seconds=0.5)
    with drip as (client, url), pytest.raises(OutboundError, match=r"took longer than 0\.5 seconds"):
        client.call(url)


@pytest.mark.parametrize(
    "words", [b"\x00\xff nothing of HTTP\r\n\r\n", b"\x00/9 200 OK\r\n\r\n", b"HTTP/\x00 200 OK\r\n\r\n"]
)
def test_the_reason_quotes_nothing_of_an_answer(words: bytes) -> None:
    """It stands in the log of deliveries, and PostgreSQL takes no NUL."""
    with saying(words) as (client, url), pytest.raises(OutboundError) as refused:
        client.call(url)
    assert re.fullmatch(
        rf"{NAME} does not answer in HTTP \((BadStatusLine|UnknownProtocol)\)\.", str(refused.value)
    )


@pytest.mark.parametrize("reads_body", [True, False])
def test_the_status_is_that_of_the_final_answer(reads_body: bool) -> None:  # noqa: FBT001 - a column of the table
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    with saying(hints * 2 + b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok") as (client, url):
        answer = client.call(url, reads_body=reads_body)
    assert (answer.status, answer.body, "link" in answer.headers) == (202, b"ok" * reads_body, False)
    with saying(hints) as (client, url), pytest.raises(OutboundError, match="cannot be reached"):
        client.call(url, reads_body=reads_body)


def test_a_name_that_is_resolved_for_ever_ends_at_the_time_limit(host: Host) -> None:
    """The servers of a receiver's name are its own: they can keep the system's resolver waiting."""
    over = threading.Event()

    def never(_name: str, _port: int) -> list[str]:
        over.wait(10)
        return ["127.0.0.1"]

    client = replace(host.client(Limits(seconds=0.3)), resolve=never)
    with pytest.raises(OutboundError, match=r"longer than 0\.3 seconds"):
        client.call(host.url())
    over.set()
    assert host.client().call(host.url()).status == 200


def test_silence_ends_at_the_time_limit(host: Host) -> None:
    host.pieces, host.pause, host.promised = [b"x"], 60, 10
    with pytest.raises(OutboundError, match="took longer"):
        host.client(Limits(seconds=0.3)).call(host.url())


def test_an_answer_that_is_cut_off_is_refused(host: Host) -> None:
    host.pieces, host.promised = [b"half"], 8
    with pytest.raises(OutboundError, match="cut off: 4 bytes are missing"):
        host.client().call(host.url())


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://depositary.example/", "is not an https address"),
        ("file:///etc/passwd", "is not an https address"),
        ("https:///x", "is not an https address"),
        ("https://elsewhere.example/", "is not among those"),
        ("https://depositary.example:8443/", "is not among those"),
        ("https://depositary.example@elsewhere.example/", "may name no user"),
        ("https://depositary.example:x/", "is no address"),
        ("https://[::1/", "is no address"),
    ],
)
def test_other_addresses_are_refused(url: str, reason: str) -> None:
    with pytest.raises(OutboundError, match=reason):
        Client(hosts={"depositary.example"}).call(url)


def test_any_host_means_no_port() -> None:
    with pytest.raises(OutboundError, match="no port"):
        Client(hosts=None).check("https://partner.example:25/")
    assert Client(hosts=None).check("https://partner.example/hook").path == "/hook"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - refused here
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:9.9.9.9", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("ff02::1", False),
        ("2001:4860:4860::8888", True),
        ("::127.0.0.1", False),
        ("::a9fe:a9fe", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b:1::7f00:1", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("2a00::5efe:10.0.0.1", False),
        ("2a00::200:5efe:a00:1", False),
        ("2001:0:7f00:1::", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("nonsense", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_public(address) == public


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "9.9.9.9",
        "[::1]",
        "[2620:fe::fe]",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0177.0.0.1",
        "①.1.1.1",
    ],
)
def test_a_host_is_named_and_no_number(host: str) -> None:
    with pytest.raises(OutboundError, match="names its host, not the number of one"):
        Client(hosts=None).check(f"https://{host}/")


def test_an_address_with_letters_beyond_ascii_is_written_as_bytes() -> None:
    client = Client(hosts=None, resolve=lambda _host, _port: ["9.9.9.9"], limits=Limits(seconds=0.2))
    with pytest.raises(OutboundError):
        client.call("https://partner.example/é ü?b=ß")


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    client = Client(hosts=None, resolve=lambda _host, _port: ["9.9.9.9", "10.0.0.1"])
    with pytest.raises(OutboundError, match=r"leads to 10\.0\.0\.1, which is not a public address"):
        client.call("https://partner.example/")


@pytest.mark.parametrize("url", ["https://localhost/", "https://127.0.0.1/", "https://[::1]/"])
def test_this_machine_is_refused(url: str) -> None:
    with pytest.raises(OutboundError, match=r"which is not a public address|not the number of one"):
        Client(hosts=None).call(url)
