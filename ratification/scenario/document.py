"""Formats a scenario's result in words and as plain JSON, alike for page, API and command line."""

from collections.abc import Iterator
from typing import Any

from common.messages import message
from ratification.rules.document import days, possible, status_document
from ratification.rules.outcome import Count, Outcome
from ratification.rules.reasons import day_words
from ratification.scenario.evaluate import Assumed, Scenario
from ratification.scenario.text import written
from treaty.clauses.words import ordinal

Json = dict[str, Any]


def headline(scenario: Scenario) -> str:
    """Summarize in a sentence or two: the threshold day and entry into force, or the number still missing."""
    before, after = scenario.view.outcome, scenario.outcome
    general, reached = after.entry_into_force.on, after.threshold.reached
    if general and general.certain and general == before.entry_into_force.on:
        when = day_words(general)
        if general.by(scenario.evaluated_on):
            return message("Nothing changes in general: the treaty entered into force %(when)s.", when=when)
        return message("Nothing changes in general: the treaty enters into force %(when)s.", when=when)
    if reached is None or not reached.certain or general is None:
        reason = after.entry_into_force.reason
        return message("No entry into force follows. %(reason)s", reason=reason)
    values: dict[str, object] = {"reached": day_words(reached), "in_force": day_words(general)}
    required = after.threshold.required
    if required and [each.kind for each in after.threshold.conditions] == ["instruments"]:
        return message(
            "The %(rank)s instrument is deposited %(reached)s, and the treaty enters into force %(in_force)s.",
            rank=ordinal(required),
            **values,
        )
    return message(
        "The last condition is met %(reached)s, and the treaty enters into force %(in_force)s.", **values
    )


def sentences(scenario: Scenario) -> Iterator[str]:
    """Yield the result as sentences: answer, count before and after, arithmetic, decisive deposits."""
    yield headline(scenario)
    before, after = scenario.view.outcome.threshold, scenario.outcome.threshold
    needed = f" of {after.required}" if after.required else ""
    yield f"Counting toward the threshold: {_bounds(before.counted)}, then {_bounds(after.counted)}{needed}."
    yield from (f"{step}." for step in scenario.outcome.entry_into_force.steps)


def _bounds(count: Count) -> str:
    """Return a count in words: at least 40, at most 41 where open days leave it open."""
    if count.possible == count.certain:
        return str(count.certain)
    return f"at least {count.certain}, at most {count.possible}"


def scenario_document(scenario: Scenario) -> Json:
    """Return the result as JSON values; days are ISO text or null, as in the status document."""
    view, outcome = scenario.view, scenario.outcome
    status = status_document(
        view.treaty.slug,
        scenario.evaluated_on,
        view.revision,
        outcome,
        timezone=view.treaty.depositary_timezone,
    )
    return {
        "treaty": view.treaty.slug,
        "as_of": view.as_of.isoformat(),
        "revision": view.revision,
        "deposits": written(scenario.lines),
        "evaluated_on": scenario.evaluated_on.isoformat(),
        "summary": headline(scenario),
        "before": _headlines(view.outcome),
        "after": _headlines(outcome),
        "decisive": scenario.decisive,
        "decisive_unnamed": scenario.unnamed_decide,
        "article": outcome.entry_into_force.article,
        "rule": outcome.entry_into_force.rule,
        "steps": list(outcome.entry_into_force.steps),
        "windows": [window for window in status["windows"] if not window["participant"]],
        "assumed": [_assumed(each) for each in scenario.assumed],
        "left_out": [
            {"participant": each.participant.iso3, "reason": each.reason} for each in scenario.left_out
        ],
    }


def _headlines(outcome: Outcome) -> Json:
    return {
        "signatories": outcome.signatories.certain,
        "contracting": outcome.contracting.certain,
        "parties": outcome.parties.certain,
        "counted": outcome.threshold.counted.certain,
        "possible": possible(outcome),
        "required": outcome.threshold.required,
        "remaining": outcome.threshold.remaining,
        "reached": days(outcome.threshold.reached),
        "entry_into_force": days(outcome.entry_into_force.on),
    }


def _assumed(each: Assumed) -> Json:
    entry, window = each.entry, each.window
    return {
        "participant": each.participant.iso3 if each.participant else None,
        "instruments": each.instruments,
        "kind": each.kind.value,
        "deposited": days(each.deposited),
        "counted": entry.counted,
        "may_count": entry.may_count,
        "reason": entry.reason,
        "remark": each.remark,
        "in_force": days(each.in_force),
        "window": window
        and {
            "kind": window.kind.value,
            "opens": days(window.opens),
            "closes": days(window.closes),
            "basis": window.basis,
        },
    }
