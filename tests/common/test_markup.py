"""Texts are escaped, and markup is nothing but a text to it."""

import html

import pytest
from django.utils.safestring import SafeString

from common.markup import escaped


@pytest.mark.parametrize("text", ["", "Qatar", "Côte d’Ivoire", "Côte d'Ivoire", 'a < b & "c"', "&lt;"])
def test_a_text_is_escaped(text: str) -> None:
    for given in (text, SafeString(text)):  # in either order: what is kept for one is given for the other
        assert escaped(given) == html.escape(text)
        assert isinstance(escaped(given), SafeString)
