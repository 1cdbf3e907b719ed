"""The sentences of the overview, built from an outcome: the answer, and what open dates leave open."""

from collections.abc import Iterable, Iterator
from datetime import date

from ratification.record.evaluation import clause_of
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.disagreement import Disagreement, disagreements
from ratification.rules.outcome import Count, ParticipantStanding, StandingKind, WindowKind
from ratification.status.day_text import text_of
from treaty.clauses import ActionKind
from treaty.clauses.words import ordinal
from treaty.models import Treaty


def headline(view: View) -> str:
    """Answer in one sentence: who has signed, how many of those needed have ratified, or since when it is in force."""
    threshold, general = view.outcome.threshold, view.outcome.general
    if clause_of(view.treaty) is None and general is None:
        return _consented_without_clause(view)
    if general and general.certain:
        if general.by(view.as_of):
            return f"In force since {_since(view, general)}{_for_parties(view)}"
        return f"It enters into force {_when(general)}"
    if threshold.required is None:
        return view.outcome.entry_into_force.reason
    return _progress(view, threshold.required)


_SUBJECTS = {
    "entry_into_force": "entry into force",
    "threshold_reached": "reaching the condition of entry into force",
    "entry_into_force_for": "entry into force for ",
}


def disagreement_sentences(view: View, participant: str | None = None) -> list[str]:
    """Say which days the depositary declares otherwise than the rules compute them; the depositary's lead.

    Of one participant alone, where its code is given.
    """
    found = [each for each in disagreements(view.outcome) if participant in (None, each.participant)]
    return [_disagreement_sentence(view, each) for each in found]


def caveat(view: View) -> str:
    """Say why the list leaves the day of entry into force open, while no day is declared."""
    general = view.outcome.general
    return "" if general and general.on else view.outcome.entry_into_force.caveat


def _disagreement_sentence(view: View, each: Disagreement) -> str:
    clause, entry = clause_of(view.treaty), view.outcome.entry_into_force
    later = clause.later_parties.article if clause and clause.later_parties else ""
    who = view.directory.participants[each.participant].name if each.participant else ""
    of_later = each.participant and each.computed != view.outcome.general
    article = (of_later and later) or entry.article
    follows = f"{text_of(each.computed)} follows" if each.computed else "no such day follows"
    why = "The record may lack an act or have a wrong day, or the clause may have been read wrongly."
    if not each.has_consent:
        why = f"No consent of {who} by that day is recorded here."
    return (
        f"The depositary declares {text_of(each.declared)} as the day of {_SUBJECTS[each.subject]}{who}; under article "
        f"{article} {follows} from the acts recorded here. The depositary’s day is the one that counts. {why}"
    )


def _since(view: View, general: Span) -> str:
    """Say since when: on the last possible day at the latest, where the list lacks the acts of former States."""
    if view.outcome.entry_into_force.caveat and not general.on:
        return f"{text_of(general.latest)} or earlier"
    return text_of(general)


def _consented_without_clause(view: View) -> str:
    until, contracting = view.outcome.not_known_since, view.outcome.contracting
    if until is None:
        return f"{counted(contracting, 'has', 'have')} consented to be bound."
    days = [each.consented for each in view.outcome.standings if each.kind is StandingKind.CONTRACTING]
    words, more = _and_since(contracting, days, until, ("had", "had"))
    return f"{_first_upper(words)} consented to be bound by {text_of(until)}{more}."


def _for_parties(view: View) -> str:
    """Say for how many parties; where the list ends earlier, how many by its last day and how many are known since."""
    until, parties = view.outcome.not_known_since, view.outcome.parties
    if until is None:
        return f", for {number(parties, 'party', 'parties')}"
    later = [
        each.consented
        for each in view.outcome.standings
        if each.kind is StandingKind.PARTY and each.consented
    ]
    words, more = _and_since(parties, later, until, ("party", "parties"))
    return f", for {words} by the list of {text_of(until)}{more}"


def _and_since(
    count: Count, days: Iterable[Span | None], until: date, nouns: tuple[str, str]
) -> tuple[str, str]:
    """Say how many there were by a list's last day, and then how many more are known since."""
    more = sum(day is not None and not day.may_be_by(until) for day in days)
    listed_ = Count(count.certain - more, count.possible - more)
    since = f", {more} more {'is' if more == 1 else 'are'} known since" if more else ""
    return number(listed_, *nouns), since


def _progress(view: View, required: int) -> str:
    """Say who has signed, and how many of those needed have ratified."""
    until = view.outcome.not_known_since
    signed = counted(view.outcome.signatories, "has", "have") + " signed"
    if until is not None:
        days = [each.signed for each in view.outcome.standings if each.signed and each.signed.by(view.as_of)]
        words, more = _and_since(view.outcome.signatories, days, until, ("had", "had"))
        signed = f"{_first_upper(words)} signed by {text_of(until)}{more}"
    count, needed = view.outcome.threshold.counted, f"of the {required} needed"
    done = _consented(view)
    if count.possible == 0:
        return f"{signed}; none {needed} has {done}"
    if count.possible > count.certain:
        sure = "none is certain" if count.certain == 0 else f"{count.certain} certain"
        return f"{signed}; at most {count.possible} {needed} {_has(count.possible)} {done} ({sure})"
    return f"{signed}; {count.certain} {needed} {_has(count.certain)} {done}"


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


_DONE = {
    ActionKind.RATIFICATION: "ratified",
    ActionKind.ACCEPTANCE: "accepted",
    ActionKind.APPROVAL: "approved",
    ActionKind.ACCESSION: "acceded",
    ActionKind.SUCCESSION: "succeeded",
}


