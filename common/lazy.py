"""Modules loaded when they are first used: they take a second and tens of megabytes, and few processes need them."""

from functools import partial
from importlib import import_module
from typing import Any

from django.utils.functional import SimpleLazyObject


def lazy_module(name: str) -> Any:  # noqa: ANN401 - a module; import it under TYPE_CHECKING for its types
    """Return a stand-in that imports the module on the first access to an attribute."""
    return SimpleLazyObject(partial(import_module, name))
