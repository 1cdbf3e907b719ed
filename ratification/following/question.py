"""Questions that a follower asks: which changes of a treaty's status are told, and on which days a reminder comes.

One question stands behind a mail subscription, a feed, a calendar and the list of changes. It is written as the query
of an address, so that it can be linked, and so that equal questions are equal texts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from common.messages import Text, in_sequence, listed
from common.punctuation import semicolon
from ratification.models import Change
from ratification.rules.facts import MembershipFact
from ratification.status.changes import changes_of, sentence_of
from ratification.status.day_text import readable, translated
from ratification.status.feeds import news_in
from states.models import Group, Membership, Participant
from treaty.models import Treaty

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
WRONG = {Change.Cause.CORRECTION, Change.Cause.RETRACTION}
"""Causes of changes by which the record had it wrong before."""
Members = Mapping[str, Sequence[MembershipFact]]
"""Memberships of a group by the code of the member."""
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
        """The question in words, for mails and pages; names of participants and group are the reader's to look up."""
        parts = []
        if self.selects_changes:
            named = in_sequence(str(KINDS[kind]) for kind in self.kinds)
            what = translated(named) or pgettext("kinds of change", "all changes")
            if self.article:
                values = {"changes": what, "number": self.article}
                what = gettext("%(changes)s, on article %(number)s") % values
            parts.append(what)
        if self.thresholds:
            numbers = {"numbers": _listed(self.thresholds)}
            parts.append(gettext("the day on which %(numbers)s have deposited") % numbers)
        if self.days_before:
            words = ngettext(
                "reminders %(numbers)s day before a period ends",
                "reminders %(numbers)s days before a period ends",
                self.days_before[-1],
            )
            parts.append(words % {"numbers": _listed(self.days_before)})
        if self.forecast:
            parts.append(gettext("the forecast moving by a quarter of a year or more"))
        return semicolon().join(parts)


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


def select(changes: QuerySet[Change], question: ChangeQuestion) -> list[Change]:
    """Return the changes that a question asks for, in the order given. One query, one more for a group.

    A correction or retraction of what was told is told too, whatever else the question says: who got the wrong news
    gets the right one.
    """
    rows = list(changes)
    members = _members(question.group, rows) if question.group else {}
    earlier, wrong = _entries(rows), set[tuple[int, int]]()
    # In the order of their numbers, since a correction may itself be corrected.
    chosen = {
        change.pk
        for change in sorted(rows, key=lambda each: (each.treaty_id, each.number))
        if _asks_for(change, question, members) or _corrects(change, question, members, earlier, wrong)
    }
    return [change for change in rows if change.pk in chosen]


def _corrects(
    change: Change,
    question: ChangeQuestion,
    members: Members,
    earlier: dict[tuple[int, int], list[Change]],
    known: set[tuple[int, int]],
) -> bool:
    """Return whether a change corrects an entry whose own change was asked for."""
    if change.supersedes is None or not question.selects_changes:
        return False
    key = (change.treaty_id, change.supersedes)
    if key in known:
        return True
    told = any(
        _asks_for(each, question, members) for each in earlier.get(key, ()) if each.number < change.number
    )
    if told and change.entry is not None:
        known |= {key, (change.treaty_id, change.entry)}
    return told


def _entries(rows: Iterable[Change]) -> dict[tuple[int, int], list[Change]]:
    """Return the changes of what corrections among these supersede, by treaty and entry. At most one query."""
    wanted = Q()
    for change in rows:
        if change.supersedes is not None:
            wanted |= Q(treaty=change.treaty_id, entry=change.supersedes)
    found: dict[tuple[int, int], list[Change]] = {}
    if wanted:
        for earlier in Change.objects.filter(wanted).select_related("participant"):
            found.setdefault((earlier.treaty_id, earlier.entry or 0), []).append(earlier)
    return found


def _asks_for(change: Change, question: ChangeQuestion, members: Members) -> bool:
    """Return whether a change is asked for: as one of the changes selected, or as a threshold."""
    if change.subject == "count":
        return bool(crossed(change, question.thresholds))
    if not question.selects_changes:
        return False
    code = change.participant.iso3 if change.participant else ""
    concerned = code in question.participants or any(held.on(change.as_of) for held in members.get(code, ()))
    if (question.participants or question.group) and not concerned:
        return False
    if question.kinds and kinds_of(change).isdisjoint(question.kinds):
        return False
    return question.article is None or question.article in articles_of(change)


