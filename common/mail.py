"""Mail servers, whose conversations end in time, however slowly they answer and however much they say."""

import io
import smtplib
import socket
import time
from collections.abc import Sequence

from django.core.mail.backends.smtp import EmailBackend

LONGEST = 64 * 1024
"""Bytes that a server may say while a connection is opened, or over one message; real ones say some hundred."""


class _Server(smtplib.SMTP):
    """A server for which `timeout` bounds the opening as a whole, and each message as a whole.

    Of itself smtplib waits that long for each byte, and reads an answer of any number of lines.
    """

    ends = 0.0
    left = 0

    def begin(self) -> None:
        """Begin what is bounded."""
        self.ends, self.left = time.monotonic() + self.timeout, LONGEST

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self.begin()
        return super()._get_socket(host, port, timeout)  # type: ignore[misc,no-any-return]  # not in the stubs

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer within the bounds."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Answers(self, self.sock))
        return super().getreply()

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Begin a message, and its bounds."""
        self.begin()
        return super().mail(sender, options)


class _SecureServer(_Server, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class _Answers(io.RawIOBase):
    """What a server says, read as far as its bounds reach."""

    def __init__(self, server: _Server, connection: socket.socket) -> None:
        self._server, self._connection = server, connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # that is what BufferedReader gives
        seconds = self._server.ends - time.monotonic()
        if seconds <= 0 or self._server.left <= 0:
            raise TimeoutError("too slow, or too much")
        self._connection.settimeout(seconds)
        number = self._connection.recv_into(buffer)
        self._server.left -= number
        return number


class BoundedBackend(EmailBackend):
    """Django's backend for SMTP, with such servers."""

    @property
    def connection_class(self) -> type[_Server]:
        """The class of the connection."""
        return _SecureServer if self.use_ssl else _Server
