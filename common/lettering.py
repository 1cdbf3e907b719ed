"""How wide words are before they are drawn, where no font can be asked."""

from unicodedata import category, east_asian_width

_NO_PLACE = {"Cf", "Mn"}
"""Categories of marks of direction and of vowels, which take no place of their own."""


def is_wide(words: str) -> bool:
    """Whether words have signs as wide as they are high, as Chinese has."""
    return any(east_asian_width(sign) in "WF" for sign in words)


def width_of(words: str, letter: float) -> float:
    """Return about how wide words are, as a multiple of the letters' size; `letter` is the width of a narrow one."""
    return sum(
        0 if category(sign) in _NO_PLACE else 1 if east_asian_width(sign) in "WF" else letter
        for sign in words
    )
