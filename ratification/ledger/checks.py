"""Checks of an entry against the record as it stands: for the ledger, the panel and the audit."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from ratification.ledger.content import AnyEntry
from ratification.models import Action, Report, TreatyFact
from ratification.record.entries import (
    FACT_COLUMNS,
    change_of,
    entries_at,
    fact_from,
    first_entries,
    latest_revision,
    reports_at,
    treaty_facts_at,
)
from ratification.record.evaluation import clause_of, record_for, with_elsewhere
from ratification.rules.admissibility import doubts_about_change, with_replaced
from ratification.rules.doubts import Doubt
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from treaty.clauses import CONSENTS, ActionKind, Clause
from treaty.models import Treaty

_COMPUTED = (CONSENTS - {ActionKind.SUCCESSION}) | {ActionKind.DENUNCIATION}
"""Instruments whose day of effect follows from the clause; a successor's is said by the successor."""

_COLUMNS = ("entry", *FACT_COLUMNS)
_YEAR_OF_NUMBER = re.compile(r"\bC\.N\.\d+\.(\d{4})\.")


class Scrutiny:
    """A treaty's record, read once, against which any number of entries are checked."""

    def __init__(self, treaty: Treaty, *, with_pending_of: int | None = None) -> None:
        """Begin; each part of the record is read when it is first needed.

        Args:
            treaty: the treaty.
            with_pending_of: the id of a user whose own drafts and entries in review count as if published, so that a
                signature and the ratification after it can be drafted together. An entry is not checked against itself.

        """
        self._treaty = treaty
        self._with_pending_of = with_pending_of

    @cached_property
    def _clause(self) -> Clause | None:
        return clause_of(self._treaty)

    @cached_property
    def _facts(self) -> tuple[Sequence[Fact], Sequence[Fact]]:
        """The facts of the record, and those of the person's own drafts."""
        held = list(entries_at(self._treaty, latest_revision(self._treaty)).values_list(*_COLUMNS))
        own = Action.objects.filter(
            treaty=self._treaty,
            author=self._with_pending_of,
            revision__isnull=True,
            entry=Action.Entry.ORIGINAL,
        )
        pending = [] if self._with_pending_of is None else list(own.order_by().values_list(*_COLUMNS))
        read = [*held, *pending]
        first = self._first if Action.Entry.CORRECTION in {row[0] for row in read} else {}
        facts = tuple(fact_from(row[1:], first) for row in read)
        return facts[: len(held)], facts[len(held) :]

    @property
    def known(self) -> Sequence[Fact]:
        """The facts of the record that was read."""
        return self._facts[0]

    @cached_property
    def _pending(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self._facts[1]}

    @cached_property
    def _record(self) -> FactRecord:
        known, pending = self._facts
        return record_for(self._clause, [*known, *pending])

    @cached_property
    def _first(self) -> dict[int, int]:
        return first_entries(self._treaty)

    @cached_property
    def _reports(self) -> Mapping[tuple[int, int], list[Report]]:
        """The reports of the record by participant and measure."""
        found = defaultdict(list)
        for report in reports_at(self._treaty, latest_revision(self._treaty)):
            found[report.participant_id, report.measure_id].append(report)
        return found

    @cached_property
    def _treaty_facts(self) -> list[TreatyFact]:
        return list(treaty_facts_at(self._treaty, latest_revision(self._treaty)))

    def change_of(self, entry: Action) -> tuple[Fact | None, Fact | None]:
        """Return the fact that a draft would take out of the record, and the one that it would put in its place."""
        return change_of(entry, self._first if entry.supersedes_id or entry.relates_to_id else {})

    def add(self, entry: Action) -> None:
        """Add an entry, so that the next are checked against it too."""
        gone, new = self.change_of(entry)
        self._record = with_replaced(self._record, gone, new)

    def doubts_about(self, entry: AnyEntry, today: date) -> list[Doubt]:
        """Return the doubts about publishing an entry now, the impossible first."""
        if isinstance(entry, Report):
            recorded = self._reports.get((entry.participant_id, entry.measure_id), ())
            doubts = _doubts_of_report(entry, recorded, today)
        elif isinstance(entry, TreatyFact):
            alike = [each for each in self._treaty_facts if each.kind == entry.kind]
            doubts = _doubts_of_treaty_fact(entry, alike, today)
        else:
            doubts = self._of_action(entry, today)
        return sorted(doubts, key=lambda doubt: not doubt.impossible)

    def _of_action(self, entry: Action, today: date) -> list[Doubt]:
        gone, new = self.change_of(entry)
        others = with_replaced(self._record, self._pending.get(str(entry.pk)), None)
        record = with_elsewhere(others, self._treaty, self._clause, min(entry.taken_latest, today))
        found = doubts_about_change(gone, new, self._clause, record, today)
        if all(doubt.rule != "effect" for doubt in found):
            found += self._of_effect(with_replaced(others, gone, None), new, today)
        return [*found, *_of_designation(entry), *_of_notification(entry, today)]

    def _of_effect(self, others: FactRecord, new: Fact | None, today: date) -> list[Doubt]:
        """Hold the day from which an instrument takes effect, as typed, against the one that the rules compute."""
        if new is None or new.effective is None or new.kind not in _COMPUTED:
            return []
        after = with_replaced(others, None, replace(new, effective=None))
        after = with_elsewhere(after, self._treaty, self._clause, today)
        standings = evaluate(self._clause, after, today).standings
        own = next((each for each in standings if each.participant == new.participant), None)
        computed = own and (own.ended if new.kind == ActionKind.DENUNCIATION else own.in_force)
        if computed == new.effective:
            return []
        what = f"compute {computed.edtf}" if computed else "compute no day yet"
        day = new.effective.edtf
        sentence = f"It is to take effect on {day}, and the rules {what}; leave the day empty or say why."
        return [Doubt("effect", sentence, impossible=False)]


