"""One cell of the table: dates, each with the letter of its act; square brackets mean withdrawn."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from common.month_names import MONTHS
from ratification.depositary.document import ListedAct
from ratification.depositary.headings import Heading, HeadingAct
from treaty.clauses import CONSENTS

_DATE = r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]+)\.? (?P<year>\d{4})"
# A letter may be glued to the year. Bare footnote marks may follow; a figure that begins the next date is none.
_LETTER = r"(?: ?(?P<letter>[A-Za-z]{1,2})(?![A-Za-z]))?"
_FOOTNOTES = r"(?: \d{1,2}(?:, ?\d{1,2})*(?= ?[\]\[,;]| \d{1,2} [A-Za-z]|$))?"
_WRITTEN = re.compile(rf"\b{_DATE}")
_TOKEN = re.compile(rf"{_DATE}{_LETTER}{_FOOTNOTES}|(?P<mark>[\[\],;])", re.ASCII)
# The depositary took over the treaties of the League of Nations; nothing in its care is older than these.
_FIRST_YEAR = 1900
_DATED = re.compile(r"\d{1,2} [A-Za-z]+\.? \d{4}", re.ASCII)


class CellError(ValueError):
    """A cell that cannot be read; the message says why."""


def holds_date(text: str) -> bool:
    """Whether a date stands in the cell."""
    return bool(_DATED.search(text))


def days_in(text: str) -> list[date]:
    """Return the days that a text names, in its order; what is no day of the calendar is none."""
    found = []
    for match in _WRITTEN.finditer(text):
        with suppress(CellError):
            found.append(_day(text, match))
    return found


def day_in(text: str) -> date | None:
    """Return the day where a text is one day and nothing else but signs around it."""
    days = days_in(text)
    alone = not re.search(r"[^\W\d_]", _WRITTEN.sub("", text))
    return days[0] if len(days) == 1 and alone else None


def read_cell(text: str, heading: Heading, column: int) -> tuple[ListedAct, ...]:
    """Read a cell under a heading of acts.

    Args:
        text: the cell with white space collapsed and footnote elements taken out.
        heading: the heading of its column.
        column: the column's number, kept in the entries.

    Raises:
        CellError: if anything in it is not a date, a letter of the legend, a bracket, a comma or a footnote mark.
    """
    entries: list[ListedAct] = []
    open_bracket = False
    for token in _tokens(text):
        if token["mark"] in ("[", "]"):
            if open_bracket == (token["mark"] == "["):
                raise CellError(f"{text!r} has a square bracket without its other half")
            open_bracket = not open_bracket
        elif not token["mark"]:
            on = _day(text, token)
            entries.append(
                ListedAct(_meaning(text, heading, token["letter"] or ""), on, open_bracket, column)
            )
    if open_bracket:
        raise CellError(f"{text!r} has a square bracket without its other half")
    if text and not entries:
        raise CellError(f"{text!r} holds no date")
    return tuple(entries)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        token = _TOKEN.match(text, position)
        if token is None:
            raise CellError(f"{text!r} cannot be read from {text[position:]!r} on")
        yield token
        position = token.end()


def _day(text: str, token: re.Match[str]) -> date:
    month = MONTHS.get(token["month"].lower())
    if month is None:
        raise CellError(f"{text!r}: {token['month']!r} is no month")
    if int(token["year"]) < _FIRST_YEAR:
        raise CellError(f"{text!r}: {token['year']} is no plausible year")
    try:
        return date(int(token["year"]), month, int(token["day"]))
    except ValueError:
        raise CellError(f"{text!r} is no day of the calendar") from None


def _meaning(text: str, heading: Heading, letter: str) -> tuple[HeadingAct, ...]:
    acts = heading.acts_marked(letter)
    if not acts:
        what = f"the letter {letter!r}" if letter else "a date without a letter"
        raise CellError(f"{text!r}: the heading {heading.text!r} does not say what {what} means")
    if len({act.kind for act in acts}) > 1 and not all(act.kind in CONSENTS for act in acts):
        raise CellError(
            f"{text!r}: under the heading {heading.text!r} it can be {' or '.join(act.phrase for act in acts)}"
        )
    return acts
