"""Signatures and consents of each participant, with the days on which each stands."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ratification.rules.dates import NEVER, Span, earlier_of
from ratification.rules.facts import ORGANIZATIONS, TERRITORY, Fact, FactRecord, ParticipantFact
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind, EntryIntoForce

ENDS_CONSENT = frozenset({ActionKind.WITHDRAWAL, ActionKind.DENUNCIATION})
"""Acts that take an instrument or a signature back, or end a consent."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and, if it was taken back, when."""

    fact: Fact
    withdrawn: Span | None


@dataclass(frozen=True, slots=True)
class Consent:
    """An expression of consent to be bound.

    It can count from `since`, and no longer from `until` on (half-open): the first of the day it was taken back, the
    day a denunciation was received and, where the clause does not count former States, the day `ceased` on which the
    participant ceased to exist. `stands_until` is what can be said where no clause gives notices a day of effect: the
    end of the participant counts, and notices that have been revoked do not (VCLT 68).
    """

    fact: Fact
    participant: ParticipantFact
    since: Span
    withdrawn: Span | None
    notices: tuple[Fact, ...]
    until: Span | None
    stands_until: Span | None
    ceased: date | None = None

    @property
    def by_organization(self) -> bool:
        """Whether an organization, not a State, gave it."""
        return self.participant.kind in ORGANIZATIONS

    @property
    def by_state(self) -> bool:
        """Whether a State gave it."""
        return not self.by_organization and not self.by_territory

    @property
    def by_territory(self) -> bool:
        """Whether a territory or jurisdiction gave it."""
        return self.participant.kind == TERRITORY


@dataclass(frozen=True, slots=True)
class Timeline:
    """Acts of one participant by a day, as far as the record shows, with dates that may be open."""

    participant: ParticipantFact
    ceased: bool
    signatures: tuple[Signature, ...]
    consents: tuple[Consent, ...]


def timelines_of(record: FactRecord, as_of: date, rule: EntryIntoForce | None = None) -> tuple[Timeline, ...]:
    """Return the timeline of every participant with an action that may have been taken by that day.

    Args:
        record: what happened.
        as_of: the day asked about.
        rule: the article on entry into force, which says what else than an instrument is consent.

    """
    lines = []
    for iso3, facts in record.facts.items():
        known = [_known(fact, as_of) for fact in facts if fact.taken.earliest <= as_of]
        if known:
            lines.append(_timeline(record.participant(iso3), known, as_of, rule))
    return tuple(lines)


def _known(fact: Fact, as_of: date) -> Fact:
    """Drop ends of consents that are dated after the day asked about: they may not have happened yet."""
    if fact.withdrawn and fact.withdrawn.latest > as_of:
        began = fact.withdrawn.earliest
        fact = replace(fact, withdrawn=Span(began, NEVER) if began <= as_of else None)
    if fact.kind in ENDS_CONSENT and fact.taken.latest > as_of:
        fact = replace(fact, taken=Span(fact.taken.earliest, NEVER))
    return fact


def is_consent(fact: Fact, rule: EntryIntoForce | None) -> bool:
    """Return whether a fact is consent: an instrument, or a declaration under the article that the rule counts."""
    return fact.kind in CONSENTS or (
        rule is not None and fact.kind in rule.counted_acts and is_under(fact, rule.under)
    )


def is_under(fact: Fact, article: str) -> bool:
    """Return whether a statement is made under the article or one of its paragraphs; under any where none is named."""
    return not article or any(each == article or each.startswith(f"{article}(") for each in fact.articles)


def ended_by(notice: Fact, consents: Sequence[Fact], denounced: Collection[str] = ()) -> list[Fact]:
    """Return the consents that a denunciation ends.

    It ends the consent that it names; else those deposited before it that no other notice ends, else one deposited on
    the same day. So a participant that denounces and accedes anew on one day is bound by the later accession, as
    Trinidad and Tobago and Guyana were under the first Optional Protocol to the Covenant on Civil and Political Rights.

    Args:
        notice: the denunciation.
        consents: the consents of the participant.
        denounced: the ids of those that an earlier notice ends.

    """
    if named := [fact for fact in consents if fact.id == notice.target]:
        return named
    before = [fact for fact in consents if fact.taken < notice.taken]
    undenounced = [fact for fact in before if fact.id not in denounced]
    return undenounced or before or _before(notice, consents)


