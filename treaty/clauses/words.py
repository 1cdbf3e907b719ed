"""Conditions and delays as plain English."""

from collections.abc import Iterable
from decimal import Decimal

from common.messages import Message, listed, message
from treaty.clauses.conditions import (
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    RatioOf,
    SumOf,
    Unless,
)
from treaty.clauses.kinds import ActionKind


def ordinal(number: int) -> Message:
    """Return a number as a rank: `40th`."""
    ranks = {
        1: message("%(number)sst", number=number),
        2: message("%(number)snd", number=number),
        3: message("%(number)srd", number=number),
    }
    th = message("%(number)sth", number=number)
    return th if number % 100 in range(11, 14) else ranks.get(number % 10, th)


def acts_words(acts: Iterable[ActionKind]) -> str:
    """Return kinds of act joined by "or": `ratification or accession`."""
    return listed([act.label for act in acts], "or")


def condition_words(node: ConditionNode) -> str:
    """Return a condition as a clause of a sentence, with the articles that the definition names."""
    words = _words(node)
    return f"{words} (article {node.article})" if node.article else words


def whole_condition_words(node: ConditionNode) -> str:
    """Return the condition of a clause, without the brackets that a part of another condition has."""
    if isinstance(node, AllOf) and not node.article:
        return _lettered(node.parts, "and")
    if isinstance(node, AnyOf) and not node.article:
        return f"either {_lettered(node.parts, 'or')}"
    return condition_words(node)


def among_words(among: Among) -> str:
    """Return the name of a set of participants: `the members of coe`."""
    on = f" on {among.on}" if among.on else ""
    match among.kind:
        case "everyone":
            return "all participants"
        case "named":
            codes = listed([member.iso3 for member in among.members], "and")
            return f"the {len(among.members)} participants named ({codes})"
        case "parties":
            return f'the parties to the treaty "{among.name}"{on}'
        case "own_group":
            return f'the {len({member.iso3 for member in among.members})} members of the group "{among.name}"{on}'
    return f"the members of {among.name}{on}"


def _words(node: ConditionNode) -> str:
    match node:
        case AllOf():
            words = f"({_lettered(node.parts, 'and')})"
        case AnyOf():
            words = f"either ({_lettered(node.parts, 'or')})"
        case AtLeast():
            words = _at_least_words(node)
        case SumOf():
            limit = _amount(node.limit, percent=node.percent, more_than=node.more_than)
            words = f"{_whose(node.among)} {limit} {node.table.name}"
        case RatioOf():
            limit = _amount(node.limit, percent=True, more_than=node.more_than)
            words = (
                f"what those counted hold of {node.table.name} is {limit} what they hold of {node.of.name}"
            )
        case EventHappened():
            words = f'the event "{node.name}" has happened'
        case DayReached():
            words = f"{node.day} has come"
        case After():
            words = f"the time of {node.delay} has passed since the day on which {condition_words(node.condition)}"
        case Unless():
            words = f"it is not the case by {node.by} that {condition_words(node.condition)}"
    return words


def _lettered(parts: tuple[ConditionNode, ...], last: str) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    said = [f"({letters[number % 26]}) {condition_words(part)}" for number, part in enumerate(parts)]
    return listed(said, last)


def _at_least_words(node: AtLeast) -> str:
    acted = f"made {acts_words(node.acts)}s" if node.acts else "deposited instruments"
    if node.under:
        acted = f"{acted} under article {node.under}"
    if node.part_of and node.part_of != node.among:
        who = "" if node.among.kind == "everyone" else f" of {among_words(node.among)}"
        many = "more" if node.more_than else "as many"
        than = "than" if node.more_than else "as"
        return f"{many}{who} {than} {node.fraction} of {among_words(node.part_of)} have {acted}"
    if node.among.kind == "everyone":
        return f"at least {node.number} participants have {acted}"
    everyone = node.fraction == 1 or (
        node.number == len(node.among.members) and node.among.kind in ("named", "own_group")
    )
    least = "more than" if node.more_than else "at least"
    number = "all" if everyone else f"{least} {node.fraction or node.number}"
    return f"{number} of {among_words(node.among)} have {acted}"


def _whose(among: Among) -> str:
    return (
        "those counted hold" if among.kind == "everyone" else f"those counted among {among_words(among)} hold"
    )


def _amount(limit: Decimal, *, percent: bool, more_than: bool) -> str:
    return f"{'more than' if more_than else 'at least'} {limit} {'per cent of' if percent else 'of'}"
