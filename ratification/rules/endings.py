"""Ends and extensions of a binding beyond a participant's own acts: too few parties, and an organization's members."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter

from ratification.rules.consents import Consent, Timeline
from ratification.rules.dates import NEVER, Span, earlier_of, later_of, shift
from ratification.rules.facts import FactRecord, MembershipFact
from ratification.rules.force import Binding, Bound
from treaty.clauses import Clause


def with_organizations_ended(
    bounds: Sequence[Bound], clause: Clause, record: FactRecord, as_of: date
) -> list[Bound]:
    """Return the bindings, those of an organization ended once all of its member States have denounced the treaty.

    "Such a regional economic integration organization shall cease to be a Party to this Convention when all of its
    member States have denounced it" (article 67(2) of the UN Convention against Cybercrime). A member State that never
    was a party has not denounced it.
    """
    if clause.denunciation is None or not clause.denunciation.organization_article:
        return list(bounds)
    ended = []
    for bound in bounds:
        group = record.organisations.get(bound.consent.fact.participant)
        members = [
            code for code in record.groups.get(group or "", {}) if record.is_member(group or "", code, as_of)
        ]
        last = _last_end(members, bounds) if members else None
        ended.append(_ended(bound, last) if last else bound)
    return ended


def _last_end(members: Sequence[str], bounds: Sequence[Bound]) -> Span | None:
    """Return the day on which the last of the members ceased to be bound by its notice; None if one is bound still."""
    last: Span | None = None
    for code in members:
        own = [bound for bound in bounds if bound.consent.fact.participant == code]
        if not own or not all(bound.consent.notices and bound.binding.ends for bound in own):
            return None
        for bound in own:
            ends = bound.binding.ends
            if ends:
                last = later_of(last, ends) if last else ends
    return last


def members_bound(
    lines: Sequence[Timeline], bounds: Sequence[Bound], clause: Clause, record: FactRecord, as_of: date
) -> list[Bound]:
    """Return the bindings of member States through an organization's consent, where the clause says that it binds them.

    "A Regional Economic Integration Organisation may declare that its Member States shall not be Parties to this
    Convention but shall be bound by it by virtue of the signature, acceptance, approval or accession of the
    Organisation" (Convention on Choice of Court Agreements, article 30(1)). A member with a consent of its own is bound
    by that.
    """
    if clause.entry_into_force.organizations != "binding":
        return []
    acting = {line.participant.iso3 for line in lines if line.consents}
    found: list[Bound] = []
    for bound in bounds:
        group = record.organisations.get(bound.consent.fact.participant)
        if not bound.consent.by_organization or group is None:
            continue
        for iso3, held in record.groups.get(group, {}).items():
            if iso3 in acting or iso3 in clause.entry_into_force.members_not_bound:
                continue
            through = [_through(bound, membership, record, as_of) for membership in held]
            found += [each for each in through if each]
    return found


def _through(bound: Bound, membership: MembershipFact, record: FactRecord, as_of: date) -> Bound | None:
    """Return the binding of a member State through its organization, as long as it is a member."""
    consent, binding = bound.consent, bound.binding
    joins, leaves = membership.valid_from, membership.valid_until
    if (joins and joins > as_of) or (leaves and leaves <= consent.since.earliest):
        return None
    participant = record.participant(membership.iso3)
    since = later_of(consent.since, Span.day(joins)) if joins else consent.since
    begins = binding.begins and (later_of(binding.begins, Span.day(joins)) if joins else binding.begins)
    ends = earlier_of(binding.ends, Span.day(leaves) if leaves and leaves <= as_of else None)
    if begins and ends and ends.latest <= begins.earliest:
        begins = None
    ceased = participant.valid_until if participant.valid_until and participant.valid_until <= as_of else None
    fact = replace(consent.fact, participant=membership.iso3, taken=since)
    own = Consent(fact, participant, since, None, (), ends, ends, ceased)
    return Bound(own, Binding(begins, begins, ends, later=False), None, through=consent.fact.participant)


def termination_of(
    bounds: Sequence[Bound], clause: Clause, general: Span | None, events: Mapping[str, Span]
) -> Span | None:
    """Return the day on which the treaty ceases to be in force by its clause on termination; None if it does not.

    "If, as a result of denunciations, the number of Parties to the present Convention should become less than sixteen,
    the Convention shall cease to be in force as from the date on which the last of these denunciations shall become
    effective" (Genocide Convention, article XV). Without such a clause fewer parties do not end a treaty (VCLT 55). A
    treaty made for some years, or ended by a decision of its parties (VCLT 54), ends then.

    Args:
        bounds: who is bound, and when.
        clause: the clause.
        general: general entry into force; a treaty that is not in force does not end.
        events: the days of the events that have happened.

    """
    end = clause.termination
    if end is None or general is None:
        return None
    ends: Span | None = events.get(end.event)
    if end.fewer_than:
        soonest, latest = (_falls_below(end.fewer_than, bounds, soon=soon) for soon in (True, False))
        ends = earlier_of(ends, Span(soonest, max(soonest, latest or NEVER)) if soonest else None)
    if end.on:
        ends = earlier_of(ends, Span.day(end.on))
    ends = earlier_of(ends, shift(end.after, general) if end.after else None)
    return ends if ends is None or general.certain else Span(ends.earliest, NEVER)


def with_termination(bounds: Sequence[Bound], terminated: Span | None) -> list[Bound]:
    """Return the bindings, all ended on the day on which the treaty ceases to be in force."""
    return [_ended(bound, terminated) for bound in bounds] if terminated else list(bounds)


def _falls_below(fewer_than: int, bounds: Sequence[Bound], *, soon: bool) -> date | None:
    """Return the first day on which parties leave and too few are left, open days falling so that it is soon or late.

    Parties that join on the day make good for those that leave.
    """
    held: Counter[str] = Counter()
    days: Iterator[tuple[date, Iterator[tuple[date, str, int, bool]]]]
    days = groupby(sorted(_changes(bounds, soon=soon)), key=itemgetter(0))
    for day, changes in days:
        left = False
        for _, iso3, change, leaves in changes:
            held[iso3] += change
            left = left or leaves
        held = +held
        if left and len(held) < fewer_than:
            return day
    return None


def _changes(bounds: Sequence[Bound], *, soon: bool) -> Iterator[tuple[date, str, int, bool]]:
    """Yield who joins (1) and goes (-1) on each day, and whether a party leaves that way.

    One that was perhaps never a party leaves where the treaty is to end soon, and not where it is to end late.
    """
    for bound in bounds:
        begins, ends = bound.binding.begins, bound.binding.ends
        if begins is None:
            continue
        first = begins.latest if soon else begins.earliest
        last = (ends.earliest if soon else ends.latest) if ends else NEVER
        iso3 = bound.consent.fact.participant
        leaves = ends is not None and (soon or begins.latest < ends.earliest)
        if first < last:
            if first != NEVER:
                yield first, iso3, 1, False
            if last != NEVER:
                yield last, iso3, -1, leaves
        elif ends and leaves and begins.earliest < ends.latest:
            yield max(last, begins.earliest), iso3, 0, leaves


def _ended(bound: Bound, day: Span) -> Bound:
    """Return a binding that ends on the day at the latest; one that would begin later does not begin."""
    binding = bound.binding
    begins, ends = binding.begins, earlier_of(binding.ends, day)
    if begins and ends and ends.latest <= begins.earliest:
        begins = None
    return replace(bound, binding=replace(binding, begins=begins, ends=ends))