def standing_among(kinds: Iterable[ActionKind], among: list[Fact], day: date) -> list[Fact]:
    """Return the actions of these kinds that have neither been taken back nor denounced by others `among` the facts.

    One that is itself recorded as taken back stands until that day.
    """
    undone = {other.target for other in among if other.kind == ActionKind.WITHDRAWAL}
    consents = [fact for fact in among if fact.kind in CONSENTS]
    denounced: set[str] = set()
    for notice in among:
        if notice.kind == ActionKind.DENUNCIATION and notice.id not in undone:
            denounced |= {fact.id for fact in ended_by(notice, consents, denounced)}
    return [
        fact
        for fact in among
        if fact.kind in kinds
        and not (fact.withdrawn and fact.withdrawn.may_be_by(day))
        and fact.id not in undone | denounced
    ]


def _timeline(
    participant: ParticipantFact, facts: list[Fact], as_of: date, rule: EntryIntoForce | None
) -> Timeline:
    signatures: list[Fact] = []
    consents: list[Fact] = []
    notices: list[Fact] = []
    withdrawals: list[Fact] = []
    for fact in facts:
        if is_consent(fact, rule):
            consents.append(fact)
        elif fact.kind in SIGNATURES:
            signatures.append(fact)
        elif fact.kind == ActionKind.DENUNCIATION:
            notices.append(fact)
        elif fact.kind == ActionKind.WITHDRAWAL or (
            fact.kind == ActionKind.WITHDRAWAL_OF_STATEMENT
            and rule is not None
            and rule.under
            and (not fact.articles or rule.under in fact.articles)
        ):
            withdrawals.append(fact)
    withdrawn = {fact.id: fact.withdrawn for fact in (*signatures, *consents)}
    for withdrawal in withdrawals:
        target = withdrawal.target or _taken_back_by(withdrawal, consents, signatures, withdrawn)
        withdrawn[target] = earlier_of(withdrawn.get(target), withdrawal.taken)
    denounced: dict[str, tuple[Fact, ...]] = {}
    for notice in notices:
        # Whether a notice was revoked in time (VCLT 68) is decided where the day is known on which it takes effect.
        revoked = replace(notice, withdrawn=earlier_of(notice.withdrawn, withdrawn.get(notice.id)))
        for fact in ended_by(notice, consents, denounced):
            denounced[fact.id] = (*denounced.get(fact.id, ()), revoked)
    ceased = participant.valid_until is not None and participant.valid_until <= as_of
    return Timeline(
        participant=participant,
        ceased=ceased,
        signatures=tuple([Signature(fact, withdrawn[fact.id]) for fact in signatures]),
        consents=tuple(
            [
                _consent(
                    fact,
                    participant,
                    withdrawn[fact.id],
                    denounced.get(fact.id, ()),
                    ceased=participant.valid_until if ceased else None,
                    counts_after=rule is not None and rule.former_states_count,
                )
                for fact in consents
            ],
        ),
    )


def _taken_back_by(
    withdrawal: Fact,
    consents: list[Fact],
    signatures: list[Fact],
    withdrawn: dict[str, Span | None],
) -> str:
    """Find the act that a withdrawal without a reference ends: the latest instrument, else the latest signature."""
    for facts in (consents, signatures):
        before = _before(withdrawal, [fact for fact in facts if withdrawn[fact.id] is None])
        if before:
            return before[-1].id
    return ""


def _before(ending: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """Give the facts that came before one that ends them; if its open day leaves none, the first that may have."""
    before = [fact for fact in facts if fact.taken <= ending.taken]
    return before or [fact for fact in facts if fact.taken.earliest <= ending.taken.latest][:1]


def _consent(
    fact: Fact,
    participant: ParticipantFact,
    withdrawn: Span | None,
    received: tuple[Fact, ...],
    *,
    ceased: date | None,
    counts_after: bool,
) -> Consent:
    """Fix the days between which a consent can count.

    A denunciation received before the treaty is in force for the participant cannot be a denunciation: that
    article does not apply yet (VCLT 24(4)). It takes the instrument back on the day it is received; an
    instrument taken back has to be deposited anew. A succession cannot stand before the successor exists
    (VCSST 23).
    """
    since = fact.taken
    if fact.kind == ActionKind.SUCCESSION and participant.valid_from:
        since = Span(max(since.earliest, participant.valid_from), max(since.latest, participant.valid_from))
    until = withdrawn
    if ceased and not counts_after:
        until = earlier_of(until, Span.day(ceased))
    stands_until = earlier_of(until, Span.day(ceased)) if ceased else until
    for notice in received:
        until = earlier_of(until, notice.taken)
        if notice.withdrawn is None:
            stands_until = earlier_of(stands_until, notice.taken)
    return Consent(fact, participant, since, withdrawn, received, until, stands_until, ceased)
