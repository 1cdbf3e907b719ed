"""Changes that a question asks for, and their sentences: for mail, feeds, the calendar and the list of changes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from ratification.following.question import ChangeQuestion, numbers_in_words
from ratification.models import Change
from ratification.rules.facts import MembershipFact
from ratification.status.changes import changes_of, sentence_of
from ratification.status.day_text import readable
from ratification.status.feeds import news_in
from states.models import Membership
from treaty.models import Treaty

WRONG = {Change.Cause.CORRECTION, Change.Cause.RETRACTION}
"""Causes of changes by which the record had it wrong before."""
Members = Mapping[str, Sequence[MembershipFact]]
"""Memberships of a group by the code of the member."""


def select(changes: QuerySet[Change], question: ChangeQuestion) -> list[Change]:
    """Return the changes that a question asks for, in the order given. One query, one more for a group.

    A correction or retraction of what was asked for is asked for too, whatever else the question says: who got the
    wrong news gets the right one.
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
    asked = any(
        _asks_for(each, question, members) for each in earlier.get(key, ()) if each.number < change.number
    )
    if asked and change.entry is not None:
        known |= {key, (change.treaty_id, change.entry)}
    return asked


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
        return bool(crossed_thresholds(change, question.thresholds))
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


def crossed_thresholds(change: Change, thresholds: Iterable[int]) -> list[int]:
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
    numbers = crossed_thresholds(change, question.thresholds)
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
    return words % {"numbers": numbers_in_words(numbers), "now": now}


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
