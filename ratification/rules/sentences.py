"""Sentences for people about the treaty as a whole, in the words of the glossary."""

from datetime import date

from ratification.rules.dates import Span, shift
from ratification.rules.outcome import Condition, Threshold
from ratification.rules.reasons import day_words, ordinal
from treaty.clauses import Clause, Delay, EntryIntoForce


def rule_words(clause: Clause) -> str:
    """State the rule on entry into force as one sentence built from the clause."""
    rule = clause.entry_into_force
    acts = _listed([act.label for act in rule.counted_acts], "or")
    parts = [f"In force {rule.delay} after the deposit of"]
    if rule.instruments:
        parts.append(f"the {ordinal(rule.instruments)} instrument of {acts}")
    else:
        parts.append(f"the instruments of {acts} that it names")
    extra = []
    if rule.required_participants:
        extra.append(f"those of {len(rule.required_participants)} named participants among them")
    extra += [
        f"those counted holding at least {share.percent} per cent of {share.table}" for share in rule.shares
    ]
    extra += [f"at least {subset.instruments} of them members of {subset.group}" for subset in rule.subsets]
    if not rule.organisations_count:
        extra.append("an organization's instrument not counting")
    if rule.not_before:
        extra.append(f"not before {rule.not_before}")
    if rule.after_treaty:
        extra.append(f'not before the treaty "{rule.after_treaty}" enters into force')
    return ", ".join([" ".join(parts), *extra]) + "."


def sum_words(start: Span, delay: Delay) -> str:
    """Write out a delay: `2003-07-01 + 90 days = 2003-09-29`; both ends where the day is open."""
    return f"{_day(start)} + {delay} = {_day(shift(delay, start))}"


def steps_of(
    clause: Clause,
    reached: Span | None,
    general: Span | None,
    after_treaty: Span | None,
) -> tuple[str, ...]:
    """Write out the arithmetic from the threshold day to general entry into force, step by step."""
    rule = clause.entry_into_force
    if reached is None:
        return ()
    steps = [sum_words(reached, rule.delay)]
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


def why_in_force(clause: Clause | None, threshold: Threshold, general: Span | None, day: date) -> str:
    """Say why the treaty is or is not in force in general, or when it will be."""
    if clause is None:
        return "The clause on entry into force is not recorded."
    reached, rule = threshold.reached, clause.entry_into_force
    if reached is None or not reached.certain:
        missing = " ".join(_missing(condition) for condition in threshold.conditions if not condition.met)
        if reached is None:
            return missing
        return f"{missing} The threshold may have been reached {day_words(reached)}.".strip()
    if general is None:
        return f'{_reached(rule, reached)} It waits for the treaty "{rule.after_treaty}" to enter into force.'
    verb = "entered" if general.by(day) else "enters"
    return f"{_reached(rule, reached)} The treaty {verb} into force {day_words(general)}."


def _reached(rule: EntryIntoForce, reached: Span) -> str:
    if rule.instruments and not (rule.required_participants or rule.shares or rule.subsets):
        return f"The {ordinal(rule.instruments)} instrument was deposited {day_words(reached)}."
    return f"The last condition of article {rule.article} was met {day_words(reached)}."


def _missing(condition: Condition) -> str:
    """Say what a condition that is not met still needs."""
    needed = int(condition.required - condition.held)
    one = needed == 1
    if condition.kind == "instruments":
        return f"{needed} more {'instrument is' if one else 'instruments are'} needed."
    if condition.kind == "required_participants":
        names = _listed(list(condition.missing), "and")
        return f"{needed} of {condition.required} named participants {'has' if one else 'have'} not: {names}."
    if condition.kind == "subset":
        return f"{needed} more must be {'a member' if one else 'members'} of {condition.subject}."
    needed_words = f"{condition.required} are needed"
    return f"Those counted hold {condition.held} per cent of {condition.subject}; {needed_words}."


def _listed(words: list[str], last: str) -> str:
    """Join words as in a sentence: `a, b or c`."""
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _day(span: Span) -> str:
    """Give a day as in a sum; an interval with its slash where it is open."""
    return span.edtf
