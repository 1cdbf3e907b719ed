"""Text format of a scenario, for addresses, the API and the command line; a person can write it by hand.

    AUT, BEL on 2027-03-01; signatories of eu on 2027-03; members of asean by 2027-12-31; 26 more by 2027-06-30

A line says who deposits and when. `on` takes a day, a month, a year or an interval (EDTF level 0); `by` takes the last
day, and leaves open which day up to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext, gettext_lazy

from ratification.rules.dates import NEVER, Span, parse_edtf

LONGEST = 4000
"""Maximum number of characters of a scenario."""
MOST_LINES = 30
MOST_UNNAMED = 200
"""Maximum number of unnamed States in a line; larger than the number of States."""

_LINE = re.compile(r"(?P<who>.+?)\s+(?P<how>on|by)\s+(?P<when>\S+)", re.IGNORECASE)
_MORE = re.compile(r"([0-9]{1,3})(?:\s+more)?", re.IGNORECASE | re.ASCII)
_GROUP = re.compile(
    r"(?:all\s+|(\d{1,4})\s+)?(signatories|members)(?:\s+of\s+([a-z0-9-]+))?", re.IGNORECASE | re.ASCII
)
_CODES = re.compile(r"[A-Za-z]{3}(?:[\s,]+[A-Za-z]{3})*", re.ASCII)
_EXAMPLE = gettext_lazy(
    'write "AUT, BEL on 2027-03-01", "signatories of eu on 2027-03-01" or "26 more by 2027-06-30"'
)


class ScenarioError(ValueError):
    """A scenario that cannot be understood; the message says where and why, for the person who wrote it."""


class Who(StrEnum):
    """The ways in which a line names the depositing participants."""

    NAMED = "named"
    SIGNATORIES = "signatories"
    MEMBERS = "members"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One line: the depositing participants, and the day.

    Of `codes` (named participants), `group` (its slug; of the signatories it may be empty, which means all of them) and
    `number` only what `who` calls for is set. `number` counts the States that are not named; of a group it limits the
    line to so many that can still deposit, signatories first, then by name. With `by`, `when` is the last day.
    """

    who: Who
    how: Literal["on", "by"]
    when: Span
    codes: tuple[str, ...] = ()
    group: str = ""
    number: int = 0

    def __str__(self) -> str:
        """The line as it is written."""
        if self.who is Who.NAMED:
            subject = ", ".join(self.codes)
        elif self.who is Who.MORE:
            subject = f"{self.number} more"
        else:
            subject = f"{self.who} of {self.group}" if self.group else self.who.value
            subject = f"{self.number} {subject}" if self.number else subject
        return f"{subject} {self.how} {self.when.edtf}"


def parse_scenario(text: str) -> tuple[ScenarioLine, ...]:
    """Read a scenario; lines end with a semicolon or a new line.

    Raises:
        ScenarioError: naming the line and what is wrong with it.

    """
    if len(text) > LONGEST:
        raise ScenarioError(
            gettext("The scenario has %(number)s characters; %(most)s are the most.")
            % {"number": len(text), "most": LONGEST}
        )
    parts = [part for piece in re.split(r"[;\n]", text) if (part := " ".join(piece.split()))]
    if len(parts) > MOST_LINES:
        raise ScenarioError(
            gettext("The scenario has %(number)s lines; %(most)s are the most.")
            % {"number": len(parts), "most": MOST_LINES}
        )
    return tuple(_line(part) for part in parts)


def written(lines: Iterable[ScenarioLine]) -> str:
    """Write a scenario so that `parse_scenario` gives it back."""
    return "; ".join(map(str, lines))


def _line(text: str) -> ScenarioLine:
    match = _LINE.fullmatch(text)
    if match is None:
        raise ScenarioError(
            gettext("“%(line)s” does not say who deposits, and on or by which day; %(example)s.")
            % {"line": text, "example": _EXAMPLE}
        )
    how: Literal["on", "by"] = "by" if match["how"].lower() == "by" else "on"
    try:
        when = parse_edtf(match["when"])
    except ValueError as error:
        raise ScenarioError(
            gettext(
                "“%(line)s”: “%(when)s” is no day, month or interval that exists; write one like 2027-03-01, "
                "after “on” also a month like 2027-03."
            )
            % {"line": text, "when": match["when"]}
        ) from error
    if when.latest == NEVER:
        raise ScenarioError(
            gettext("“%(line)s”: on the calendar's last day nothing can be said.") % {"line": text}
        )
    if how == "by" and when.on is None:
        raise ScenarioError(
            gettext("“%(line)s”: “by” needs one day, such as %(day)s.") % {"line": text, "day": when.latest}
        )
    return _with_subject(match["who"], text, how, when)


def _with_subject(who: str, text: str, how: Literal["on", "by"], when: Span) -> ScenarioLine:
    if match := _MORE.fullmatch(who):
        number = int(match[1])
        if not 1 <= number <= MOST_UNNAMED:
            raise ScenarioError(
                gettext("“%(line)s”: %(number)s more; 1 to %(most)s can be asked about.")
                % {"line": text, "number": number, "most": MOST_UNNAMED}
            )
        return ScenarioLine(Who.MORE, how, when, number=number)
    if match := _GROUP.fullmatch(who):
        whose = Who(match[2].lower())
        if whose is Who.MEMBERS and not match[3]:
            raise ScenarioError(
                gettext("“%(line)s” does not say of which group; write “members of eu”.") % {"line": text}
            )
        number = int(match[1]) if match[1] else 0
        if match[1] and not 1 <= number <= MOST_UNNAMED:
            raise ScenarioError(
                gettext("“%(line)s”: %(number)s of a group; 1 to %(most)s can be asked about.")
                % {"line": text, "number": number, "most": MOST_UNNAMED}
            )
        return ScenarioLine(whose, how, when, group=(match[3] or "").lower(), number=number)
    if _CODES.fullmatch(who):
        codes = tuple(dict.fromkeys(re.findall(r"[A-Z]{3}", who.upper())))
        return ScenarioLine(Who.NAMED, how, when, codes=codes)
    raise ScenarioError(
        gettext("“%(line)s”: “%(who)s” names no participant; %(example)s.")
        % {"line": text, "who": who, "example": _EXAMPLE}
    )
