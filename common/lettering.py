"""How wide words are before they are drawn, and where their lines break, where no font can be asked."""

import re
from unicodedata import category, east_asian_width

_NO_PLACE = {"Cf", "Mn"}
"""Categories of marks of direction and of vowels, which take no place of their own."""
_PIECE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af][\u3001-\u3011\uff00-\uff0f\uff1a-\uff1f]*|[^\s\u2e80-\u9fff\uac00-\ud7af]+|\s+"
)
"""A Chinese sign with the stop behind it, a word, or a blank: lines break between these."""


def is_wide(words: str) -> bool:
    """Whether words have signs as wide as they are high, as Chinese has."""
    return any(east_asian_width(sign) in "WF" for sign in words)


def width_of(words: str, letter: float) -> float:
    """Return about how wide words are, as a multiple of the letters' size; `letter` is the width of a narrow one."""
    return sum(
        0 if category(sign) in _NO_PLACE else 1 if east_asian_width(sign) in "WF" else letter
        for sign in words
    )


def in_lines(words: str, width: float, letter: float) -> list[str]:
    """Break words into lines of at most a width, given as a multiple of the letters' size; a longer word is cut."""
    lines, line = list[str](), ""
    for piece in _PIECE.findall(words):
        if not line and piece.isspace():
            continue
        if width_of(line + piece.rstrip(), letter) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        line = piece.lstrip()
        while width_of(line, letter) > width and len(line) > 1:
            fits = next(
                end
                for end in range(len(line) - 1, 0, -1)
                if end == 1 or width_of(line[:end], letter) <= width
            )
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip()] if line.strip() else lines
