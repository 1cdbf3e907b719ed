"""Modules that are loaded when they are first used: they take a second and tens of megabytes, and few need them."""

from importlib import import_module
from typing import Any


class Lazily:
    """Stands for a module until something of it is asked for. Import it for the types under TYPE_CHECKING."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 - whatever the module holds
        return getattr(import_module(self._name), attribute)
