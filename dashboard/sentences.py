"""The sentences of the overview, built from an outcome: the answer, and what open dates leave open."""

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from common import messages
from common.markup import in_english
from dashboard.counts import have_consented, have_signed, parties_words
from dashboard.in_language import in_html
from dashboard.map import CONSENTED
from ratification.record.evaluation import clause_of
from ratification.record.selectors import View
from ratification.rules.caveats import caveat_on_force, may_be_earlier
from ratification.rules.dates import Span
from ratification.rules.disagreement import Disagreement, disagreements
from ratification.rules.outcome import Count, ParticipantStanding, WindowKind
from ratification.status.day_text import on_day, or_earlier, readable, text_of, translated
from states.naming import name_of
from treaty.clauses import ActionKind, Delay
from treaty.clauses.words import ordinal
from treaty.models import Treaty


def headline(view: View) -> str:
    """Answer in one sentence: who has signed, how many of those needed have ratified, or since when it is in force."""
    threshold, general = view.outcome.threshold, view.outcome.general
    if clause_of(view.treaty) is None and general is None:
        return have_consented(view.outcome.contracting)
    if general and general.certain:
        if general.by(view.as_of):
            return _in_force(view, general)
        return gettext("It enters into force %(when)s") % {"when": _when(general)}
    if threshold.reached and threshold.reached.certain:
        return readable(view.outcome.entry_into_force.reason)
    if threshold.required is None or threshold.counted.certain >= threshold.required:
        # No number of instruments is what is missing.
        return have_consented(view.outcome.contracting)
    return gettext("%(signed)s; %(consented)s") % {
        "signed": have_signed(view.outcome.signatories),
        "consented": _consented_of(view, threshold.required),
    }


def disagreement_sentences(view: View, participant: str | None = None) -> list[str]:
    """Say which days the depositary declares otherwise than the rules compute them; the depositary's lead.

    Of one participant alone, where its code is given.
    """
    found = [each for each in disagreements(view.outcome) if participant in (None, each.participant)]
    return [_disagreement_sentence(view, each) for each in found]


def declared_sentences(view: View, participant: str) -> list[str]:
    """Say which days of entry into force the depositary declares for a participant that the rules do not contradict."""
    apart = {each.declared for each in disagreements(view.outcome) if each.participant == participant}
    agreed = gettext(
        "The depositary declares %(day)s as the day of entry into force for %(participant)s; the same day follows from "
        "the acts recorded here."
    )
    alone = gettext(
        "The depositary declares %(day)s as the day of entry into force for %(participant)s; no day follows yet."
    )
    who = name_of(view.directory.participants[participant])
    return [
        (agreed if each.computed else alone) % {"day": text_of(each.declared), "participant": who}
        for each in view.outcome.declared_for
        if each.participant == participant and each.declared not in apart
    ]


def caveat(view: View) -> str:
    """Say why the list leaves the day of entry into force open, while no day is declared."""
    return translated(caveat_on_force(view.outcome))


def _disagreement_sentence(view: View, each: Disagreement) -> str:
    clause, entry = clause_of(view.treaty), view.outcome.entry_into_force
    later = clause.later_parties.article if clause and clause.later_parties else ""
    who = name_of(view.directory.participants[each.participant]) if each.participant else ""
    of_later = each.participant and each.computed != view.outcome.general
    events = {
        "entry_into_force": gettext("entry into force"),
        "threshold_reached": gettext("reaching the condition of entry into force"),
        "entry_into_force_for": gettext("entry into force for %(participant)s") % {"participant": who},
    }
    why = gettext("The record may lack an act or have a wrong day, or the clause may have been read wrongly.")
    if not each.has_consent:
        why = gettext("No consent of %(participant)s by that day is recorded here.") % {"participant": who}
    sentence = (
        gettext(
            "The depositary declares %(declared)s as the day of %(event)s; under article %(article)s %(computed)s "
            "follows from the acts recorded here. The depositary’s day is the one that counts. %(why)s"
        )
        if each.computed
        else gettext(
            "The depositary declares %(declared)s as the day of %(event)s; under article %(article)s no such day "
            "follows from the acts recorded here. The depositary’s day is the one that counts. %(why)s"
        )
    )
    return sentence % {
        "declared": text_of(each.declared),
        "event": events[each.subject],
        "article": (of_later and later) or entry.article,
        "computed": text_of(each.computed),
        "why": why,
    }


