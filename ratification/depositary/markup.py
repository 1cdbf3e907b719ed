"""Markup in the depositary's texts: taken out, or made safe to show."""

import html
import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"<[^>]{0,300}>")
_MARK = re.compile(r"<(superscript|sup)\b[^>]{0,100}>.{0,100}?</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
_SHOWN = {
    "i": "i",
    "em": "i",
    "b": "b",
    "strong": "b",
    "u": "u",
    "superscript": "sup",
    "sup": "sup",
    "sub": "sub",
}
_PAIR = re.compile(
    rf"&lt;({'|'.join(_SHOWN)})&gt;((?:(?!&lt;/?(?:{'|'.join(_SHOWN)})&gt;).)*)&lt;/\1\s{{0,9}}&gt;",
    re.IGNORECASE | re.DOTALL,
)
_PLACED = re.compile(
    r"&lt;/?(?:right|left|center|title|a)(?:\s(?:(?!&gt;).){0,300})?&gt;", re.IGNORECASE | re.DOTALL
)


def plain(printed: str) -> str:
    """Return a printed text without its markup and footnote marks, white space collapsed."""
    text = html.unescape(printed)
    return " ".join(_TAG.sub(" ", _MARK.sub(" ", text)).split())


def shown(printed: str) -> SafeString:
    """Return a printed text as HTML: everything is escaped but pairs of italics, bold, underline, sub and superscript.

    What only places a text (right, center) or links it is left out; its words stay.
    """
    text = _PLACED.sub("", str(escape(html.unescape(printed))))
    while _PAIR.search(text):  # from the innermost pair outwards
        text = _PAIR.sub(
            lambda pair: f"<{_SHOWN[pair[1].lower()]}>{pair[2]}</{_SHOWN[pair[1].lower()]}>", text
        )
    return mark_safe(text)  # noqa: S308 - escaped above; only the tags of `_SHOWN` are put back, in pairs
