"""Evaluates a scenario on top of the record: resolves participants, excludes impossible deposits, applies the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from common.messages import message
from ratification.record.entries import TreatyFacts
from ratification.record.evaluation import clause_of, outcome_of_facts, record_of, with_elsewhere
from ratification.record.selectors import CAN_JOIN, View
from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import NEVER, Span
from ratification.rules.facts import ORGANIZATIONS, Fact
from ratification.rules.outcome import CountedConsent, LegalWindow, Outcome, StandingKind, WindowKind
from ratification.scenario.text import ScenarioError, ScenarioLine, Who
from states.models import Participant
from treaty.clauses import ActionKind, Clause


@dataclass(frozen=True, slots=True)
class Assumed:
    """One deposit of the scenario and what follows from it, or several by States that are not named.

    `entry` is its place in the count, `in_force` the day of entry into force for who deposits, `window` the time from
    the threshold to general entry into force, or from the deposit to the later party's own. `remark` is what makes the
    deposit unusual, if anything does.
    """

    participant: Participant | None
    instruments: int
    kind: ActionKind
    deposited: Span
    entry: CountedConsent
    in_force: Span | None
    window: LegalWindow | None
    remark: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A participant that the scenario names and that cannot deposit then, and why."""

    participant: Participant
    reason: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Result of assumed deposits.

    `view` is where the treaty stands without the scenario, `outcome` where it would stand at the end of `evaluated_on`:
    the last day on which somebody deposits, or the day asked about if that is later.
    """

    view: View
    lines: tuple[ScenarioLine, ...]
    evaluated_on: date
    outcome: Outcome
    assumed: tuple[Assumed, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def unnamed_decide(self) -> int:
        """Number of the States not named that are among those whose deposit makes the threshold."""
        return sum(not code.isalpha() for code in self.outcome.threshold.decisive)

    @property
    def decisive(self) -> list[str]:
        """The codes of those named whose deposit on the deciding day makes the threshold."""
        return [code for code in self.outcome.threshold.decisive if code.isalpha()]


@dataclass(frozen=True, slots=True)
class _Supposed:
    """A deposit of the scenario as a fact; `unnamed` counts the States that one line does not name."""

    fact: Fact
    participant: Participant | None
    unnamed: int = 0
    remark: str = ""


def scenario_of(view: View, lines: Sequence[ScenarioLine]) -> Scenario:
    """Evaluate a scenario with the rules, on top of what the record says. Nothing is stored.

    Signatories are taken to ratify, others to accede, organizations to approve, as far as the article on entry into
    force knows these acts; for the count they are equal. Whoever cannot deposit then, because its consent stands
    already or, for an organization, no member State's does, is left out and named.

    Raises:
        ScenarioError: if a line names a participant, group or day that there is not, the treaty's clause is unknown, or
            no calendar has the day that would follow.

    """
    clause = clause_of(view.treaty)
    if clause is None:
        raise ScenarioError(
            gettext("The clause on entry into force is not recorded; nothing can be worked out.")
        )
    supposed = [each for number, line in enumerate(lines) for each in _supposed(line, number, view, clause)]
    evaluated_on = max([view.as_of, *(each.fact.taken.latest for each in supposed)])
    kept, left_out = _admitted(supposed, view, clause, evaluated_on)
    # A scenario supposes that nothing else happens, whether or not the list would show it.
    treaty_facts = TreatyFacts(known_until=None, declared=view.outcome.declared)
    facts = [*view.facts, *(fact for each in kept for fact in _facts(each))]
    outcome = outcome_of_facts(view.treaty, facts, evaluated_on, view.directory, treaty_facts=treaty_facts)
    begins = [outcome.entry_into_force.on, *(standing.in_force for standing in outcome.standings)]
    if any(day and day.earliest == NEVER for day in begins):
        raise ScenarioError(gettext("What follows from these deposits would fall after the year 9999."))
    return Scenario(
        view=view,
        lines=tuple(lines),
        evaluated_on=evaluated_on,
        outcome=outcome,
        assumed=tuple(_assumed(kept, outcome)),
        left_out=tuple(left_out),
    )


def _supposed(line: ScenarioLine, number: int, view: View, clause: Clause) -> Iterator[_Supposed]:
    """Yield the deposits of a line; deposits of unnamed States are one item with their number."""
    when = line.when
    if line.how == "by":
        if when.latest < view.as_of:
            raise ScenarioError(
                gettext("“%(line)s”: the day lies before %(day)s, the day asked about.")
                % {"line": line, "day": view.as_of}
            )
        when = Span(view.as_of, when.latest)
    if line.who is Who.MORE:
        kind = clause.entry_into_force.counted_acts[0]
        yield _Supposed(Fact(f"scenario {number}", f"{number}.1", kind, when), None, line.number)
        return
    signed = {item.participant for item in view.outcome.standings if item.kind is StandingKind.SIGNATORY}
    for iso3 in _codes(line, view, signed):
        participant = view.directory.participants[iso3]
        kind = _act(participant, clause, signed=iso3 in signed)
        yield _Supposed(Fact(f"scenario {number} {iso3}", iso3, kind, when), participant)


def _codes(line: ScenarioLine, view: View, signed: set[str]) -> list[str]:
    """Return the codes of a line's participants, ordered by name."""
    people = view.directory
    if line.who is Who.NAMED:
        if unknown := [code for code in line.codes if code not in people.participants]:
            raise ScenarioError(
                gettext("“%(line)s”: no participant has the code %(codes)s.")
                % {"line": line, "codes": ", ".join(unknown)}
            )
        return list(line.codes)
    if line.group and line.group not in people.groups:
        known = ", ".join(sorted(people.groups))
        raise ScenarioError(
            gettext("“%(line)s”: there is no group %(group)s; known are %(known)s.")
            % {"line": line, "group": line.group, "known": known}
        )
    members = {
        held.iso3 for held in people.memberships if held.group == line.group and held.on(line.when.latest)
    }
    meant = members if line.who is Who.MEMBERS else signed & members if line.group else signed
    by_name = sorted(meant, key=lambda iso3: people.participants[iso3].name)
    return _first(line, by_name, view, signed) if line.number else by_name