def _in_force(view: View, general: Span) -> str:
    """Say since when, and for whom; "or earlier" where the list of acts leaves that open."""
    values = {
        "day": text_of(general),
        "when": on_day(general),
        "parties": parties_words(view.outcome.parties),
    }
    if not general.on and not view.outcome.entry_into_force.caveat:
        return gettext("In force for %(parties)s; it entered into force %(when)s") % values
    if not general.on or may_be_earlier(view.outcome):
        values["day"] = or_earlier(text_of(general.latest))
    return gettext("In force since %(day)s, for %(parties)s") % values


def _consented_of(view: View, required: int) -> str:
    """Say how many of those needed have ratified."""
    count = view.outcome.threshold.counted
    values = {"number": count.possible, "required": required, "done": _consented(view)}
    if count.possible == 0:
        return gettext("none of the %(required)s needed has %(done)s") % values
    if count.possible > count.certain:
        words = ngettext(
            "at most %(number)s of the %(required)s needed has %(done)s (%(certain)s)",
            "at most %(number)s of the %(required)s needed have %(done)s (%(certain)s)",
            count.possible,
        )
        sure = gettext("none is certain")
        if count.certain:
            sure = ngettext("%(number)s certain", "%(number)s certain", count.certain) % {
                "number": count.certain
            }
        return words % {**values, "certain": sure}
    words = ngettext(
        "%(number)s of the %(required)s needed has %(done)s",
        "%(number)s of the %(required)s needed have %(done)s",
        count.possible,
    )
    return words % values


_DONE = {
    ActionKind.RATIFICATION: pgettext_lazy("after: of the 40 needed have", "ratified"),
    ActionKind.ACCEPTANCE: pgettext_lazy("after: of the 40 needed have", "accepted"),
    ActionKind.APPROVAL: pgettext_lazy("after: of the 40 needed have", "approved"),
    ActionKind.ACCESSION: pgettext_lazy("after: of the 40 needed have", "acceded"),
    ActionKind.SUCCESSION: pgettext_lazy("after: of the 40 needed have", "succeeded"),
}


def _consented(view: View) -> str:
    """Name what those counted have done, such as `ratified or acceded`; in general words for other acts."""
    entries = view.outcome.threshold.entries
    kinds = [entry.kind for entry in entries if entry.counted or entry.may_count] or [ActionKind.RATIFICATION]
    if any(kind not in _DONE for kind in kinds):
        return pgettext("after: of the 40 needed have", "consented to be bound")
    return listed([str(word) for kind, word in _DONE.items() if kind in kinds], "or")


def condition(view: View) -> str:
    """Say what entry into force still needs, or by which rule its day follows."""
    outcome = view.outcome
    clause = clause_of(view.treaty)
    general = outcome.general
    if clause is None or (general and general.by(view.as_of)):
        return ""
    if general and general.certain:
        return gettext("The condition was met %(when)s.") % {"when": _when(outcome.threshold.reached)}
    threshold = outcome.threshold
    if threshold.required is None or not threshold.remaining:
        return readable(outcome.entry_into_force.reason)
    rule = clause.entry_into_force
    if not rule.by_number_alone:
        return readable(outcome.entry_into_force.reason)
    values: dict[str, object] = {"number": threshold.remaining}
    values |= {"delay": translated(rule.delay.reckoned), "ordinal": _rank(threshold.required)}
    may_be_fewer = threshold.counted.possible > threshold.counted.certain
    words = _needed_at_once if rule.delay == Delay() else _needed_before_delay
    return first_upper(words(threshold.remaining, may_be_fewer=may_be_fewer) % values)


