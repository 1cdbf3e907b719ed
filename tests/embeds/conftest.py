"""The embeds show what the API answers: the same record, on the same frozen day."""

from tests.api.conftest import get, record

__all__ = ["get", "record"]
