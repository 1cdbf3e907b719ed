"""When the treaty enters into force, in general and for each participant, and when it ceases to bind one."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ratification.rules.consents import Consent
from ratification.rules.dates import NEVER, Span, earlier_of, later_of, shift
from ratification.rules.facts import Fact
from ratification.rules.outcome import CountedConsent
from treaty.clauses import ActionKind, Clause, Delay, EntryIntoForce


def general_entry_into_force(
    clause: Clause, threshold_day: Span | None, after_treaty: Span | None
) -> Span | None:
    """Give general entry into force: the delay after the threshold day, and never before the floors.

    "This Convention shall enter into force on the ninetieth day after the date of deposit of the fortieth
    instrument" (article 65(1) of the UN Convention against Cybercrime; VCLT 24(1)). Floors are a day that the
    text names, and another treaty's own entry into force ("it shall not enter into force before the entry
    into force of the Convention", as in article 17(1) of the Trafficking Protocol).

    Args:
        clause: the treaty's clause.
        threshold_day: when the threshold was reached, if it may have been.
        after_treaty: entry into force of the last of the treaties that the clause waits for; None while that does not
        follow.

    """
    rule = clause.entry_into_force
    if threshold_day is None or (rule.after_treaties and after_treaty is None):
        return None
    general = after_threshold(rule, threshold_day)
    if rule.not_before:
        general = later_of(general, Span.day(rule.not_before))
    if rule.after_treaties and after_treaty:
        general = later_of(general, after_treaty)
    return general


def after_threshold(rule: EntryIntoForce, reached: Span) -> Span:
    """Return the day that follows from the threshold day alone.

    "On 1 January 1989, provided that at least eleven instruments have been deposited by that date; otherwise on the
    ninetieth day following the date on which the conditions have been fulfilled" (Montreal Protocol, article 16(1)).
    """
    fixed = rule.fixed
    if fixed is None or reached.earliest > fixed.by:
        return shift(rule.delay, reached)
    if reached.latest <= fixed.by:
        return Span.day(fixed.day)
    otherwise = shift(rule.delay, Span(fixed.by + timedelta(days=1), reached.latest))
    return Span(min(fixed.day, otherwise.earliest), max(fixed.day, otherwise.latest))


@dataclass(frozen=True, slots=True)
class Binding:
    """The days on which the treaty binds one participant by one consent: from `begins` until before `ends`.

    `due` is the day of entry into force for it if nothing ends the consent before; `begins` is None if it does not
    bind by what is known, `ends` if nothing ends it. `later` says that the instrument was, or may have been,
    deposited after the threshold was reached.
    """

    due: Span | None
    begins: Span | None
    ends: Span | None
    later: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """A consent with the days on which it binds and, where there is a clause, its entry in the count.

    `through` is the code of the organization whose consent binds the participant as its member State. `declared` is the
    day that the depositary declares for the participant, and `computed` the one in whose place it stands.
    """

    consent: Consent
    binding: Binding
    entry: CountedConsent | None
    through: str = ""
    declared: date | None = None
    computed: Span | None = None


def binding(
    consent: Consent, entry: CountedConsent, clause: Clause, reached: Span | None, general: Span | None
) -> Binding:
    """Return the days on which the treaty binds a participant by a consent.

    * Counted: from general entry into force (VCLT 24(1), (2)).
    * Deposited later: its own delay after its deposit "or on the date this Convention enters into force,
      whichever is later" (article 65(2) of the UN Convention against Cybercrime). Nobody is bound before
      general entry into force, whether the text repeats it or not (VCLT 24).
    * Deposited before, but not of a counted act: the same, so that it is general entry into force unless its
      own delay ends later.
    * Succession: from the day that the record gives, else from its notification, but never before general
      entry into force (VCSST 23).
    * Another consent for which the record gives a day of effect: from that day, but never before either.
    * An instrument taken back before that day never binds, nor does one of a State that had ceased to exist.
    """
    later = _is_later(consent, entry, clause, reached, general)
    due = _due(consent, entry, clause, reached, general, later=later) if general else None
    ends = _ends(consent, clause, due)
    begins = due
    if due and ends:
        if ends.latest <= due.earliest:
            begins = None
        elif ends.earliest <= due.latest:
            begins = Span(due.earliest, NEVER)
    return Binding(due, begins, ends, later)


def _is_later(
    consent: Consent, entry: CountedConsent, clause: Clause, reached: Span | None, general: Span | None
) -> bool:
    """Whether a consent is, or may be, of those to which the rule on later parties applies."""
    if entry.counted:
        return False
    if clause.later_parties and clause.later_parties.after == "entry_into_force":
        return general is not None and consent.since.latest >= general.earliest
    return reached is not None and consent.since.latest > reached.earliest


def _due(
    consent: Consent,
    entry: CountedConsent,
    clause: Clause,
    reached: Span | None,
    general: Span,
    *,
    later: bool,
) -> Span | None:
    if entry.counted and consent.fact.kind != ActionKind.SUCCESSION and not consent.fact.effective:
        # What counts was deposited by the threshold day, however early that may have been.
        return Span(max(general.earliest, min(consent.since.earliest, general.latest)), general.latest)
    own = _own_day(consent, clause)
    if own is None and later:
        # If it came in time, it binds from general entry into force; if it did not, the clause says nothing.
        in_time = reached is not None and consent.since.earliest <= reached.latest
        return Span(general.earliest, NEVER) if in_time else None
    if own is None:
        return general
    due = later_of(own, general)
    rule = clause.later_parties
    recorded = consent.fact.effective or consent.fact.kind == ActionKind.SUCCESSION
    if rule and rule.after == "entry_into_force" and not recorded:
        # "After the entry into force of this Protocol" (Montreal Protocol, 16(3)): a deposit before it is in time.
        if not later:
            return general
        if consent.since.earliest < general.latest:
            due = Span(min(due.earliest, general.earliest), due.latest)
    if entry.may_count and not entry.counted:
        # If it proves to be counted, the threshold was not reached before its own deposit.
        if_counted = max(
            general.earliest,
            after_threshold(clause.entry_into_force, Span.day(consent.since.earliest)).earliest,
        )
        return Span(min(due.earliest, if_counted), due.latest)
    return due


def _own_day(consent: Consent, clause: Clause) -> Span | None:
    """Return the day that follows from the deposit alone; None where the clause does not say.

    A day of effect that the record gives leads: the text may make it wait for something outside the treaty ("shall not
    be effective until such denunciations as may be required", Convention on Contracts for the International Sale of
    Goods, article 99(6)).

    Where the delay counts from the depositary's notification and the record has none, the day is not before that of the
    deposit with the delay.
    """
    if consent.fact.effective:
        return consent.fact.effective
    if consent.fact.kind == ActionKind.SUCCESSION:
        return consent.since
    rule = clause.later_parties
    if rule is None:
        return None
    delay = rule.delay_of(consent.fact.kind)
    if rule.counted_from == "deposit":
        return shift(delay, consent.since)
    if consent.fact.notified:
        return shift(delay, consent.fact.notified)
    return Span(shift(delay, consent.since).earliest, NEVER)


def _ends(consent: Consent, clause: Clause, due: Span | None) -> Span | None:
    """Return the day on which a consent ceases to bind: the first of what ends it."""
    ends = Span.day(consent.ceased) if consent.ceased else None
    for notice in notices_of(consent):
        ends = earlier_of(ends, denunciation_takes_effect(notice, clause, due))
    return ends


def notices_of(consent: Consent) -> tuple[Fact, ...]:
    """Return the notices that end a consent; one of them may be recorded as a withdrawal of the instrument.

    An instrument can be taken back only before it has taken effect. Once the treaty binds the participant, to withdraw
    is to denounce it: the act has the same effect under the same article (Rome Statute, article 127(1): "withdraw").
    """
    if consent.withdrawn is None:
        return consent.notices
    taken_back = replace(
        consent.fact,
        kind=ActionKind.DENUNCIATION,
        taken=consent.withdrawn,
        withdrawn=None,
        effective=None,
    )
    return (taken_back, *consent.notices)


def denunciation_takes_effect(notice: Fact, clause: Clause, in_force: Span | None) -> Span | None:
    """Give the day on which a denunciation takes effect, None if it has none or the clause does not say.

    "A denunciation shall become effective one year after the date of receipt of the notification" (article 67
    of the UN Convention against Cybercrime; VCLT 54). Received before the treaty is in force for the
    participant, it takes the instrument back on that day instead (VCLT 24(4)). It can be revoked before it
    takes effect (VCLT 68).
    """
    received = notice.taken
    if in_force is None or received.latest < in_force.earliest:
        return received
    effect = effect_of(notice, clause)
    if received.earliest < in_force.latest:
        effect = Span(received.earliest, effect.latest if effect else NEVER)
    if effect and notice.withdrawn and notice.withdrawn.earliest < effect.latest:
        return None if notice.withdrawn.latest < effect.earliest else Span(effect.earliest, NEVER)
    return effect


def effect_of(notice: Fact, clause: Clause) -> Span | None:
    """Give the day on which a notice to a treaty in force takes effect: the record's, else after the clause's delay.

    None where neither says when (article 67 of the UN Convention against Cybercrime: one year after receipt). A
    notice has no effect before it is received.
    """
    if said := notice.effective:
        received = notice.taken.earliest
        return Span(max(said.earliest, received), max(said.latest, received))
    delay = clause.denunciation.delay if clause.denunciation else None
    return shift(delay, notice.taken) if delay else None


def amendment_opens(general: Span, after: Delay) -> Span:
    """Give the first day on which an amendment may be proposed.

    "After the expiry of five years from the entry into force of this Convention" (article 66(1) of the UN
    Convention against Cybercrime).
    """
    return shift(after, general)
