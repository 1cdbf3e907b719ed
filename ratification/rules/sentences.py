"""Sentences about the treaty as a whole, in the words of the glossary."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

from ratification.rules.dates import Span, shift
from ratification.rules.outcome import Condition, Threshold
from ratification.rules.reasons import day_words
from treaty.clauses import (
    EVERYONE,
    AllOf,
    AtLeast,
    Clause,
    ConditionNode,
    DayReached,
    Delay,
    EntryIntoForce,
    SumOf,
    needed_together,
)
from treaty.clauses.words import acts_words, among_words, condition_words, listed, ordinal


def rule_words(clause: Clause) -> str:
    """Return the rule on entry into force as one sentence built from the clause."""
    rule = clause.entry_into_force
    parts = [_in_force_words(rule), *_other_conditions(rule)]
    if rule.organizations == "none" and rule.counted_acts:
        parts.append("an organization's instrument not counting")
    if rule.organizations == "members":
        parts.append("an organization's instrument counting for each of its member States")
    if rule.not_before:
        parts.append(f"not before {rule.not_before}")
    if rule.after_treaty:
        parts.append(f'not before the treaty "{rule.after_treaty}" enters into force')
    return ", ".join(parts) + "."


def _in_force_words(rule: EntryIntoForce) -> str:
    """Return the beginning of the rule: the delay, and what it counts from."""
    condition, acts = rule.condition, acts_words(rule.counted_acts) if rule.counted_acts else ""
    if isinstance(condition, DayReached):
        return f"In force on {condition.day}"
    begin = f"In force {rule.delay} after"
    if rule.fixed:
        day, by = rule.fixed.day, rule.fixed.by
        proviso = "by then" if by == day else f"by {by}"
        begin = f"In force on {day} if the condition is met {proviso}, otherwise {rule.delay} after"
    if not _is_conjunction(condition):
        acts = f", counting instruments of {acts}" if acts else ""
        return f"{begin} the day on which {condition_words(condition)}{acts}"
    if rule.instruments:
        return f"{begin} the deposit of the {ordinal(rule.instruments)} instrument of {acts}"
    return f"{begin} the deposit of the instruments of {acts} that it names"


def _is_conjunction(condition: ConditionNode) -> bool:
    """Whether the condition asks for nothing but instruments, those of named participants, shares and groups."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return all(
        (isinstance(part, AtLeast) and part.number is not None and not part.acts)
        or (isinstance(part, SumOf) and part.percent and part.among == EVERYONE)
        for part in parts
    )


def _other_conditions(rule: EntryIntoForce) -> Iterator[str]:
    """Yield what the instruments must bring beside their number."""
    if not _is_conjunction(rule.condition):
        return
    for leaf in needed_together(rule.condition):
        if isinstance(leaf, SumOf):
            limit = "more than" if leaf.more_than else "at least"
            yield f"those counted holding {limit} {leaf.limit} per cent of {leaf.table.name}"
        elif (
            isinstance(leaf, AtLeast)
            and leaf.among.kind == "named"
            and leaf.number == len(leaf.among.members)
        ):
            yield f"those of {leaf.number} named participants among them"
        elif isinstance(leaf, AtLeast) and leaf.among.kind == "group":
            yield f"at least {leaf.number} of them members of {leaf.among.name}"
        elif isinstance(leaf, AtLeast) and leaf.among != EVERYONE:
            yield f"at least {leaf.number} of them of {among_words(leaf.among)}"


def sum_words(start: Span, delay: Delay) -> str:
    """Return a delay written out: `2003-07-01 + 90 days = 2003-09-29`; both ends where the day is open."""
    return f"{_day(start)} + {delay} = {_day(shift(delay, start))}"


