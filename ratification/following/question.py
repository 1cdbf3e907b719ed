"""Questions of followers: which changes of a treaty's status they want, and on which days a reminder.

One question stands behind a mail subscription, a feed, a calendar and the list of changes. It is written as the query
of an address, so that it can be linked, and so that equal questions are equal texts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from common.messages import Text, in_sequence, listed
from common.punctuation import colon, comma, semicolon
from ratification.status.day_text import translated
from states.known_names import known_name
from states.models import Group, Participant
from states.naming import name_for

KINDS: Mapping[str, Text] = {
    "signature": pgettext_lazy("kinds of change", "signatures"),
    "consent": pgettext_lazy(
        "kinds of change", "ratifications, acceptances, approvals, accessions and successions"
    ),
    "withdrawal": pgettext_lazy("kinds of change", "withdrawals and denunciations"),
    "entry_into_force": pgettext_lazy("kinds of change", "entry into force, of the treaty and for a State"),
    "statement": pgettext_lazy(
        "kinds of change", "reservations, declarations, objections and other statements"
    ),
    "window": pgettext_lazy("kinds of change", "periods that begin and end, such as that for signature"),
    "report": pgettext_lazy("kinds of change", "reports on domestic measures"),
    "correction": pgettext_lazy("kinds of change", "corrections and retractions of the record"),
}
"""Kinds of changes, in words."""
MOST_VALUES = 60
"""Most values that a parameter takes."""
LONGEST_QUERY = 1000
"""Most characters of a question as a query: a subscription keeps it so."""
HIGHEST_THRESHOLD = 1000
LONGEST_NOTICE = 366
"""Most days before a window closes that a reminder can come."""
PARAMETERS = ("participant", "group", "kind", "article", "threshold", "days_before", "forecast")


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """Choice of changes that somebody asks for.

    Participants and the group's members select changes together with kinds and article; thresholds, reminders and
    moves of the forecast are asked for beside them. A question that names nothing asks for all changes.
    """

    participants: tuple[str, ...] = ()
    group: str = ""
    kinds: tuple[str, ...] = ()
    article: int | None = None
    thresholds: tuple[int, ...] = ()
    days_before: tuple[int, ...] = ()
    forecast: bool = False

    @property
    def selects_changes(self) -> bool:
        """Whether changes are asked for, or thresholds, reminders and the forecast alone."""
        named = self.participants or self.group or self.kinds or self.article
        return bool(named) or not (self.thresholds or self.days_before or self.forecast)

    @property
    def query(self) -> str:
        """The question as the query of an address, in one order; empty if it names nothing."""
        values: dict[str, Sequence[object]] = {
            "participant": self.participants,
            "group": [self.group] if self.group else [],
            "kind": self.kinds,
            "article": [self.article] if self.article else [],
            "threshold": self.thresholds,
            "days_before": self.days_before,
            "forecast": [1] if self.forecast else [],
        }
        return urlencode(values, doseq=True)

    @property
    def words(self) -> str:
        """The question in words, for pages; names of participants and group are the reader's to look up."""
        parts = []
        if self.selects_changes:
            named = in_sequence(str(KINDS[kind]) for kind in self.kinds)
            what = translated(named) or pgettext("kinds of change", "all changes")
            if self.article:
                values = {"changes": what, "number": self.article}
                what = gettext("%(changes)s, on article %(number)s") % values
            parts.append(what)
        if self.thresholds:
            numbers = {"numbers": numbers_in_words(self.thresholds)}
            parts.append(gettext("the day on which %(numbers)s have deposited") % numbers)
        if self.days_before:
            words = ngettext(
                "reminders %(numbers)s day before a period ends",
                "reminders %(numbers)s days before a period ends",
                self.days_before[-1],
            )
            parts.append(words % {"numbers": numbers_in_words(self.days_before)})
        if self.forecast:
            parts.append(gettext("the forecast moving by a quarter of a year or more"))
        return semicolon().join(parts)

    @property
    def whole(self) -> str:
        """The question in words for who has nothing to look names up in: a mail."""
        group = Group.objects.filter(slug=self.group).values_list("name", flat=True) if self.group else ()
        whose = comma().join([*map(name_for, self.participants), *map(known_name, group)])
        return f"{whose}{colon()}{self.words}" if whose else self.words


