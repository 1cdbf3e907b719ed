"""Settings of the queue and the caches: in Redis or Valkey, and in files for the embedded shape."""

from pathlib import Path
from typing import Any

REDIS_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 7200,  # seconds; longer than the longest delay of a job that is tried again
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "socket_keepalive": True,
    # Whoever publishes must not wait for a broker that is away: the sweep asks again.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}


def redis_caches(url: str) -> dict[str, dict[str, Any]]:
    """Return the caches in Redis, which all processes share. A cache that is away is an empty cache."""
    # Only here: sixty modules of its own and asyncio, for which the embedded shape has no use.
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    shared = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url,
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SERIALIZER": "config.caches.Serializer",
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 1,
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
        },
    }
    return {
        "default": shared,
        "drawings": {**shared, "KEY_PREFIX": "drawings"},
        "answers": {**shared, "KEY_PREFIX": "answers"},
    }


def folder_options(folder: Path) -> dict[str, Any]:
    """Return the options of the queue in a folder; see config/run/queue.py."""
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "polling_interval": 0.03,
    }


def folder_caches(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the caches of the embedded shape: in the process, and in files where processes share them."""
    return {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "drawings": {"BACKEND": "config.caches.FileCache", "LOCATION": folder / "drawings"},
        "answers": {
            "BACKEND": "config.caches.SharedCache",
            "LOCATION": folder / "answers",
            "OPTIONS": {"MAX_ENTRIES": 1500},  # an answer has two or three entries, of 1 kB to 200 kB
        },
    }