def _of_designation(entry: Action) -> list[Doubt]:
    """Point out a designation at home that the depositary has notified: then it is a notification."""
    if entry.kind != ActionKind.DESIGNATION or not entry.notification:
        return []
    sentence = "The depositary has notified it, so that it is a notification; a designation is known from home alone."
    return [Doubt("kind", sentence, impossible=False)]


def _of_notification(entry: Action | TreatyFact, today: date) -> list[Doubt]:
    """Hold the number and date of the notification against today, and the date against the act that it reports.

    Impossible: a year or a date to come, but for tomorrow, which has begun somewhere. Unusual: a date before the act.
    """
    dated, doubts = entry.notified_on, []
    begins = [date(max(int(year), 1), 1, 1) for year in _YEAR_OF_NUMBER.findall(entry.notification)]
    if any((day - today).days > 1 for day in begins):
        doubts.append(Doubt("notification", f"{entry.notification} is of a year to come."))
    if dated and (dated - today).days > 1:
        doubts.append(Doubt("dated", f"The notification is dated {dated}, which lies in the future."))
    elif dated and isinstance(entry, Action) and dated < entry.taken_earliest:
        sentence = f"The notification is dated {dated}, before the act that it reports."
        doubts.append(Doubt("dated", sentence, impossible=False))
    return doubts


def doubts_of(entry: AnyEntry, *, today: date) -> list[Doubt]:
    """Return the doubts about publishing an entry now, the impossible first."""
    return Scrutiny(entry.treaty).doubts_about(entry, today)


def _doubts_of_report(report: Report, recorded: Iterable[Report], today: date) -> list[Doubt]:
    """Return the doubts about a report, held against the recorded ones of its participant and measure.

    Impossible: a day in the future, or after the participant ceased to exist. Unusual: a stage already reported for the
    same day, and one before the stage reported last.
    """
    if report.entry == Report.Entry.RETRACTION:
        return []
    doubts, taken, participant = [], report.taken, report.participant
    if not taken.may_be_by(today):
        doubts.append(Doubt("future", f"{taken.earliest} lies in the future."))
    elif not taken.by(today):
        doubts.append(Doubt("future", f"Part of {taken.edtf} lies in the future.", impossible=False))
    if participant.valid_until and taken.earliest >= participant.valid_until:
        doubts.append(Doubt("existence", f"It no longer existed from {participant.valid_until} on."))
    stages = report.measure.stages
    for other in recorded:
        if other.pk == report.supersedes_id:
            continue
        earlier = f"{other.get_stage_display()}, {other.taken.edtf}"
        if (other.stage, other.taken) == (report.stage, taken):
            doubts.append(Doubt("repetition", f"The record says this already: {earlier}.", impossible=False))
        elif other.taken.latest < taken.earliest and stages.index(other.stage) > stages.index(report.stage):
            doubts.append(Doubt("order", f"It had come further before: {earlier}.", impossible=False))
    return doubts


def _doubts_of_treaty_fact(fact: TreatyFact, recorded: Iterable[TreatyFact], today: date) -> list[Doubt]:
    """Return the doubts about a treaty fact, held against the recorded ones of its kind.

    Impossible: a list known until a day to come, or a total of a day to come; a day that is not a whole one, save of
    acts, because a declared day leads. Unusual: a list known until an earlier day than the record says. A declared
    entry into force may lie ahead.
    """
    if fact.entry == TreatyFact.Entry.RETRACTION:
        return []
    doubts = _of_notification(fact, today)
    if fact.taken.on is None and fact.kind not in TreatyFact.ACTS:
        doubts.append(Doubt("open", f"{fact.taken.edtf} is not one day: declare the day itself, or nothing."))
    ahead = not fact.taken.by(today)
    if ahead and fact.kind not in {TreatyFact.Kind.ENTRY_INTO_FORCE, TreatyFact.Kind.ENTRY_INTO_FORCE_FOR}:
        doubts.append(Doubt("future", f"{fact.taken.latest} lies in the future."))
    for other in recorded:
        if other.pk == fact.supersedes_id:
            continue
        if fact.kind == TreatyFact.Kind.KNOWN_UNTIL and fact.taken.latest < other.taken.latest:
            sentence = f"The record knows the list until {other.taken.latest} already."
            doubts.append(Doubt("order", sentence, impossible=False))
        elif fact.participant_id == other.participant_id and fact.taken == other.taken:
            doubts.append(Doubt("repetition", f"The record says this already: {other}.", impossible=False))
    return doubts


def unexplained(entry: AnyEntry, doubts: Iterable[Doubt]) -> list[Doubt]:
    """Return the doubts that keep an entry from being published: the impossible, and the unusual without a reason."""
    explained = entry.override.strip() or (entry.entry == Action.Entry.RETRACTION and entry.reason.strip())
    return [doubt for doubt in doubts if doubt.impossible or not explained]
