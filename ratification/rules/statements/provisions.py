"""Provisions as a statement names them: `14`, `7(2)`, `11(1)(a)`; the empty text is the treaty as a whole.

A territorial application or exclusion names territories in their place, by their codes.
"""

from collections.abc import Iterable

from common.messages import listed, message, plural_message

WHOLE = ""
"""The one provision of a statement that names none: the treaty as a whole."""


def covers(wide: str, narrow: str) -> bool:
    """Return whether a provision is another one or contains it: 11 contains 11(1), and 11(1) contains 11(1)(a)."""
    return wide in {WHOLE, narrow} or narrow.startswith(f"{wide}(")


def article_of(provision: str) -> int | None:
    """Return the number of a provision's article."""
    number = provision.partition("(")[0]
    return int(number) if number.isdecimal() else None


def words_of(provisions: Iterable[str]) -> str:
    """Return provisions as words: `article 14`, `articles 14 and 16`, `GIB`, `the treaty as a whole`."""
    named = [provision for provision in provisions if provision]
    if not named:
        return message("the treaty as a whole")
    if named[0].isalpha():  # codes of territories
        return listed(named, "and")
    return plural_message(
        "article %(articles)s", "articles %(articles)s", len(named), articles=listed(named, "and")
    )