def _first(line: ScenarioLine, by_name: list[str], view: View, signed: set[str]) -> list[str]:
    """Return so many of a group's participants as the line says: of States that can deposit, signatories first."""
    bound = {item.participant for item in view.outcome.standings if item.consent}
    people = view.directory.participants
    able = [iso3 for iso3 in by_name if iso3 not in bound and people[iso3].kind in CAN_JOIN]
    if len(able) < line.number:
        raise ScenarioError(
            ngettext(
                "“%(line)s”: only %(number)s of them can still deposit.",
                "“%(line)s”: only %(number)s of them can still deposit.",
                len(able),
            )
            % {"line": line, "number": len(able)}
        )
    chosen = sorted(able, key=lambda iso3: iso3 not in signed)[: line.number]
    return [iso3 for iso3 in able if iso3 in chosen]


def _act(participant: Participant, clause: Clause, *, signed: bool) -> ActionKind:
    """Choose the kind of act by which a participant would consent (for the Convention: article 64(3) and (4))."""
    counted = clause.entry_into_force.counted_acts
    usual = ActionKind.ACCESSION
    if signed:
        organization = participant.kind in ORGANIZATIONS
        usual = ActionKind.APPROVAL if organization else ActionKind.RATIFICATION
    return usual if usual in counted else counted[0]


def _facts(supposed: _Supposed) -> Iterator[Fact]:
    """Return a deposit as facts: one for each unnamed State, otherwise one.

    Each of those takes a participant of its own, whom the rules hold for a State.
    """
    fact = supposed.fact
    if not supposed.unnamed:
        yield fact
    for number in range(1, supposed.unnamed + 1):
        who = f"{fact.participant.partition('.')[0]}.{number}"
        yield Fact(f"{fact.id} {number}", who, fact.kind, fact.taken)


def _admitted(
    supposed: Sequence[_Supposed], view: View, clause: Clause, day: date
) -> tuple[list[_Supposed], list[LeftOut]]:
    """Separate possible deposits from impossible ones; organizations come last: they depend on their members."""
    kept = [each for each in supposed if each.participant is None]
    _check_open(kept, view, clause, day)
    left_out: list[LeftOut] = []
    for organizations in (False, True):
        batch = [
            each
            for each in supposed
            if each.participant and (each.participant.kind in ORGANIZATIONS) is organizations
        ]
        facts = [*view.facts, *(each.fact for each in kept)]
        record = with_elsewhere(record_of(facts, view.directory), view.treaty, clause, day, view.directory)
        taken: set[str] = set()
        for each in batch:
            if each.participant is None:
                continue
            doubts = doubts_about(each.fact, clause, record, day)
            sentence = doubts[0].sentence if doubts else ""
            if each.fact.participant in taken:
                left_out.append(LeftOut(each.participant, message("An earlier line names it.")))
            elif doubts and doubts[0].impossible:
                left_out.append(LeftOut(each.participant, sentence))
            else:
                taken.add(each.fact.participant)
                kept.append(_Supposed(each.fact, each.participant, remark=sentence))
    order = {each.fact.id: number for number, each in enumerate(supposed)}
    return sorted(kept, key=lambda each: order[each.fact.id]), left_out


def _check_open(unnamed: Sequence[_Supposed], view: View, clause: Clause, day: date) -> None:
    """Refuse deposits of unnamed States before the treaty is open: none of them can be left out by its name."""
    record = record_of(view.facts, view.directory)
    for each in unnamed:
        for doubt in doubts_about(each.fact, clause, record, day):
            if doubt.rule == "window" and doubt.impossible:
                raise ScenarioError(doubt.sentence)


def _assumed(kept: Sequence[_Supposed], outcome: Outcome) -> Iterator[Assumed]:
    entries = {entry.fact: entry for entry in outcome.threshold.entries}
    standings = {standing.participant: standing for standing in outcome.standings}
    own = {window.participant: window for window in outcome.windows if window.kind is WindowKind.LATER_PARTY}
    general = next((item for item in outcome.windows if item.kind is WindowKind.ENTRY_INTO_FORCE), None)
    for each in kept:
        fact = next(_facts(each))
        standing = standings[fact.participant]
        yield Assumed(
            participant=each.participant,
            instruments=each.unnamed or 1,
            kind=fact.kind,
            deposited=fact.taken,
            entry=entries[fact.id],
            in_force=standing.in_force,
            window=own.get(fact.participant) or (general if standing.in_force else None),
            remark=each.remark,
        )
