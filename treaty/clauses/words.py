"""Conditions and delays as plain English."""

from collections.abc import Iterable

from common.messages import Message, listed, message, plural_message
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


class GroupSlug(str):
    """Slug of a group of the reference data in a sentence, in whose place pages write the group's name."""

    __slots__ = ()


class ParticipantCode(str):
    """Code of a participant in a sentence, in whose place pages write the participant's name."""

    __slots__ = ()


def ordinal(number: int) -> Message:
    """Return a number as a rank: `40th`; the first has a message of its own, since some languages write it apart."""
    if number == 1:
        return message("1st")
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
    if not node.article:
        return words
    return message("%(condition)s (article %(article)s)", condition=words, article=node.article)


def whole_condition_words(node: ConditionNode) -> str:
    """Return the condition of a clause, without the brackets that a part of another condition has."""
    if isinstance(node, AllOf) and not node.article:
        return _lettered(node.parts, "and")
    if isinstance(node, AnyOf) and not node.article:
        return message("either %(parts)s", parts=_lettered(node.parts, "or"))
    return condition_words(node)


def among_words(among: Among) -> str:
    """Return the name of a set of participants: `the members of coe`."""
    members = {member.iso3 for member in among.members}
    match among.kind:
        case "everyone":
            return message("all participants")
        case "named":
            codes = listed([ParticipantCode(member.iso3) for member in among.members], "and")
            return plural_message(
                "the %(number)s participants named (%(codes)s)",
                "the %(number)s participants named (%(codes)s)",
                len(among.members),
                codes=codes,
            )
        case "parties":
            words = message('the parties to the treaty "%(treaty)s"', treaty=among.name)
        case "own_group":
            words = plural_message(
                'the %(number)s members of the group "%(group)s"',
                'the %(number)s members of the group "%(group)s"',
                len(members),
                group=among.name,
            )
        case _:
            words = message("the members of %(group)s", group=GroupSlug(among.name))
    return message("%(participants)s on %(day)s", participants=words, day=among.on) if among.on else words


def _words(node: ConditionNode) -> str:
    match node:
        case AllOf():
            words: str = message("(%(parts)s)", parts=_lettered(node.parts, "and"))
        case AnyOf():
            words = message("either (%(parts)s)", parts=_lettered(node.parts, "or"))
        case AtLeast():
            words = _at_least_words(node)
        case SumOf():
            words = _sum_words(node)
        case RatioOf():
            values: dict[str, object] = {"limit": node.limit, "table": node.table.words, "of": node.of.words}
            words = (
                message(
                    "what those counted hold of %(table)s is more than %(limit)s per cent of what they hold of %(of)s",
                    **values,
                )
                if node.more_than
                else message(
                    "what those counted hold of %(table)s is at least %(limit)s per cent of what they hold of %(of)s",
                    **values,
                )
            )
        case EventHappened():
            words = message('the event "%(event)s" has happened', event=node.name)
        case DayReached():
            words = message("%(day)s has come", day=node.day)
        case After():
            words = message(
                "the time of %(delay)s has passed since the day on which %(condition)s",
                delay=node.delay.words,
                condition=condition_words(node.condition),
            )
        case Unless():
            words = message(
                "it is not the case by %(day)s that %(condition)s",
                day=node.by,
                condition=condition_words(node.condition),
            )
    return words


def _lettered(parts: tuple[ConditionNode, ...], last: str) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return listed(
        [
            message("(%(letter)s) %(part)s", letter=letters[number % 26], part=condition_words(part))
            for number, part in enumerate(parts)
        ],
        last,
    )


def _at_least_words(node: AtLeast) -> str:
    acted: str = (
        message("made %(acts)ss", acts=acts_words(node.acts))
        if node.acts
        else message("deposited instruments")
    )
    if node.under:
        acted = message("%(acted)s under article %(article)s", acted=acted, article=node.under)
    values: dict[str, object] = {"acted": acted, "among": among_words(node.among), "part": node.fraction}
    if node.part_of and node.part_of != node.among:
        return _as_many_words(node, values | {"whole": among_words(node.part_of)})
    if node.among.kind == "everyone":
        return plural_message(
            "at least %(number)s participants have %(acted)s",
            "at least %(number)s participants have %(acted)s",
            node.number or 0,
            **values,
        )
    everyone = node.fraction == 1 or (
        node.number == len(node.among.members) and node.among.kind in ("named", "own_group")
    )
    values["least"] = node.fraction or node.number
    if everyone:
        return message("all of %(among)s have %(acted)s", **values)
    if node.more_than:
        return message("more than %(least)s of %(among)s have %(acted)s", **values)
    return message("at least %(least)s of %(among)s have %(acted)s", **values)


def _as_many_words(node: AtLeast, values: dict[str, object]) -> str:
    """Return that as many have acted as are a fraction of another set."""
    everyone = node.among.kind == "everyone"
    if node.more_than and everyone:
        return message("more than %(part)s of %(whole)s have %(acted)s", **values)
    if node.more_than:
        return message("more of %(among)s than %(part)s of %(whole)s have %(acted)s", **values)
    if everyone:
        return message("as many as %(part)s of %(whole)s have %(acted)s", **values)
    return message("as many of %(among)s as %(part)s of %(whole)s have %(acted)s", **values)


def _sum_words(node: SumOf) -> str:
    holders: str = (
        message("those counted")
        if node.among.kind == "everyone"
        else message("those counted among %(among)s", among=among_words(node.among))
    )
    values: dict[str, object] = {"holders": holders, "limit": node.limit, "table": node.table.words}
    if node.percent and node.more_than:
        return message("%(holders)s hold more than %(limit)s per cent of %(table)s", **values)
    if node.percent:
        return message("%(holders)s hold at least %(limit)s per cent of %(table)s", **values)
    if node.more_than:
        return message("%(holders)s hold more than %(limit)s of %(table)s", **values)
    return message("%(holders)s hold at least %(limit)s of %(table)s", **values)
