"""Stretches of days that matter, and whether each is open on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from common.messages import message
from ratification.rules.consents import Timeline
from ratification.rules.dates import Span, earlier_of, shift
from ratification.rules.force import Bound, amendment_opens, denunciation_takes_effect, notices_of
from ratification.rules.outcome import LegalWindow, WindowKind, WindowState
from ratification.rules.statements import Statement
from treaty.clauses import ActionKind, Clause


def windows_of(
    clause: Clause,
    lines: Sequence[Timeline],
    bounds: Iterable[Bound],
    reached: Span | None,
    general: Span | None,
    *,
    late: Iterable[Statement] = (),
    ended: Span | None = None,
    day: date,
) -> tuple[LegalWindow, ...]:
    """Give every window that the clause and the record open, by kind and participant.

    What has no last day of its own closes on the last day before the treaty `ended`.
    """
    found = [*_of_treaty(clause, reached, general, ended, day)]
    for bound in bounds:
        found.extend(_of_consent(clause, bound, day))
    for line in lines:
        found.extend(_of_signatures(clause, line, day))
    found.extend(_of_late(statement, day) for statement in late)
    order = list(WindowKind)
    return tuple(
        sorted(found, key=lambda window: (order.index(window.kind), window.participant or "", window.opens))
    )


def _of_treaty(
    clause: Clause, reached: Span | None, general: Span | None, ended: Span | None, day: date
) -> Iterable[LegalWindow]:
    """Give signature (article 64), threshold to entry into force (65(1)), and amendment (66(1))."""
    before_end: Span | None = None
    if ended and ended.certain:
        before_end = Span(ended.earliest - timedelta(days=1), ended.latest - timedelta(days=1))
    if clause.signature:
        last = clause.signature.closes_on
        yield _window(
            WindowKind.SIGNATURE,
            Span.day(clause.signature.opens_on),
            earlier_of(Span.day(last) if last else None, before_end),
            article(clause.signature.article),
            day,
        )
    if reached and general:
        basis = article(clause.entry_into_force.article)
        yield _window(WindowKind.ENTRY_INTO_FORCE, reached, general, basis, day)
    if general and clause.amendment:
        opens = amendment_opens(general, clause.amendment.proposal_after)
        if before_end is None or opens.earliest <= before_end.earliest:
            yield _window(WindowKind.AMENDMENT, opens, before_end, article(clause.amendment.article), day)


def _of_consent(clause: Clause, bound: Bound, day: date) -> Iterable[LegalWindow]:
    """Give later deposit to its own entry into force (65(2)), and denunciation to its effect (67).

    A succession has no such period: the article speaks of those that ratify, accept, approve or accede.
    """
    fact, binding = bound.consent.fact, bound.binding
    waits = binding.later and fact.kind != ActionKind.SUCCESSION
    if waits and binding.begins and clause.later_parties and binding.begins.latest > fact.taken.earliest:
        basis = article(clause.later_parties.article)
        yield _window(
            WindowKind.LATER_PARTY, fact.taken, binding.begins, basis, day, participant=fact.participant
        )
    if binding.begins and clause.denunciation:
        for notice in notices_of(bound.consent):
            effect = denunciation_takes_effect(notice, clause, binding.begins)
            if effect:
                basis = article(clause.denunciation.article)
                yield _window(
                    WindowKind.DENUNCIATION, notice.taken, effect, basis, day, participant=fact.participant
                )


def _of_signatures(clause: Clause, line: Timeline, day: date) -> Iterable[LegalWindow]:
    """Give the reported time for domestic approval after each signature; no article sets it."""
    approval = clause.domestic_approval
    if approval is None:
        return
    for signature in line.signatures:
        if signature.fact.kind == ActionKind.SIGNATURE:
            opens = signature.fact.taken
            closes = shift(approval.delay, opens)
            iso3 = line.participant.iso3
            yield _window(
                WindowKind.DOMESTIC_APPROVAL,
                opens,
                closes,
                approval.basis,
                day,
                participant=iso3,
                reported=True,
            )


def _of_late(statement: Statement, day: date) -> LegalWindow:
    """Return the twelve months in which contracting States can object to a reservation that came after the consent."""
    fact = statement.fact
    basis = message(
        "practice of the Secretary-General: accepted if no contracting State objects within twelve months of the "
        "notification"
    )
    opens = fact.notified or fact.taken
    return _window(
        WindowKind.OBJECTION, opens, statement.acceptance, basis, day, participant=fact.participant
    )


@lru_cache(maxsize=256)
def article(number: str) -> str:
    """Give the basis of a window: `article 64(1)`."""
    return message("article %(number)s", number=number)


def _window(
    kind: WindowKind,
    opens: Span,
    closes: Span | None,
    basis: str,
    day: date,
    *,
    participant: str | None = None,
    reported: bool = False,
) -> LegalWindow:
    state = state_on(opens, closes, day)
    last = closes.on if closes else None
    days_left = (last - day).days if last and state == "open" else None
    return LegalWindow(kind, participant, opens, closes, state, days_left, basis, reported)


def state_on(opens: Span, closes: Span | None, day: date) -> WindowState:
    """Say whether a window is open on a day. Its last day is included; without one it never closes.

    Where an open date permits more than one answer, the state is uncertain.
    """
    if day < opens.earliest:
        return "not_yet_open"
    if closes and day > closes.latest:
        return "closed"
    if opens.by(day) and (closes is None or day <= closes.earliest):
        return "open"
    return "uncertain"
