"""HTTPS client safe against server-side request forgery: known hosts, public IP addresses, limits.

The host name is resolved first, each of its IP addresses is checked, and the connection goes to a checked one, so that
a name cannot lead elsewhere between check and call. Redirects are not followed.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, quote, urlsplit

_PORT = 443
_CHUNK = 64 * 1024
_INTERIM = range(102, 200)
"""Statuses after which the real one comes (RFC 9110, 15.2); 101, which nobody asks for, leads to none."""
_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
"""Characters of an address that stay as they are; all others are written as bytes of UTF-8 (RFC 3987)."""

_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
"""What is given out for the internet; all else is local, reserved, or takes to IPv4 (RFC 4291, 6052, 7915, 8215)."""
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
_OF_IPV4 = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"))
"""For protocols (RFC 6890) and relays of 6to4 (RFC 7526)."""
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)\.?", re.IGNORECASE)
"""Last label of a host name that resolvers take for a number: 127.1, 0x7f000001, 2130706433."""

Resolve = Callable[[str, int], list[str]]


class OutboundError(Exception):
    """A refused or failed request; the message gives the reason, without the content sent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Longest duration of a request in seconds, and largest size of a response in bytes."""

    seconds: float = 30
    answer_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """A host's response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def addresses_of(host: str, port: int) -> list[str]:
    """Resolve a host name to IP addresses.

    Raises:
        OutboundError: if it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError(f"The host {host} cannot be found: {error}") from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Return whether an IP address is public: not private, local, reserved or multicast, nor a wrapped such address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return parsed.is_global and parsed in _PUBLIC_IPV6 and not _wraps_ipv4(parsed)
        parsed = parsed.ipv4_mapped
    return parsed.is_global and not parsed.is_multicast and not any(parsed in each for each in _OF_IPV4)


def _wraps_ipv4(address: ipaddress.IPv6Address) -> bool:
    """Return whether a network takes an address of IPv6 to one of IPv4: 6to4, Teredo, ISATAP."""
    is_isatap = (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE  # noqa: PLR2004 - RFC 5214
    return (
        is_isatap or address.sixtofour is not None or address.teredo is not None or address in _DOCUMENTATION
    )


@cache
def _context() -> ssl.SSLContext:
    """Return the machine's authorities; to read them takes longer than many a call."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Client:
    """A client for one set of hosts.

    `hosts` are the hosts that may be called, with the port if it is not 443; None permits any public host, for URLs
    that users enter. The other fields are for callers that run a host of their own, such as tests.
    """

    hosts: Collection[str] | None
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = addresses_of
    allows: Callable[[str], bool] = is_public
    context: ssl.SSLContext = field(default_factory=_context)

    def check(self, url: str) -> SplitResult:
        """Return the parts of a URL that may be called. No name is resolved.

        Raises:
            OutboundError: if it is not https, names a port, a user or a bare IP address, or a host that is not allowed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise OutboundError(f"{url!r} is no address: {error}") from error
        if parts.scheme != "https" or not parts.hostname:
            raise OutboundError(f"{url!r} is not an https address.")
        if (
            parts.username is not None
            or parts.password is not None
            or (port is not None and self.hosts is None)
        ):
            raise OutboundError("An address may name no user, no password and no port.")
        host = unicodedata.normalize("NFKC", parts.hostname)
        if self.hosts is None and (
            ":" in host or _NUMERIC.fullmatch(host.removesuffix(".").rpartition(".")[2])
        ):
            raise OutboundError("An address names its host, not the number of one.")
        if self.hosts is not None and parts.netloc.lower() not in {host.lower() for host in self.hosts}:
            raise OutboundError(f"The host {parts.netloc} is not among those that may be called.")
        return parts

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        reads_body: bool = True,
    ) -> Answer:
        """Call an address once.

        Args:
            url: the URL.
            method: the HTTP method.
            body: the content of the request.
            headers: headers beyond Host and User-Agent.
            reads_body: whether the body of the response is read; where the status says all, nothing else can fail.

        Returns:
            The response, of any status.

        Raises:
            OutboundError: if the address is refused, the host cannot be reached, or a limit is passed.
        """
        parts = self.check(url)
        host, port = str(parts.hostname), parts.port or _PORT
        deadline = time.monotonic() + self.limits.seconds
        addresses = self._resolved(host, port)
        for address in addresses:
            if not self.allows(address):
                raise OutboundError(f"The host {host} leads to {address}, which is not a public address.")
        connection = _Connection(
            host, port, addresses[0], self.context, max(deadline - time.monotonic(), 0.01)
        )
        path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
        # A socket times out between two bytes; the timer ends a call whose host sends one now and then.
        timer = threading.Timer(deadline - time.monotonic(), connection.abort)
        timer.daemon = True
        timer.start()
        try:
            connection.request(method, path, body, {"User-Agent": "treaty-status-tracker", **(headers or {})})
            return self._answer(connection, deadline, reads_body=reads_body)
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= deadline:
                raise self._too_slow() from error
            if isinstance(error, OSError):
                raise OutboundError(f"{host} cannot be reached: {error or type(error).__name__}") from error
            # Its message would quote the answer, with characters that no database takes.
            raise OutboundError(f"{host} does not answer in HTTP ({type(error).__name__}).") from error
        finally:
            timer.cancel()
            connection.close()

    def _resolved(self, host: str, port: int) -> list[str]:
        """Resolve the host within the time limit: the system's resolver has none that a caller could set."""
        answer: Future[list[str]] = Future()

        def resolve() -> None:
            try:
                answer.set_result(self.resolve(host, port))
            except Exception as error:  # noqa: BLE001 - it is raised again in the caller's thread
                answer.set_exception(error)

        threading.Thread(target=resolve, daemon=True).start()
        try:
            return answer.result(self.limits.seconds)
        except TimeoutError as error:
            raise self._too_slow() from error

    def _answer(
        self, connection: http.client.HTTPSConnection, deadline: float, *, reads_body: bool
    ) -> Answer:
        """Read the response in pieces, so that neither a slow nor an endless one passes the limits."""
        response = connection.getresponse()
        while response.status in _INTERIM:  # Python's client itself passes over 100 alone
            response.headers = None  # type: ignore[assignment]  # else it takes itself for read
            response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if not reads_body:
            return Answer(response.status, headers, b"")
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(_CHUNK):
            size += len(piece)
            if size > self.limits.answer_bytes:
                raise OutboundError(f"The answer has more than {self.limits.answer_bytes:,} bytes.")
            if time.monotonic() > deadline:
                raise self._too_slow()
            pieces.append(piece)
        if time.monotonic() > deadline:
            raise self._too_slow()
        if response.length:
            raise OutboundError(f"The answer was cut off: {response.length:,} bytes are missing.")
        return Answer(response.status, headers, b"".join(pieces))

    def _too_slow(self) -> OutboundError:
        return OutboundError(f"The answer took longer than {self.limits.seconds:g} seconds.")


class _Connection(http.client.HTTPSConnection):
    """A connection to one checked IP address, with the certificate checked against the host name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._address = address
        self._tls = context
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the checked address instead of resolving the name again."""
        plain = self._plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def abort(self) -> None:
        """End the call from another thread: reading and writing fail from now on."""
        for each in (self.sock, self._plain):
            with contextlib.suppress(OSError, ValueError):
                if each is not None:
                    socket.socket.shutdown(each, socket.SHUT_RDWR)
