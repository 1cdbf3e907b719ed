"""Caches hold data alone: what is planted in them is not run, and what cannot be read is a miss."""

import errno
import os
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches

from config.caches import FileCache, Serializer, SharedCache, _Memory

VALUES = [None, 0, 1.5, "text", b"\x00\xff", ["a", 1], {"headers": {"ETag": '"x"'}, "body": b"x"}]


class Planted:
    """A pickle that creates a file when it is read."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.witness),)


@pytest.fixture(params=[FileCache, SharedCache])
def cache(tmp_path: Path, request: pytest.FixtureRequest) -> FileCache:
    made: FileCache = request.param(str(tmp_path / "kept"), {"TIMEOUT": 60})
    return made


@pytest.mark.parametrize("value", VALUES)
def test_values_come_back(cache: FileCache, value: object) -> None:
    serializer = Serializer({})
    assert serializer.loads(serializer.dumps(value)) == value
    cache.set("key", value)
    assert cache.get("key", "missing") == value


def test_a_planted_pickle_is_a_miss_and_runs_nothing(cache: FileCache, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    planted = pickle.dumps(Planted(witness))
    assert Serializer({}).loads(planted) is None
    cache.set("key", "value")
    (path,) = (tmp_path / "kept").iterdir()
    for content in (planted, path.read_bytes()[:8] + planted, b"", b"\x00", path.read_bytes()[:-3]):
        path.write_bytes(content)
        assert cache.get("key") is None
        cache.set("key", "value")
    assert not witness.exists()
    pickle.loads(planted)  # noqa: S301 - the witness can see
    assert witness.exists()


def test_entries_expire_and_are_touched(cache: FileCache) -> None:
    cache.set("key", "value", timeout=-1)
    assert cache.get("key") is None
    assert not cache.touch("key")
    cache.set("key", "value", timeout=None)
    assert cache.touch("key", 60)
    assert cache.has_key("key")
    assert cache.add("key", "another") is False


def test_a_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = FileCache(str(tmp_path / "kept"), {"TIMEOUT": 60})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.cache.backends.filebased.file_move_safe", full)
    cache.set("key", "value")
    assert cache.get("key") is None


def test_no_cache_of_the_site_that_others_can_write_to_uses_pickle() -> None:
    for name in settings.CACHES:
        kind = type(caches[name]).__module__
        if kind.startswith("django_redis"):
            assert settings.CACHES[name]["OPTIONS"]["SERIALIZER"] == "config.caches.Serializer"
        else:
            assert kind in {
                "config.caches",
                "django.core.cache.backends.locmem",
            }  # in the process's own memory


def test_the_queue_takes_json_alone() -> None:
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"


def _of_another_process(cache: SharedCache, monkeypatch: pytest.MonkeyPatch) -> SharedCache:
    """The same folder, for a process that remembers nothing yet."""
    other = SharedCache(Path(cache._dir), {"TIMEOUT": 60})  # type: ignore[attr-defined]  # noqa: SLF001 - Django's
    monkeypatch.setattr(other, "_memory", _Memory())
    return other


@pytest.fixture
def shared(tmp_path: Path) -> SharedCache:
    return SharedCache(tmp_path / "shared", {"TIMEOUT": 60, "OPTIONS": {"MAX_ENTRIES": 100}})


def test_processes_share_entries_and_each_reads_them_once(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = _of_another_process(shared, monkeypatch)
    shared.set("key", b"first")
    assert other.get("key") == b"first"
    monkeypatch.setattr(other, "_read", None)
    assert other.get("key") == b"first"
    monkeypatch.undo()
    shared.set("key", b"later")
    assert other.get("key") == b"later"
    assert other.delete("key")
    assert shared.get("key", "none") == "none"


def test_no_entry_takes_the_place_of_one_that_is_there(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be written to the disk at once, by ext4."""
    moved = list[bool]()
    replace = os.replace

    def noted(draft: str, path: str) -> None:
        moved.append(Path(path).exists())
        replace(draft, path)

    monkeypatch.setattr(os, "replace", noted)
    for value in ("first", "second"):
        shared.set("key", value)
        assert shared.get("key") == value
    assert moved == [False, False]