def _needed_at_once(number: int, *, may_be_fewer: bool) -> str:
    if may_be_fewer:
        return ngettext(
            "On the day on which the %(ordinal)s instrument is deposited; up to %(number)s more needed.",
            "On the day on which the %(ordinal)s instrument is deposited; up to %(number)s more needed.",
            number,
        )
    return ngettext(
        "On the day on which the %(ordinal)s instrument is deposited; %(number)s more needed.",
        "On the day on which the %(ordinal)s instrument is deposited; %(number)s more needed.",
        number,
    )


def _needed_before_delay(number: int, *, may_be_fewer: bool) -> str:
    if may_be_fewer:
        return ngettext(
            "%(delay)s after the %(ordinal)s instrument is deposited; up to %(number)s more needed.",
            "%(delay)s after the %(ordinal)s instrument is deposited; up to %(number)s more needed.",
            number,
        )
    return ngettext(
        "%(delay)s after the %(ordinal)s instrument is deposited; %(number)s more needed.",
        "%(delay)s after the %(ordinal)s instrument is deposited; %(number)s more needed.",
        number,
    )


def first_upper(words: str) -> str:
    """Return words with a capital letter at the beginning, as a sentence has it."""
    return words[:1].upper() + words[1:]


def about(treaty: Treaty, day: date) -> Iterator[str]:
    """Say what the treaty is in two sentences: what it does, and when it was adopted and opened, if by that day."""
    name = treaty.popular_name or treaty.short_title
    if treaty.about:  # English as the definition has it, and so the whole sentence
        yield in_english(f"The {name} {treaty.about}.")
    clause = clause_of(treaty)
    opened = clause.signature.opens_on if clause and clause.signature else None
    values = {
        "adopted": text_of(treaty.adopted_on),
        "body": adopted_by(treaty),
        "opened": text_of(opened),
    }
    words = ""
    adopted = treaty.adopted_on is not None and treaty.adopted_on <= day
    match adopted, bool(treaty.adopted_by), opened is not None and opened <= day:
        case True, True, True:
            words = gettext(
                "It was adopted on %(adopted)s by %(body)s and opened for signature on %(opened)s."
            )
        case True, True, False:
            words = gettext("It was adopted on %(adopted)s by %(body)s.")
        case True, False, True:
            words = gettext("It was adopted on %(adopted)s and opened for signature on %(opened)s.")
        case True, False, False:
            words = gettext("It was adopted on %(adopted)s.")
        case False, _, True:
            words = gettext("It was opened for signature on %(opened)s.")
    if words:
        yield in_html(words, values)


_RESOLUTION = re.compile(r"A/RES/(\d+/\d+)")


def adopted_by(treaty: Treaty) -> str:
    """Return by what the treaty was adopted: a resolution of the General Assembly by its number, in words."""
    found = _RESOLUTION.fullmatch(treaty.adopted_by)
    if found is None:
        return in_english(treaty.adopted_by)
    return gettext("United Nations General Assembly resolution %(number)s") % {"number": found[1]}


NAMED = 12
"""Number of consents up to which the overview names each."""
FEW = 3
"""Number of participants with one open date up to which a sentence names each."""


def consents(view: View) -> list[ParticipantStanding]:
    """Return those whose consent to be bound stands by then, certainly or possibly, in order of deposit.

    Who has denounced the treaty, has taken its instrument back or has ceased to exist is not among them.
    """
    found = [
        item
        for item in view.outcome.standings
        if item.consented and item.consented.may_be_by(view.as_of) and CONSENTED.intersection(item.possible)
    ]
    return sorted(found, key=lambda item: item.consented.bounds if item.consented else ())


def signature(view: View) -> str:
    """Say until when the treaty is open for signature; empty where no article says so."""
    for window in view.outcome.windows:
        if window.kind is WindowKind.SIGNATURE:
            return " ".join(_signature_sentence(view, window.opens, window.closes))
    return ""