def kinds_of(change: Change) -> set[str]:
    """Return the kinds that a change belongs to."""
    kinds = {"correction"} if change.cause in WRONG else set[str]()
    before, after = change.before or {}, change.after or {}
    match change.subject:
        case "standing":
            kinds |= {
                kind
                for kind, name in (("signature", "signed"), ("consent", "consent"))
                if before.get(name) != after.get(name)
            }
            if "withdrawn" in {before.get("standing"), after.get("standing")} and before != after:
                kinds.add("withdrawal")
            if before.get("in_force") != after.get("in_force") or after.get("standing") == "party":
                kinds.add("entry_into_force")
        case "threshold" | "entry_into_force":
            kinds.add("entry_into_force")
        case "statement" | "report" | "window":
            kinds.add(change.subject)
    return kinds


def articles_of(change: Change) -> set[int]:
    """Return the articles that a statement concerns; none for other changes."""
    if change.subject != "statement":
        return set()
    names = {name for said in (change.before, change.after) if said for name in said["provisions"]}
    numbers = {name.split("(")[0].strip() for name in names}
    return {int(number) for number in numbers if number.isdecimal()}


def crossed(change: Change, thresholds: Iterable[int]) -> list[int]:
    """Return the thresholds that the number of deposits has reached, or has fallen below again."""
    if change.subject != "count" or not change.after:
        return []
    low, high = sorted((_deposits(change.before or {}), _deposits(change.after)))
    return [number for number in thresholds if low < number <= high]


def _deposits(said: Mapping[str, int]) -> int:
    """Return how many have deposited: before entry into force those that count toward it, afterwards all."""
    if said.get("parties"):
        return said["contracting"] + said["parties"]
    return said.get("counted", 0)


def sentence_for(change: Change, question: ChangeQuestion) -> str:
    """Return a change as a sentence: a number of instruments as the threshold that was asked for."""
    numbers = crossed(change, question.thresholds)
    if not numbers:
        return readable(sentence_of(change))
    said = change.after or {}
    now = _deposits(said)
    if now >= numbers[-1]:
        words = (
            gettext("%(numbers)s States and organizations are bound or have consented to be.")
            if said["parties"]
            else gettext("%(numbers)s instruments that count toward entry into force have been deposited.")
        )
    elif change.cause in WRONG:
        words = (
            gettext(
                "Correction: not %(numbers)s, but %(now)s States and organizations are bound or have consented to be."
            )
            if said["parties"]
            else gettext(
                "Correction: not %(numbers)s, but %(now)s instruments that count toward entry into force have been "
                "deposited."
            )
        )
    else:
        words = (
            gettext(
                "No longer %(numbers)s, but %(now)s States and organizations are bound or have consented to be."
            )
            if said["parties"]
            else gettext(
                "No longer %(numbers)s, but %(now)s instruments that count toward entry into force have been "
                "deposited."
            )
        )
    return words % {"numbers": _listed(numbers), "now": now}


def changes_for(treaty: Treaty, question: ChangeQuestion, *, as_of: date, revision: int) -> list[Change]:
    """Return the changes that a question asks for, known at a revision and a day, the latest first."""
    known = changes_of(treaty).filter(revision__lte=revision, as_of__lte=as_of)
    return select(news_in(known, counts=bool(question.thresholds)).order_by("-number"), question)


def is_about(participant: str, question: ChangeQuestion, groups: Iterable[str]) -> bool:
    """Return whether a day of the calendar is asked for: one of all, or of a participant that is asked for."""
    if not participant or not (question.participants or question.group):
        return True
    return participant in question.participants or question.group in groups


def _members(slug: str, changes: Sequence[Change]) -> Members:
    """Return the memberships of a group by the code of the member. One query, none without changes."""
    found: dict[str, list[MembershipFact]] = {}
    if changes:
        held = Membership.objects.filter(group__slug=slug)
        for iso3, *days in held.values_list("participant__iso3", "valid_from", "valid_until"):
            found.setdefault(iso3, []).append(MembershipFact(slug, iso3, *days))
    return found


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


def _listed(numbers: Sequence[int]) -> str:
    return translated(listed(map(str, numbers), "and"))
