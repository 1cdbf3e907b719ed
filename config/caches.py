"""Caches whose entries are data alone: msgpack in place of pickle, so that writing an entry runs no code.

An entry that cannot be read (torn, of an earlier version, or planted) is a miss.
"""

import logging
import os
import struct
import tempfile
import threading
import time
import zlib
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import uuid4

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
    level = -1
    """How hard entries are compressed (zlib): -1 as usual, 0 not at all."""

    def get(self, key: Hashable, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return an entry, or the default where there is none that can be read."""
        try:
            with open(self._key_to_file(key, version), "rb") as file:  # type: ignore[attr-defined]  # noqa: PTH123
                if not self._is_expired(file):
                    return _value_in(file)
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
        file.write(_EXPIRY.pack(self._expiry(timeout)))
        file.write(zlib.compress(msgpack.packb(value), self.level))

    def _expiry(self, timeout: float | None) -> float:
        expiry = self.get_backend_timeout(timeout)
        return _NEVER if expiry is None else expiry

    def _is_expired(self, file: IO[bytes]) -> bool:
        """Whether the entry has expired, or is none; then it is removed."""
        try:
            if _expiry_in(file) > time.time():
                return False
        except struct.error:
            pass
        file.close()
        self._delete(os.fspath(file.name))  # type: ignore[attr-defined]  # the stubs leave it out
        return True


class _Remembered(NamedTuple):
    """An entry as it was read; `mark` tells its file from a later one, None where it could not be written."""

    mark: tuple[int, int, int] | None
    expiry: float
    value: Any

    @property
    def size(self) -> int:
        """About how many bytes it takes: those of its file, and the objects that hold it."""
        return 1000 + (self.mark[2] if self.mark else len(msgpack.packb(self.value)))


class _Memory(OrderedDict[str, _Remembered]):
    """What this process has read of a folder, by path, the oldest first; `spare` are files of entries it removed."""

    size = 0

    def __init__(self) -> None:
        super().__init__()
        self.spare = deque[str]()

    def put(self, path: str, entry: _Remembered, most: int) -> None:
        """Remember an entry, and forget the oldest while all together take more than `most` bytes."""
        self.drop(path)
        self[path] = entry
        self.size += entry.size
        while self.size > most and len(self) > 1:
            self.drop(next(iter(self)))

    def drop(self, path: str) -> bool:
        """Forget an entry; whether there was one."""
        if path not in self:
            return False
        self.size -= self.pop(path).size
        return True

    def clear(self) -> None:
        """Forget all entries."""
        super().clear()
        self.size = 0


_MEMORY: defaultdict[str, _Memory] = defaultdict(_Memory)
"""What this process has read, by folder: Django makes an object of the cache for each thread."""
_MEMORY_LOCK = threading.Lock()


class SharedCache(FileCache):
    """A cache in files that processes share, whose entries each process reads once.

    An entry is used for as long as its file is the same. Where nothing can be written, a process keeps its own.
    """

    level = 0  # answers come compressed
    remembered = 4_000_000
    """Bytes of entries that a process remembers: some 250 answers. The others are a file away."""
    tidied = 64
    """So many entries are written between two looks at how many there are."""
    spared = 8
    """So many files of removed entries are kept for others."""

    def __init__(self, dir: Path, params: dict[str, Any]) -> None:  # noqa: A002 - Django's signature
        super().__init__(str(dir), params)
        self._memory = _MEMORY[str(dir)]
        self._written = 0

    def get(self, key: Hashable, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return an entry, or the default where there is none that can be read."""
        path = self._key_to_file(key, version)  # type: ignore[attr-defined]  # the stubs leave it out
        found, mark = self._memory.get(path), _mark(path)
        if found is None or found.mark != mark:
            found = self._read(path)
        return default if found is None or found.expiry <= time.time() else found.value

    def set(
        self,
        key: Hashable,
        value: Any,  # noqa: ANN401 - Django's signature
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Write an entry in place of one that is there."""
        path = self._key_to_file(key, version)  # type: ignore[attr-defined]  # as above
        try:
            mark = self._write(path, timeout, value, _put_in_place)
        except OSError as error:
            logger.warning("An entry of the cache was not written: %s", error)
            with suppress(OSError):
                Path(path).unlink()
            mark = None
        self._remember(path, _Remembered(mark, self._expiry(timeout), value))

    def add(
        self,
        key: Hashable,
        value: Any,  # noqa: ANN401 - Django's signature
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Write an entry where there is none; whether this process was the one that did."""
        path = self._key_to_file(key, version)  # type: ignore[attr-defined]  # as above
        made = _Remembered(None, self._expiry(timeout), value)
        for _ in range(2):
            try:
                self._remember(path, made._replace(mark=self._write(path, timeout, value, os.link)))
            except FileExistsError:
                if self.has_key(key, version):  # which removes one that has expired
                    return False
            except OSError:
                with _MEMORY_LOCK:
                    held = self._memory.get(path)
                    if held and held.mark is None and held.expiry > time.time():
                        return False
                    self._memory.put(path, made, self.remembered)
                return True
            else:
                return True
        return False

    def delete(self, key: Hashable, version: int | None = None) -> bool:
        """Remove an entry; whether there was one."""
        path = self._key_to_file(key, version)  # type: ignore[attr-defined]  # as above
        with _MEMORY_LOCK:
            known = self._memory.drop(path)
        if len(self._memory.spare) >= self.spared:
            return bool(super().delete(key, version)) or known
        try:
            os.rename(path, spare := self._apart())  # noqa: PTH104 - a path of Django's
        except OSError:
            return known
        self._memory.spare.append(spare)
        return True

    def clear(self) -> None:
        """Remove all entries."""
        with _MEMORY_LOCK:
            self._memory.clear()
            self._memory.spare.clear()
        super().clear()

    def _read(self, path: str) -> _Remembered | None:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - a path of Django's
                mark, expiry, (name, value) = _mark(file.fileno()), _expiry_in(file), _value_in(file)
        except (OSError, *_UNREADABLE):
            return None
        if name != Path(path).name:
            return None
        self._remember(path, found := _Remembered(mark, expiry, value))
        return found

    def _write(
        self,
        path: str,
        timeout: float | None,
        value: Any,  # noqa: ANN401 - whatever a cache holds
        place: Callable[[str, str], None],
    ) -> tuple[int, int, int] | None:
        """Write a file apart and put it in its place; return its mark."""
        self._createdir()  # type: ignore[attr-defined]  # as above
        self._written += 1
        if self._written % self.tidied == 0:
            self._cull()  # type: ignore[attr-defined]  # as above
        draft = ""
        try:
            number, draft = self._draft(path if place is _put_in_place else None)
            with open(number, "r+b") as file:  # noqa: PTH123 - a descriptor
                self._write_content(file, timeout, [os.path.basename(path), value])  # noqa: PTH119 - as above
                file.truncate()
                file.flush()
                # A mark of its own, which a file half written over never has: the system's clock ticks every 4 ms.
                os.utime(number, ns=(time.time_ns(),) * 2)
                mark = _mark(number)
            place(draft, path)
        finally:
            if draft:
                with suppress(OSError):  # renamed
                    Path(draft).unlink()
        return mark

    def _draft(self, replaced: str | None) -> tuple[int, str]:
        """Open a file apart, to be written over: that of a replaced or a removed entry, else a new one.

        A new file takes ext4 0.2 to 0.7 ms of processor time, another name for one that is there a tenth of that. Who
        has such a file open may read what is written now, torn or whole: the checksum and the entry's name tell.
        """
        draft = self._apart()
        with suppress(OSError, IndexError):
            os.rename(replaced or self._memory.spare.popleft(), draft)  # noqa: PTH104 - paths of Django's
            return os.open(draft, os.O_RDWR), draft
        return tempfile.mkstemp(dir=self._dir)  # type: ignore[attr-defined]  # as above

    def _apart(self) -> str:
        """Return a path that no other file has; one that stays behind is counted and removed as an entry."""
        return f"{self._dir}/{uuid4().hex}{self.cache_suffix}"  # type: ignore[attr-defined]  # as above

    def _remember(self, path: str, entry: _Remembered) -> None:
        with _MEMORY_LOCK:
            self._memory.put(path, entry, self.remembered)


def _put_in_place(draft: str, path: str) -> None:
    """Put a file in its place, from which one that is there is removed first: who looks in between finds none, a miss.

    ext4 writes a file that takes another one's place to the disk at once, and each answer waited milliseconds for it.
    """
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 - a path of Django's
    os.replace(draft, path)  # noqa: PTH105 - the same


def _expiry_in(file: IO[bytes]) -> float:
    """Read an entry's moment of expiry, with which its file begins."""
    return float(*_EXPIRY.unpack(file.read(_EXPIRY.size)))


def _value_in(file: IO[bytes]) -> Any:  # noqa: ANN401 - whatever a cache holds
    """Read an entry's value, which follows."""
    return msgpack.unpackb(zlib.decompress(file.read()))


def _mark(file: str | int) -> tuple[int, int, int] | None:
    """Return what tells a file from another in its place; None where there is none."""
    try:
        state = os.stat(file)  # noqa: PTH116 - a descriptor, or a path of Django's
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
