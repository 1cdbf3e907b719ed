"""Reading of the two clocks, `as_of` and `revision`, as people and programs write them.

Pages, API, embeds and commands all read them here, so that they accept and refuse the same texts.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext

CLOCKS = ("as_of", "revision")
LARGEST_REVISION = 999_999_999


def check_spelling(names: Iterable[str]) -> None:
    """Refuse a name that is a clock's but for capitals and signs; pages and embeds leave other unknown names alone.

    The answer would be that of another day, and nothing in it would say so.

    Raises:
        ValueError: with a sentence that gives the right name.
    """
    for name in names:
        for clock in CLOCKS:
            if name != clock and re.sub(r"[\W_]", "", name).lower() == clock.replace("_", ""):
                raise ValueError(
                    gettext("“%(given)s” is not known; write %(name)s.") % {"given": name, "name": clock}
                )


def single(name: str, texts: Sequence[str]) -> str | None:
    """Return the one value that an address gives a clock; None where it gives none.

    Raises:
        ValueError: with a sentence, if there are several: none of them is the one that was meant.
    """
    if len(texts) > 1:
        raise ValueError(
            gettext("%(parameter)s is given %(number)s times; give it once.")
            % {"parameter": name, "number": len(texts)}
        )
    return texts[0] if texts else None


def read_day(text: str) -> date:
    """Read a day written as YYYY-MM-DD.

    Raises:
        ValueError: with a sentence, if the text is written otherwise, names a day that does not exist, or is the
            calendar's last day, which stands for "never" in the rules.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is None:
        raise ValueError(gettext("“%(text)s” is not a day; write it like 2026-02-05.") % {"text": text})
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            gettext("“%(text)s” is not a day of the calendar; write one like 2026-02-05.") % {"text": text}
        ) from error
    if day == date.max:
        raise ValueError(gettext("9999-12-31 is the calendar's last day, on which nothing can be said."))
    return day


def read_revision(text: str) -> int:
    """Read the number of a revision; whether the record has it is for the selectors to say.

    Raises:
        ValueError: with a sentence, if the text is not one to nine digits.
    """
    if re.fullmatch(r"\d{1,9}", text, re.ASCII) is None:
        raise ValueError(
            gettext("“%(text)s” is not a revision of the record; write a number like 40.") % {"text": text}
        )
    return int(text)
