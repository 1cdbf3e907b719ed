"""Sentences about the treaty as a whole, in the words of the glossary."""

from datetime import date, timedelta
from math import ceil

from common.messages import listed
from ratification.rules.dates import Span, shift
from ratification.rules.outcome import Condition, Threshold
from ratification.rules.reasons import day_words
from treaty.clauses import Clause, Delay, EntryIntoForce
from treaty.clauses.explain import end_words
from treaty.clauses.words import ordinal


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
    if rule.after_treaties:
        treaties = _treaties(rule)
        steps.append(
            f"not before {treaties}: {_day(after_treaty)}"
            if after_treaty
            else f"{treaties} {'is' if len(rule.after_treaties) == 1 else 'are'} not known to enter into force"
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
        return f"{met} It waits for {_treaties(rule)} to enter into force."
    verb = "entered" if general.by(day) else "enters"
    return f"{met} The treaty {verb} into force {day_words(general)}.{_ended(clause, ended, day)}"


def _ended(clause: Clause, ended: Span | None, day: date) -> str:
    """Return when the treaty ceased to be in force, as a sentence that follows another; empty if it did not."""
    if ended is None or clause.termination is None:
        return ""
    verb = "ceased" if ended.by(day) else "ceases"
    rule = clause.termination
    why = f"article {rule.article}: {listed(end_words(rule), 'or')}"
    return f" It {verb} to be in force {day_words(ended)} ({why})."


def _treaties(rule: EntryIntoForce) -> str:
    """Return the treaties that a rule waits for: `the treaty "untoc"`."""
    many = "treaties" if len(rule.after_treaties) > 1 else "treaty"
    named = listed([f'"{slug}"' for slug in rule.after_treaties], "and")
    return f"the {many} {named}"


def _reached(rule: EntryIntoForce, threshold: Threshold, reached: Span) -> str:
    if rule.by_number_alone:
        return f"The {ordinal(rule.instruments or 0)} instrument was deposited {day_words(reached)}."
    branch = f": {threshold.branch}" if threshold.branch else ""
    return f"The last condition of article {rule.article} was met {day_words(reached)}{branch}."


def _missing(condition: Condition) -> str:
    """Return the words for the part of a condition that is still missing."""
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
