"""Caches whose entries are data alone: msgpack in place of pickle, so that writing an entry runs no code.

An entry that cannot be read (torn, of an earlier version, or planted) is a miss.
"""

import logging
import os
import struct
import time
import zlib
from collections.abc import Hashable
from typing import IO, Any

import msgpack
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django_redis.serializers.base import BaseSerializer

logger = logging.getLogger(__name__)

_UNREADABLE = (ValueError, TypeError, zlib.error, struct.error, msgpack.exceptions.UnpackException)
_EXPIRY = struct.Struct("<d")
"""Moment of expiry in seconds, infinite for an entry that stays."""
_NEVER = float("inf")


class Serializer(BaseSerializer):  # type: ignore[misc]  # django-redis ships no types
    """Serializer of the entries in Redis."""

    def dumps(self, value: Any) -> bytes:  # noqa: ANN401 - whatever a cache holds
        """Return the value as bytes."""
        packed: bytes = msgpack.packb(value)
        return packed

    def loads(self, value: bytes) -> Any:  # noqa: ANN401 - the same
        """Return the value; None, a miss, for bytes that this class did not write."""
        try:
            return msgpack.unpackb(value)
        except _UNREADABLE:
            return None


class FileCache(FileBasedCache):
    """Django's cache in files, with the same entries. A file that cannot be written is a warning, not an error."""

    cache_suffix = ".cache"

    def get(self, key: Hashable, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return an entry, or the default where there is none that can be read."""
        try:
            with open(self._key_to_file(key, version), "rb") as file:  # type: ignore[attr-defined]  # noqa: PTH123
                if not self._is_expired(file):
                    return msgpack.unpackb(zlib.decompress(file.read()))
        except (OSError, *_UNREADABLE):
            pass
        return default

    def set(
        self,
        key: Hashable,
        value: Any,  # noqa: ANN401 - Django's signature
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Write an entry; a full disk or a folder that cannot be written leaves the cache as it is."""
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            logger.warning("An entry of the cache was not written: %s", error)

    def touch(
        self,
        key: Hashable,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Write an entry anew with another expiry; return whether there was one."""
        missing = object()
        value = self.get(key, missing, version)
        if value is missing:
            return False
        self.set(key, value, timeout, version)
        return True

    def _write_content(self, file: IO[bytes], timeout: float | None, value: Any) -> None:  # noqa: ANN401 - Django's signature
        expiry = self.get_backend_timeout(timeout)
        file.write(_EXPIRY.pack(_NEVER if expiry is None else expiry))
        file.write(zlib.compress(msgpack.packb(value)))

    def _is_expired(self, file: IO[bytes]) -> bool:
        """Whether the entry has expired, or is none; then it is removed."""
        try:
            (expiry,) = _EXPIRY.unpack(file.read(_EXPIRY.size))
        except struct.error:
            expiry = 0
        if expiry > time.time():
            return False
        file.close()
        self._delete(os.fspath(file.name))  # type: ignore[attr-defined]  # the stubs leave it out
        return True
