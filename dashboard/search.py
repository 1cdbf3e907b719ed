"""Full-text search: words in any order, ignoring case and accents; matches are marked."""

import unicodedata

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def words_of(search: str) -> list[str]:
    """Split what was typed into the words to be found."""
    return _plain(search).split()


def has_all_words(words: list[str], text: str) -> bool:
    """Whether every word begins a word of the text; true of any text if there are none."""
    return all(_places(word, _plain(text)) for word in words)


def marked(text: str, words: list[str]) -> SafeString:
    """Return the text as HTML with `<mark>` around what the words found in it."""
    if not words:
        return conditional_escape(text)
    plain = _plain(text)
    hit = [False] * len(text)
    for word in words:
        for place in _places(word, plain):
            hit[place : place + len(word)] = [True] * len(word)
    pieces: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hit[end] != hit[start]:
            piece = conditional_escape(text[start:end])
            pieces.append(f"<mark>{piece}</mark>" if hit[start] else piece)
            start = end
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of the text is escaped


def _places(word: str, plain: str) -> list[int]:
    """Give where the word begins a word of the text."""
    places = []
    place = plain.find(word)
    while place >= 0:
        if place == 0 or not plain[place - 1].isalnum():
            places.append(place)
        place = plain.find(word, place + 1)
    return places


def _plain(text: str) -> str:
    """Take case and accents away, sign for sign, so that places stay the same."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[0].lower()
    return base if len(base) == 1 else sign