_COMMA = re.compile("[,،，、]")
"""Separators of values that are typed in one field: the comma of each language of the pages."""


def read_question(values: Mapping[str, Sequence[str]], *, stored: bool = False) -> ChangeQuestion:
    """Read a question from the query of an address; what is empty, and what is no part of a question, is left out.

    One that was `stored` is not held against the reference data again: a group may have gone since.

    Raises:
        ValueError: with a sentence that names the parameter and what it takes.
    """
    given = {
        name: [part.strip() for value in values.get(name, ()) for part in _COMMA.split(value) if part.strip()]
        for name in PARAMETERS
    }
    for name, texts in given.items():
        if len(texts) > MOST_VALUES:
            raise ValueError(
                gettext("%(parameter)s is given %(number)s times; at most %(most)s are taken.")
                % {"parameter": name, "number": len(texts), "most": MOST_VALUES}
            )
    question = ChangeQuestion(
        participants=_participants(given["participant"], stored=stored),
        group=_group(_single("group", given["group"]), stored=stored),
        kinds=_kinds(given["kind"]),
        thresholds=_numbers("threshold", given["threshold"], HIGHEST_THRESHOLD),
        days_before=_numbers("days_before", given["days_before"], LONGEST_NOTICE),
        forecast=_switch("forecast", given["forecast"]),
    )
    article = _numbers("article", [_single("article", given["article"])], 999) if given["article"] else ()
    question = replace(question, article=article[0]) if article else question
    if len(question.query) > LONGEST_QUERY:
        raise ValueError(
            gettext("Too much is asked for at once: %(number)s characters, %(most)s are taken.")
            % {"number": len(question.query), "most": LONGEST_QUERY}
        )
    return question


def stored_question(query: str) -> ChangeQuestion:
    """Return the question that a subscription keeps, which was checked when it was kept."""
    return read_question(parse_qs(query), stored=True)


def _participants(codes: Sequence[str], *, stored: bool) -> tuple[str, ...]:
    wanted = {code.upper() for code in codes}
    if wanted and not stored:
        known = set(Participant.objects.filter(iso3__in=wanted).values_list("iso3", flat=True))
        for code in sorted(wanted - known):
            raise ValueError(gettext("participant: there is none with the code “%(code)s”.") % {"code": code})
    return tuple(sorted(wanted))


def _group(slug: str, *, stored: bool) -> str:
    if slug and not stored and not Group.objects.filter(slug=slug).exists():
        raise ValueError(gettext("group: there is none called “%(name)s”.") % {"name": slug})
    return slug


def _kinds(names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in KINDS:
            raise ValueError(
                gettext("kind: “%(name)s” is not one of %(options)s.")
                % {"name": name, "options": ", ".join(KINDS)}
            )
    return tuple(kind for kind in KINDS if kind in names)


def _numbers(parameter: str, texts: Sequence[str], most: int) -> tuple[int, ...]:
    for text in texts:
        if not (
            text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most
        ):
            raise ValueError(
                gettext("%(parameter)s: “%(text)s” is not a whole number from 1 to %(most)s.")
                % {"parameter": parameter, "text": text, "most": most}
            )
    return tuple(sorted({int(text) for text in texts}))


def _single(parameter: str, texts: Sequence[str]) -> str:
    if len(texts) > 1:
        raise ValueError(
            gettext("%(parameter)s is given %(number)s times; give it once.")
            % {"parameter": parameter, "number": len(texts)}
        )
    return texts[0] if texts else ""


def _switch(parameter: str, texts: Sequence[str]) -> bool:
    text = _single(parameter, texts)
    if text not in {"", "0", "1"}:
        raise ValueError(
            gettext("%(parameter)s: “%(text)s” is neither 1 nor 0.") % {"parameter": parameter, "text": text}
        )
    return text == "1"


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Return numbers as a list in words."""
    return translated(listed(map(str, numbers), "and"))