def _signature_sentence(view: View, opens: Span, closes: Span | None) -> Iterator[str]:
    if view.as_of < opens.earliest:
        yield gettext("Opens on %(day)s.") % {"day": text_of(opens)}
    elif closes is None:
        yield gettext("No closing date.")
    elif view.as_of <= closes.latest:
        left = (closes.latest - view.as_of).days
        values = {"number": left, "day": text_of(closes), "city": view.treaty.depositary_city}
        if view.treaty.depositary_timezone == "UTC":
            words = (
                ngettext(
                    "Closes in %(number)s day, at the end of %(day)s.",
                    "Closes in %(number)s days, at the end of %(day)s.",
                    left,
                )
                if left
                else gettext("Closes today, at the end of %(day)s.")
            )
        else:
            words = (
                ngettext(
                    "Closes in %(number)s day, at the end of %(day)s in %(city)s.",
                    "Closes in %(number)s days, at the end of %(day)s in %(city)s.",
                    left,
                )
                if left
                else gettext("Closes today, at the end of %(day)s in %(city)s.")
            )
        yield words % values
    else:
        yield gettext("Closed at the end of %(day)s.") % {"day": text_of(closes)}


def domestic_approvals(view: View) -> list[str]:
    """Return the codes of those with domestic approval and without a deposit, in order of approval."""
    bound = {item.participant for item in view.outcome.standings if item.consent}
    home = [fact.participant for fact in view.facts if fact.kind == ActionKind.DOMESTIC_APPROVAL]
    return [iso3 for iso3 in dict.fromkeys(home) if iso3 not in bound]


def open_dates(view: View) -> Iterator[str]:
    """Describe the possible count above the certain one, and the participants whose open days cause it."""
    outcome = view.outcome
    dated = {item.participant: item for item in outcome.standings}
    signed = [(iso3, item.signed) for iso3, item in dated.items()]
    consented = [(iso3, item.consented) for iso3, item in dated.items()]
    in_force = [(iso3, item.in_force) for iso3, item in dated.items()]
    counting = [
        (entry.participant, entry.deposited) for entry in outcome.threshold.entries if entry.may_count
    ]
    numbers: list[tuple[str, Count, list[tuple[str, Span | None]]]] = [
        (gettext("signatories"), outcome.signatories, signed),
        (gettext("contracting States and organizations"), outcome.contracting, consented),
        (gettext("parties"), outcome.parties, in_force),
        (gettext("instruments counted"), outcome.threshold.counted, [*counting]),
    ]
    bounded: dict[str, list[str]] = {}
    for words, count, days in numbers:
        if count.possible > count.certain:
            bounded.setdefault(_bounds(view, count, days), []).append(words)
    for bounds, subjects in bounded.items():
        yield gettext("%(counts)s: %(bounds)s") % {
            "counts": first_upper(listed(subjects, "and")),
            "bounds": bounds,
        }


def _bounds(view: View, count: Count, days: list[tuple[str, Span | None]]) -> str:
    alike: dict[str, list[str]] = {}
    for iso3, when in days:
        if when and when.may_be_by(view.as_of) and not when.by(view.as_of):
            alike.setdefault(text_of(when), []).append(name_of(view.directory.participants[iso3]))
    reasons = [
        gettext("for %(participant)s the date is known only as %(day)s")
        % {"participant": listed(names, "and"), "day": day}
        if len(names) <= FEW
        else ngettext(
            "for %(number)s participant the date is known only as %(day)s",
            "for %(number)s participants the date is known only as %(day)s",
            len(names),
        )
        % {"number": len(names), "day": day}
        for day, names in alike.items()
    ]
    values = {"least": count.certain, "most": count.possible, "reasons": listed(reasons, "and")}
    if not reasons:
        # The days of these are known; whether they came before the threshold was reached is not.
        return gettext("%(least)s certain, at most %(most)s.") % values
    if count.certain == 0:
        return gettext("none certain, at most %(most)s; %(reasons)s.") % values
    return gettext("%(least)s certain, at most %(most)s; %(reasons)s.") % values


def _when(span: Span | None) -> str:
    if span is None:
        return gettext("on a day that is not recorded")
    return gettext("on %(day)s") % {"day": text_of(span)} if span.on else on_day(span)


def _rank(number: int) -> str:
    """Return the rank of an instrument: `40th`; the number as the language writes a rank elsewhere."""
    return translated(ordinal(number))


def listed(words: list[str], last: str) -> str:
    """Join words as in a sentence by "and" or "or": `a, b and c`."""
    return translated(messages.listed(words, last))
