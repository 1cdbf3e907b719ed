"""Sentences about the treaty as a whole, in the words of the glossary."""

from datetime import date, timedelta
from math import ceil

from common.messages import in_a_row, listed, message, plural_message
from ratification.rules.dates import Span, shift
from ratification.rules.outcome import Condition, Threshold
from ratification.rules.reasons import day_words
from treaty.clauses import Clause, Delay, EntryIntoForce
from treaty.clauses.explain import end_words
from treaty.clauses.words import GroupSlug, ParticipantCode, ordinal


def sum_words(start: Span, delay: Delay) -> str:
    """Return a delay written out: `2003-07-01 + 90 days = 2003-09-29`; both ends where the day is open."""
    if delay == Delay():
        return message("%(day)s, without a waiting period", day=start)
    return message("%(start)s + %(delay)s = %(end)s", start=start, delay=delay.words, end=shift(delay, start))


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
        steps.append(message("not before %(day)s", day=rule.not_before))
    if rule.after_treaties:
        treaties = _treaties(rule)
        steps.append(
            message("not before %(treaties)s: %(day)s", treaties=treaties, day=after_treaty)
            if after_treaty
            else plural_message(
                "%(treaties)s is not known to enter into force",
                "%(treaties)s are not known to enter into force",
                len(rule.after_treaties),
                treaties=treaties,
            )
        )
    if general and len(steps) > 1:
        steps.append(message("the latest of these is %(day)s", day=general))
    return tuple(steps)


def _first_step(rule: EntryIntoForce, reached: Span) -> str:
    """Return the step that follows from the threshold day alone."""
    fixed = rule.fixed
    if fixed is None or reached.earliest > fixed.by:
        return sum_words(reached, rule.delay)
    step = message("met by %(by)s: %(day)s", by=fixed.by, day=fixed.day)
    if reached.latest <= fixed.by:
        return step
    otherwise = sum_words(Span(fixed.by + timedelta(days=1), reached.latest), rule.delay)
    return message("%(step)s; otherwise %(sum)s", step=step, sum=otherwise)


def why_in_force(
    clause: Clause | None,
    threshold: Threshold,
    general: Span | None,
    day: date,
    ended: Span | None = None,
) -> str:
    """Return why the treaty is or is not in force in general, or when it will be."""
    if clause is None:
        return message("The clause on entry into force is not recorded.")
    reached, rule = threshold.reached, clause.entry_into_force
    if reached is None or not reached.certain:
        missing = [_missing(condition) for condition in threshold.conditions if not condition.met]
        if reached is None:
            return in_a_row(missing)
        maybe = message("The threshold may have been reached %(when)s.", when=day_words(reached))
        return in_a_row([*missing, maybe])
    met = _reached(rule, threshold, reached)
    if general is None:
        waits = message("It waits for %(treaties)s to enter into force.", treaties=_treaties(rule))
        return in_a_row([met, waits])
    enters = (
        message("The treaty entered into force %(when)s.", when=day_words(general))
        if general.by(day)
        else message("The treaty enters into force %(when)s.", when=day_words(general))
    )
    return in_a_row([met, enters, _ended(clause, ended, day)])


def _ended(clause: Clause, ended: Span | None, day: date) -> str:
    """Return when the treaty ceased to be in force; empty if it did not."""
    if ended is None or clause.termination is None:
        return ""
    rule = clause.termination
    values: dict[str, object] = {
        "when": day_words(ended),
        "article": rule.article,
        "why": listed(end_words(rule), "or"),
    }
    if ended.by(day):
        return message("It ceased to be in force %(when)s (article %(article)s: %(why)s).", **values)
    return message("It ceases to be in force %(when)s (article %(article)s: %(why)s).", **values)


def _treaties(rule: EntryIntoForce) -> str:
    """Return the treaties that a rule waits for: `the treaty "untoc"`."""
    named = listed([f'"{slug}"' for slug in rule.after_treaties], "and")
    return plural_message(
        "the treaty %(treaties)s", "the treaties %(treaties)s", len(rule.after_treaties), treaties=named
    )


def _reached(rule: EntryIntoForce, threshold: Threshold, reached: Span) -> str:
    when = day_words(reached)
    if rule.by_number_alone:
        rank = ordinal(rule.instruments or 0)
        return message("The %(rank)s instrument was deposited %(when)s.", rank=rank, when=when)
    values: dict[str, object] = {"article": rule.article, "when": when, "branch": threshold.branch}
    if threshold.branch:
        return message("The last condition of article %(article)s was met %(when)s: %(branch)s.", **values)
    return message("The last condition of article %(article)s was met %(when)s.", **values)


def _missing(condition: Condition) -> str:
    """Return the words for the part of a condition that is still missing."""
    needed = ceil(condition.required - condition.held)
    values: dict[str, object] = {
        "subject": condition.words or GroupSlug(condition.subject),
        "held": condition.held,
        "required": condition.required,
        "missing": listed(map(ParticipantCode, condition.missing or [""]), "and"),
    }
    return {
        "instruments": plural_message(
            "%(number)s more instrument is needed.", "%(number)s more instruments are needed.", needed
        ),
        "required_participants": plural_message(
            "%(number)s of %(required)s named participants has not: %(missing)s.",
            "%(number)s of %(required)s named participants have not: %(missing)s.",
            needed,
            **values,
        ),
        "subset": plural_message(
            "%(number)s more must be one of %(participants)s.",
            "%(number)s more must be of %(participants)s.",
            needed,
            participants=listed(map(ParticipantCode, condition.subject.split()), "or"),
        )
        if condition.subject.isupper()  # codes, and no slug of a group
        else plural_message(
            "%(number)s more must be a member of %(subject)s.",
            "%(number)s more must be members of %(subject)s.",
            needed,
            **values,
        ),
        "share": message(
            "Those counted hold %(held)s per cent of %(subject)s; %(required)s are needed.", **values
        ),
        "amount": message("Those counted hold %(held)s of %(subject)s; %(required)s are needed.", **values),
        "ratio": message(
            "What those counted hold of %(subject)s has the ratio %(held)s per cent; %(required)s are needed.",
            **values,
        ),
        "event": message('The event "%(subject)s" is not recorded.', **values),
        "day": message("%(subject)s has not come.", subject=condition.subject),
        "objections": message(
            "It is not certain yet, or not the case, that by then not %(subject)s.", **values
        ),
    }[condition.kind]