def test_one_of_many_adds_an_entry(shared: SharedCache, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = [shared, _of_another_process(shared, monkeypatch)]
    for number in range(20):
        with ThreadPoolExecutor(8) as pool:
            added = pool.map(lambda each, key=f"lock-{number}": processes[each % 2].add(key, 1, 30), range(8))
            assert sum(added) == 1
    assert shared.add("gone", 1, -1)
    assert processes[1].add("gone", 1, 30)
    assert not shared.add("gone", 1, 30)


def test_where_nothing_can_be_written_a_process_keeps_its_own(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.set("key", "before")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    shared.set("key", "after")
    assert shared.get("key") == "after"
    assert shared.add("lock", 1, 30)
    assert not shared.add("lock", 1, 30)
    assert shared.delete("lock")
    assert shared.add("lock", 1, 30)


def test_a_shared_cache_grows_neither_on_disk_nor_in_memory(shared: SharedCache) -> None:
    for number in range(1000):
        shared.set(f"key-{number}", number)
    assert len(list(Path(shared._dir).iterdir())) <= 200  # type: ignore[attr-defined]  # noqa: SLF001 - Django's
    _holds_no_more_than(shared, SharedCache.remembered)


@pytest.mark.parametrize("writes", [True, False])
def test_a_process_remembers_bytes_of_answers_not_a_number_of_them(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch, *, writes: bool
) -> None:
    monkeypatch.setattr(SharedCache, "remembered", 50_000)
    if not writes:
        monkeypatch.setattr("config.caches.os.replace", _refuse)
        monkeypatch.setattr("config.caches.os.link", _refuse)
    for number in range(30):
        shared.set(f"key-{number}", b"x" * 1000 * number)
        _holds_no_more_than(shared, 50_000)
    assert shared.add("added", b"x" * 20_000)
    _holds_no_more_than(shared, 50_000)
    assert shared.get("added") == b"x" * 20_000
    shared.set("large", b"x" * 60_000)  # the last is remembered, whatever its size
    assert len(shared._memory) == 1  # noqa: SLF001 - as below
    shared.delete("large")
    assert shared._memory.size == 0  # noqa: SLF001 - as below


def _refuse(*_paths: str) -> None:
    raise OSError


def _holds_no_more_than(cache: SharedCache, most: int) -> None:
    memory = cache._memory  # noqa: SLF001 - no one else tells
    assert memory.size == sum(entry.size for entry in memory.values()) <= most


def test_a_later_entry_is_written_over_an_earlier_one(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file takes ext4 ten times as long as another name for one that is there."""
    made, make = list[str](), tempfile.mkstemp

    def counted(dir: str) -> tuple[int, str]:  # noqa: A002 - its own
        made.append(dir)
        return make(dir=dir)

    monkeypatch.setattr("tempfile.mkstemp", counted)
    for number in range(5):
        assert shared.add("lock", 1, 30)
        shared.set("key", "x" * (20 - number))
        assert shared.delete("lock")
    assert len(made) == 2
    assert shared.get("key") == "x" * 16
    assert _of_another_process(shared, monkeypatch).get("key") == "x" * 16


def test_no_entry_is_read_from_the_file_of_another(
    shared: SharedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = _of_another_process(shared, monkeypatch)
    shared.set("one", b"first" * 4000)
    with Path(shared._key_to_file("one")).open("rb") as file:  # type: ignore[attr-defined]  # noqa: SLF001 - Django's
        monkeypatch.setattr("config.caches.open", lambda *_: file, raising=False)
        shared.delete("one")
        monkeypatch.undo()
        shared.add("another", b"second", 30)
        monkeypatch.setattr("config.caches.open", lambda *_: file, raising=False)
        assert other.get("one") is None
        assert file.closed
