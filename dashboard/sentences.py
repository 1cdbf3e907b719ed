"""The sentences of the overview, built from an outcome: the answer, and what open dates leave open."""

from collections.abc import Iterator

from ratification.record.evaluation import clause_of
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.outcome import Count, WindowKind
from ratification.status.day_text import text_of
from treaty.clauses import ActionKind


def headline(view: View) -> str:
    """Answer in one sentence: how many of those needed, and when the treaty enters into force."""
    threshold, general = view.outcome.threshold, view.outcome.entry_into_force.on
    clause = clause_of(view.treaty)
    if clause is None:
        return f"{counted(view.outcome.contracting, 'has', 'have')} consented to be bound."
    if general and general.by(view.as_of):
        return f"In force since {text_of(general)}, for {number(view.outcome.parties, 'party', 'parties')}."
    if general and general.certain:
        verb = "enters into force on" if general.on else "enters into force between"
        return f"It {verb} {text_of(general)}: the condition was met {_when(threshold.reached)}."
    if threshold.required is None or threshold.remaining is None:
        return view.outcome.entry_into_force.reason
    count, more = threshold.counted, f"{threshold.remaining} more"
    have = f"{count.certain} of {threshold.required} instruments"
    if count.possible > count.certain:
        certain = "none" if count.certain == 0 else f"only {count.certain}"
        have = f"At most {count.possible} of {threshold.required} instruments, {certain} for certain"
        more = f"up to {more}"
    return f"{have}: {more}, and the Convention enters into force {clause.entry_into_force.delay} later."


def number(count: Count, one: str, many: str) -> str:
    """Say how many: `75 signatories`, or `at least 73, at most 74 signatories` where a date is open."""
    noun = one if count.certain == count.possible == 1 else many
    if count.certain == count.possible:
        return f"{count.certain} {noun}".strip()
    return f"at least {count.certain}, at most {count.possible} {noun}".strip()


def counted(count: Count, one: str, many: str) -> str:
    """The same at the beginning of a sentence."""
    words = number(count, one, many)
    return words[0].upper() + words[1:]


def lead(view: View) -> Iterator[str]:
    """Give the sentences under the headline: who has signed, who is bound, who approved at home, what closes."""
    outcome = view.outcome
    if outcome.signatories.possible:
        yield f"It has {number(outcome.signatories, 'signatory', 'signatories')}."
    else:
        yield "Nobody has signed it."
    yield _deposits(view)
    home = approved_at_home(view)
    if home:
        names = [view.directory.participants[iso3].name for iso3 in home]
        has = "has" if len(names) == 1 else "have"
        yield f"{listed(names)} {has} approved it at home, which does not count before the deposit."
    for window in outcome.windows:
        if window.kind is WindowKind.SIGNATURE:
            yield from _signature_sentence(view, window.opens, window.closes)


_NAMED = 3
"""So many deposits are named in the lead; more are only counted."""


def _deposits(view: View) -> str:
    """Say who has certainly deposited; what open dates permit is said by `open_dates`."""
    deposited = [
        (view.directory.participants[item.participant].name, item.consent.label, item.consented)
        for item in view.outcome.standings
        if item.consent and item.consented and item.consented.by(view.as_of)
    ]
    what = "deposited an instrument of consent to be bound"
    if not deposited:
        certainly = "certainly " if view.outcome.contracting.possible else ""
        return f"Nobody has {certainly}{what}."
    if len(deposited) > _NAMED:
        return f"{len(deposited)} have {what}."
    names = listed([f"{name} ({kind}, {text_of(when)})" for name, kind, when in deposited])
    return f"{names} {'has' if len(deposited) == 1 else 'have'} {what}."


def _signature_sentence(view: View, opens: Span, closes: Span | None) -> Iterator[str]:
    if view.as_of < opens.earliest:
        yield f"It opens for signature on {text_of(opens)}."
    elif closes is None:
        yield "It stays open for signature."
    elif view.as_of <= closes.latest:
        left = (closes.latest - view.as_of).days
        when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
        yield f"Signature closes {when}, at the end of {text_of(closes)}."
    else:
        yield f"It was open for signature until {text_of(closes)}."


def approved_at_home(view: View) -> list[str]:
    """Give the codes of those that have approved at home and not deposited, in order of approval."""
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
        ("counting toward the threshold", outcome.threshold.counted, [*counting]),
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
        f"the day of {view.directory.participants[iso3].name} is known only as {text_of(when)}"
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
