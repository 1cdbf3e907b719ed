"""Caches hold data alone: what is planted in them is not run, and what cannot be read is a miss."""

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches

from config.caches import FileCache, Serializer

VALUES = [None, 0, 1.5, "text", b"\x00\xff", ["a", 1], {"headers": {"ETag": '"x"'}, "body": b"x"}]


class Planted:
    """A pickle that creates a file when it is read."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.witness),)


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(str(tmp_path / "kept"), {"TIMEOUT": 60})


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
    cache: FileCache, monkeypatch: pytest.MonkeyPatch
) -> None:
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