def _consented(view: View) -> str:
    """Name what those counted have done, such as `ratified or acceded`; in general words for other acts."""
    entries = view.outcome.threshold.entries
    kinds = [entry.kind for entry in entries if entry.counted or entry.may_count] or [ActionKind.RATIFICATION]
    if any(kind not in _DONE for kind in kinds):
        return "consented to be bound"
    words = [word for kind, word in _DONE.items() if kind in kinds]
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def condition(view: View) -> str:
    """Say what entry into force still needs, or by which rule its day follows."""
    outcome = view.outcome
    clause = clause_of(view.treaty)
    general = outcome.general
    if clause is None or (general and general.by(view.as_of)):
        return ""
    if general and general.certain:
        return f"The condition was met {_when(outcome.threshold.reached)}."
    threshold = outcome.threshold
    if threshold.required is None or not threshold.remaining:
        return outcome.entry_into_force.reason
    up_to = "up to " if threshold.counted.possible > threshold.counted.certain else ""
    more = f"{up_to}{threshold.remaining} more needed"
    rule = clause.entry_into_force
    if not rule.by_number_alone:
        return f"{more[0].upper()}{more[1:]}."
    return (
        f"{rule.delay} after the {ordinal(threshold.required)} instrument is deposited; {more}.".capitalize()
    )


def number(count: Count, one: str, many: str) -> str:
    """Say how many: `75 signatories`, or `at least 73, at most 74 signatories` where a date is open."""
    noun = one if count.certain == count.possible == 1 else many
    if count.certain == count.possible:
        return f"{count.certain} {noun}".strip()
    return f"at least {count.certain}, at most {count.possible} {noun}".strip()


def counted(count: Count, one: str, many: str) -> str:
    """The same at the beginning of a sentence."""
    return _first_upper(number(count, one, many))


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def about(treaty: Treaty) -> Iterator[str]:
    """Say in two sentences what the treaty is: what it does, and when it was adopted and opened."""
    if treaty.about:
        yield f"The {treaty.popular_name or treaty.short_title} {treaty.about}."
    clause = clause_of(treaty)
    opened = clause.signature.opens_on if clause and clause.signature else None
    dates = []
    if treaty.adopted_on:
        by = f" by {treaty.adopted_by}" if treaty.adopted_by else ""
        dates.append(f"adopted on {text_of(treaty.adopted_on)}{by}")
    if opened:
        dates.append(f"opened for signature on {text_of(opened)}")
    if dates:
        yield f"It was {listed(dates)}."


NAMED = 12
"""Number of consents up to which the overview names each."""


def consents(view: View) -> list[ParticipantStanding]:
    """Return those that have consented to be bound by then, certainly or possibly, in order of deposit."""
    found = [
        item
        for item in view.outcome.standings
        if item.consent and item.consented and item.consented.may_be_by(view.as_of)
    ]
    return sorted(found, key=lambda item: item.consented or Span(view.as_of, view.as_of))


def signature(view: View) -> str:
    """Say until when the treaty is open for signature; empty where no article says so."""
    for window in view.outcome.windows:
        if window.kind is WindowKind.SIGNATURE:
            return " ".join(_signature_sentence(view, window.opens, window.closes))
    return ""


def _signature_sentence(view: View, opens: Span, closes: Span | None) -> Iterator[str]:
    if view.as_of < opens.earliest:
        yield f"Opens on {text_of(opens)}."
    elif closes is None:
        yield "No closing date."
    elif view.as_of <= closes.latest:
        left = (closes.latest - view.as_of).days
        zone = view.treaty.depositary_timezone
        where = f" in {view.treaty.depositary_city}" if zone != "UTC" else ""
        when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
        yield f"Closes {when}, at the end of {text_of(closes)}{where}."
    else:
        yield f"Closed since {text_of(closes)}."


def domestic_approvals(view: View) -> list[str]:
    """Return the codes of those with domestic approval and without a deposit, in order of approval."""
    bound = {item.participant for item in view.outcome.standings if item.consent}
    home = [entry.participant.iso3 for entry in view.entries if entry.kind == ActionKind.DOMESTIC_APPROVAL]
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
        ("signatories", outcome.signatories, signed),
        ("contracting States and organizations", outcome.contracting, consented),
        ("parties", outcome.parties, in_force),
        ("instruments counted", outcome.threshold.counted, [*counting]),
    ]
    bounded: dict[str, list[str]] = {}
    for words, count, days in numbers:
        if count.possible > count.certain:
            bounded.setdefault(_bounds(view, count, days), []).append(words)
    for bounds, subjects in bounded.items():
        subject = listed(subjects)
        yield f"{subject[0].upper()}{subject[1:]}: {bounds}"


def _bounds(view: View, count: Count, days: list[tuple[str, Span | None]]) -> str:
    certain = "none certain" if count.certain == 0 else f"{count.certain} certain"
    reasons = [
        f"for {view.directory.participants[iso3].name} the date is known only as {text_of(when)}"
        for iso3, when in days
        if when and when.may_be_by(view.as_of) and not when.by(view.as_of)
    ]
    return f"{certain}, at most {count.possible}; {listed(reasons)}."


def _when(span: Span | None) -> str:
    if span is None:
        return "on a day that is not recorded"
    return f"on {text_of(span)}" if span.on else f"between {text_of(span)}"


def listed(words: list[str]) -> str:
    """Join words as in a sentence: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
