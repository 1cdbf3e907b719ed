"""Preview of a publication: the status before and after it, without writing anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ratification.ledger.checks import Scrutiny
from ratification.models import Action, TreatyFact
from ratification.record.entries import (
    Stated,
    latest_revision,
    stated_at,
    treaty_facts_of,
)
from ratification.record.evaluation import outcome_of_facts, read_directory
from ratification.rules.dates import Span
from ratification.rules.doubts import Doubt
from ratification.rules.outcome import Count, LegalWindow, Outcome, ParticipantStanding
from ratification.rules.statements import Statement, Statements, statements_on
from ratification.rules.statements.provisions import words_of


@dataclass(frozen=True, slots=True)
class StatusDifference:
    """One difference between the two statuses, in words; an empty side is nothing."""

    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """Effect of publishing an entry, and the doubts about it."""

    before: Outcome
    after: Outcome
    doubts: tuple[Doubt, ...]
    names: Mapping[str, str]
    statements_before: Statements
    statements_after: Statements

    @property
    def headline(self) -> StatusDifference:
        """The count toward the threshold, whether or not it moves: `1 -> 2 of 40`."""
        before, after = self.before.threshold, self.after.threshold
        needed = f" of {after.required}" if after.required else ""
        return StatusDifference(
            "Counting toward the threshold", _count(before.counted), f"{_count(after.counted)}{needed}"
        )

    @property
    def differences(self) -> list[StatusDifference]:
        """Everything that moves: counts, dates, participants, statements, windows."""
        return [difference for difference in self._compared() if difference.before != difference.after]

    def _compared(self) -> Iterator[StatusDifference]:
        before, after = self.before, self.after
        yield StatusDifference("Signatories", _count(before.signatories), _count(after.signatories))
        yield StatusDifference(
            "Contracting States and organizations", _count(before.contracting), _count(after.contracting)
        )
        yield StatusDifference("Parties", _count(before.parties), _count(after.parties))
        yield StatusDifference(
            "Counting toward the threshold",
            _count(before.threshold.counted),
            _count(after.threshold.counted),
        )
        yield StatusDifference(
            "Threshold reached", _span(before.threshold.reached), _span(after.threshold.reached)
        )
        yield StatusDifference(
            "Entry into force", _span(before.entry_into_force.on), _span(after.entry_into_force.on)
        )
        yield from self._declared()
        old = {standing.participant: _standing(standing) for standing in before.standings}
        new = {standing.participant: _standing(standing) for standing in after.standings}
        for iso3 in sorted(old | new):
            yield StatusDifference(self.names[iso3], old.get(iso3, ""), new.get(iso3, ""))
        yield from self._statements()
        closed = {self._name(window): _window(window) for window in before.windows}
        opened = {self._name(window): _window(window) for window in after.windows}
        for name in closed | opened:
            yield StatusDifference(name, closed.get(name, ""), opened.get(name, ""))

    def _declared(self) -> Iterator[StatusDifference]:
        """Yield each day of entry into force that the depositary declares, in general and for a participant."""
        general = [side.declared.entry_into_force for side in (self.before, self.after)]
        yield StatusDifference("Declared entry into force", *(str(day or "") for day in general))
        old, new = (
            {(each.participant, each.declared) for each in side.declared_for}
            for side in (self.before, self.after)
        )
        for iso3, day in sorted(old ^ new):
            sides = (str(day) if (iso3, day) in side else "" for side in (old, new))
            yield StatusDifference(f"Declared entry into force for {self.names[iso3]}", *sides)

    def _statements(self) -> Iterator[StatusDifference]:
        """Yield each statement with what stands of it."""
        before, after = self.statements_before.by_id, self.statements_after.by_id
        for key, statement in {**before, **after}.items():
            fact = statement.fact
            subject = (
                f"{fact.kind.label.capitalize()} of {self.names[fact.participant]} of {fact.taken.edtf}, "
                f"{words_of(fact.articles)}"
            )
            yield StatusDifference(
                subject, self._state_in_words(before.get(key)), self._state_in_words(after.get(key))
            )

    def _state_in_words(self, statement: Statement | None) -> str:
        """Return what stands of a statement in words; empty where it is not in the record."""
        if statement is None:
            return ""
        states: dict[str, list[str]] = {}
        for each in statement.provisions:
            parts = f", but for {words_of(each.parts)}" if each.parts else ""
            states.setdefault(f"{each.state.label}{parts}", []).append(each.name)
        words = (
            list(states)
            if len(states) == 1
            else [f"{words_of(names)}: {state}" for state, names in states.items()]
        )
        if by := sorted({self.names[objection.participant] for objection in statement.objections}):
            words.append(f"objected to by {', '.join(by)}")
        return "; ".join(words)

    def _name(self, window: LegalWindow) -> str:
        kind = f"Window: {window.kind.value.replace('_', ' ')}"
        if window.participant is None:
            return kind
        return f"{kind}, {self.names[window.participant]} from {window.opens.edtf}"


def consequence_of(entries: Sequence[Action | TreatyFact], *, today: date) -> Consequence:
    """Return the effect of publishing entries of one treaty together, in this order, and the doubts about them."""
    treaty = entries[0].treaty
    scrutiny, stated = Scrutiny(treaty), list(stated_at(treaty, latest_revision(treaty)))
    known = scrutiny.known
    after, after_stated, doubts = list(known), list(stated), list[Doubt]()
    for entry in entries:
        if isinstance(entry, TreatyFact):
            doubts += scrutiny.doubts_about(entry, today)
            after_stated = _stated_after(after_stated, entry)
            continue
        gone, new = scrutiny.change_of(entry)
        after = [fact for fact in after if gone is None or fact.id != gone.id]
        if new is not None:
            after.append(new)
        doubts += scrutiny.doubts_about(entry, today)
        scrutiny.add(entry)
    people = read_directory()
    before = outcome_of_facts(treaty, known, today, people, treaty_facts=treaty_facts_of(treaty, stated))
    changed = outcome_of_facts(
        treaty, after, today, people, treaty_facts=treaty_facts_of(treaty, after_stated)
    )
    return Consequence(
        before=before,
        after=changed,
        doubts=tuple(doubts),
        names={iso3: participant.name for iso3, participant in people.participants.items()},
        statements_before=statements_on(known, today, before.ended),
        statements_after=statements_on(after, today, changed.ended),
    )


def _stated_after(stated: Sequence[Stated], fact: TreatyFact) -> list[Stated]:
    """Return the treaty facts that hold once another one is published, in the order of the days."""
    left = list(stated)
    if fact.supersedes and _stated(fact.supersedes) in left:
        left.remove(_stated(fact.supersedes))
    if fact.entry != TreatyFact.Entry.RETRACTION:
        left.append(_stated(fact))
    return sorted(left, key=lambda row: row[-1])


def _stated(fact: TreatyFact) -> Stated:
    participant = fact.participant.iso3 if fact.participant else None
    return fact.kind, participant, fact.taken_earliest, fact.taken_latest


def _count(count: Count) -> str:
    return (
        f"{count.certain}" if count.certain == count.possible else f"{count.certain} (up to {count.possible})"
    )


def _span(span: Span | None) -> str:
    return span.edtf if span else "not yet"


def _standing(standing: ParticipantStanding) -> str:
    words = [standing.kind.value]
    if standing.consent and standing.consented:
        words.append(f"{standing.consent.label} {standing.consented.edtf}")
    elif standing.signed:
        words.append(f"signed {standing.signed.edtf}")
    if standing.in_force:
        words.append(f"in force {standing.in_force.edtf}")
    words.append("counted" if standing.counted else "not counted")
    return ", ".join(words)


def _window(window: LegalWindow) -> str:
    closes = window.closes.edtf if window.closes else "no end"
    return f"{window.opens.edtf} to {closes}, {window.state.replace('_', ' ')}"