def steps_of(
    clause: Clause,
    reached: Span | None,
    general: Span | None,
    after_treaty: Span | None,
) -> tuple[str, ...]:
    """Return the arithmetic from the threshold day to general entry into force, step by step."""
    rule = clause.entry_into_force
    if reached is None:
        return ()
    steps = [_first_step(rule, reached)]
    if rule.not_before:
        steps.append(f"not before {rule.not_before}")
    if rule.after_treaty:
        steps.append(
            f'not before the treaty "{rule.after_treaty}": {_day(after_treaty)}'
            if after_treaty
            else f'the treaty "{rule.after_treaty}" is not known to enter into force'
        )
    if general and len(steps) > 1:
        steps.append(f"the latest of these is {_day(general)}")
    return tuple(steps)


def _first_step(rule: EntryIntoForce, reached: Span) -> str:
    """Return the step that follows from the threshold day alone."""
    fixed = rule.fixed
    if fixed is None or reached.earliest > fixed.by:
        return sum_words(reached, rule.delay)
    step = f"met by {fixed.by}: {fixed.day}"
    if reached.latest <= fixed.by:
        return step
    return f"{step}; otherwise {sum_words(Span(fixed.by + timedelta(days=1), reached.latest), rule.delay)}"


def why_in_force(
    clause: Clause | None,
    threshold: Threshold,
    general: Span | None,
    day: date,
    ended: Span | None = None,
) -> str:
    """Return why the treaty is or is not in force in general, or when it will be."""
    if clause is None:
        return "The clause on entry into force is not recorded."
    reached, rule = threshold.reached, clause.entry_into_force
    if reached is None or not reached.certain:
        missing = " ".join(_missing(condition) for condition in threshold.conditions if not condition.met)
        if reached is None:
            return missing
        return f"{missing} The threshold may have been reached {day_words(reached)}.".strip()
    met = _reached(rule, threshold, reached)
    if general is None:
        return f'{met} It waits for the treaty "{rule.after_treaty}" to enter into force.'
    verb = "entered" if general.by(day) else "enters"
    return f"{met} The treaty {verb} into force {day_words(general)}.{_ended(clause, ended, day)}"


def _ended(clause: Clause, ended: Span | None, day: date) -> str:
    """Return when the treaty ceased to be in force, as a sentence that follows another; empty if it did not."""
    if ended is None or clause.termination is None:
        return ""
    verb = "ceased" if ended.by(day) else "ceases"
    rule = clause.termination
    why = f"fewer than {rule.fewer_than} parties are left, article {rule.article}"
    return f" It {verb} to be in force {day_words(ended)} ({why})."


def _reached(rule: EntryIntoForce, threshold: Threshold, reached: Span) -> str:
    if rule.by_number_alone:
        return f"The {ordinal(rule.instruments or 0)} instrument was deposited {day_words(reached)}."
    branch = f": {threshold.branch}" if threshold.branch else ""
    return f"The last condition of article {rule.article} was met {day_words(reached)}{branch}."


def _missing(condition: Condition) -> str:
    """Return what a condition that is not met still needs."""
    needed = ceil(condition.required - condition.held)
    one = needed == 1
    subject, held, required = condition.subject, condition.held, condition.required
    return {
        "instruments": f"{needed} more {'instrument is' if one else 'instruments are'} needed.",
        "required_participants": (
            f"{needed} of {required} named participants {'has' if one else 'have'} not: "
            f"{listed(condition.missing or [''], 'and')}."
        ),
        "subset": f"{needed} more must be {'a member' if one else 'members'} of {subject}.",
        "share": f"Those counted hold {held} per cent of {subject}; {required} are needed.",
        "amount": f"Those counted hold {held} of {subject}; {required} are needed.",
        "ratio": f"What those counted hold of {subject} has the ratio {held} per cent; {required} are needed.",
        "event": f'The event "{subject}" is not recorded.',
        "day": f"{subject} has not come.",
        "objections": f"It is not certain yet, or not the case, that by then not {subject}.",
    }[condition.kind]


def _day(span: Span) -> str:
    """Return a day as in a sum; an interval with its slash where it is open."""
    return span.edtf
