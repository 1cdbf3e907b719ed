"""A definition as plain English, with the articles, so that a lawyer can check it without reading TOML."""

from collections.abc import Iterator

from common.messages import Message, listed, message, plural_message
from treaty.clauses.conditions import (
    EVERYONE,
    AllOf,
    AtLeast,
    ConditionNode,
    DayReached,
    SumOf,
    amongs_of,
    needed_together,
)
from treaty.clauses.delays import Delay
from treaty.clauses.shapes import Clause, Definition, Denunciation, EntryIntoForce, LaterParties, Termination
from treaty.clauses.words import GroupSlug, acts_words, among_words, ordinal, whole_condition_words


def explain(definition: Definition) -> list[str]:
    """Return everything that a definition says, one sentence a rule."""
    clause = definition.clause
    reference = f" ({definition.depositary_reference})" if definition.depositary_reference else ""
    by = f" by {definition.adopted_by}" if definition.adopted_by else ""
    said = [f"{definition.title}{reference}, adopted on {definition.adopted_on}{by}."]
    if clause.depositaries:
        places = listed([f"the {place}" for place in clause.depositaries], "and")
        said.append(
            f"Its depositaries are {places}; a participant may deposit with each, and the earliest deposit counts."
        )
    else:
        said.append(f"Its depositary is the {definition.depositary}.")
    return [
        *said,
        *_joining(clause),
        f"Entry into force (article {clause.entry_into_force.article}): {rule_words(clause)}",
        *_counting(clause.entry_into_force),
        *_groups(clause.entry_into_force),
        *_events(clause),
        *(_later_parties(clause.later_parties) if clause.later_parties else []),
        *(_denunciation(clause.denunciation) if clause.denunciation else []),
        *_other(clause),
    ]


def rule_words(clause: Clause) -> str:
    """Return the rule on entry into force as one sentence built from the clause."""
    rule = clause.entry_into_force
    parts = [_in_force_words(rule), *_other_conditions(rule)]
    if rule.organizations == "none" and rule.counted_acts:
        parts.append(message("an organization's instrument not counting"))
    if rule.organizations == "members":
        parts.append(message("an organization's instrument counting for each of its member States"))
    if rule.not_before:
        parts.append(message("not before %(day)s", day=rule.not_before))
    parts += [
        message('not before the treaty "%(treaty)s" enters into force', treaty=slug)
        for slug in rule.after_treaties
    ]
    rule_in_full, *others = parts
    for other in others:
        rule_in_full = message("%(clause)s, %(condition)s", clause=rule_in_full, condition=other)
    return message("%(rule)s.", rule=rule_in_full)


def _in_force_words(rule: EntryIntoForce) -> str:
    """Return the beginning of the rule: the delay, and the day it counts from."""
    condition = rule.condition
    acts = acts_words(rule.counted_acts) if rule.counted_acts else ""
    if isinstance(condition, DayReached):
        return message("In force on %(day)s", day=condition.day)
    if not _is_conjunction(condition):
        words = _begin(
            rule, message("the day on which %(condition)s", condition=whole_condition_words(condition))
        )
        return message("%(rule)s, counting acts of %(acts)s", rule=words, acts=acts) if acts else words
    if rule.instruments:
        return _begin(
            rule,
            message(
                "the deposit of the %(rank)s instrument of %(acts)s",
                rank=ordinal(rule.instruments),
                acts=acts,
            ),
        )
    return _begin(rule, message("the deposit of the instruments of %(acts)s that it names", acts=acts))


def _begin(rule: EntryIntoForce, event: Message) -> Message:
    """Return when the treaty enters into force: at once on an event, or a time after it; or on a fixed day before."""
    at_once = rule.delay == Delay()
    is_day = event.template.startswith("the day on which")
    values: dict[str, object] = {"delay": rule.delay.reckoned, "event": event}
    if at_once:
        then = message("on %(event)s", **values) if is_day else message("on the day of %(event)s", **values)
    else:
        then = message("%(delay)s after %(event)s", **values)
    if not rule.fixed:
        return message("In force %(then)s", then=then)
    day, by = rule.fixed.day, rule.fixed.by
    if by == day:
        return message(
            "In force on %(day)s if the condition is met by then, otherwise %(then)s", day=day, then=then
        )
    return message(
        "In force on %(day)s if the condition is met by %(by)s, otherwise %(then)s", day=day, by=by, then=then
    )


def _is_conjunction(condition: ConditionNode) -> bool:
    """Whether the condition asks for nothing but instruments, those of named participants, shares and groups."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    of_all = [part for part in parts if isinstance(part, AtLeast | SumOf) and _speaks_of_all(part)]
    return bool(of_all) and all(
        (isinstance(part, AtLeast) and part.number is not None and not part.acts and not part.article)
        or (isinstance(part, SumOf) and part.percent and part.among == EVERYONE)
        for part in parts
    )


def _speaks_of_all(part: AtLeast | SumOf) -> bool:
    """Whether a part is about everyone, or about all participants that it names."""
    return part.among == EVERYONE or (
        isinstance(part, AtLeast) and part.among.kind == "named" and part.number == len(part.among.members)
    )


def _other_conditions(rule: EntryIntoForce) -> Iterator[str]:
    """Yield the further requirements on the instruments, besides their number."""
    if not _is_conjunction(rule.condition):
        return
    for leaf in needed_together(rule.condition):
        if isinstance(leaf, SumOf):
            values: dict[str, object] = {"limit": leaf.limit, "table": leaf.table.words}
            yield (
                message("those counted holding more than %(limit)s per cent of %(table)s", **values)
                if leaf.more_than
                else message("those counted holding at least %(limit)s per cent of %(table)s", **values)
            )
        elif (
            isinstance(leaf, AtLeast)
            and leaf.among.kind == "named"
            and leaf.number == len(leaf.among.members)
        ):
            yield plural_message(
                "those of %(number)s named participants among them",
                "those of %(number)s named participants among them",
                leaf.number,
            )
        elif isinstance(leaf, AtLeast) and leaf.among.kind == "group":
            yield message(
                "at least %(least)s of them members of %(group)s",
                least=leaf.number,
                group=GroupSlug(leaf.among.name),
            )
        elif isinstance(leaf, AtLeast) and leaf.among != EVERYONE:
            among = among_words(leaf.among)
            yield message("at least %(least)s of them of %(among)s", least=leaf.number, among=among)


def _joining(clause: Clause) -> Iterator[str]:
    if window := clause.signature:
        until = f" until {window.closes_on}" if window.closes_on else ""
        yield f"It is open for signature from {window.opens_on}{until} (article {window.article})."
    if clause.acts:
        yield f"It admits {listed([kind.label for kind in clause.acts.kinds], 'and')} (article {clause.acts.article})."
    if rule := clause.reservations:
        named = listed(rule.provisions, "and")
        sentence = {
            "none": "It permits no reservation",
            "only": f"It permits reservations on {named} only",
            "except": f"It permits no reservation on {named}",
        }[rule.permitted]
        yield f"{sentence} (article {rule.article})."
    if clause.organizations and clause.organizations.after_member_state:
        yield (
            "A regional economic integration organization acts only after one of its member States has "
            f"(article {clause.organizations.article})."
        )


def _counting(rule: EntryIntoForce) -> Iterator[str]:
    if rule.under:
        yield f"A declaration counts if it is made under article {rule.under}."
    if rule.organizations == "one":
        yield "An organization's instrument counts as one."
    if rule.organizations == "binding":
        unless = f", except {listed(rule.members_not_bound, 'and')}" if rule.members_not_bound else ""
        yield f"An organization's instrument counts as one, and binds its member States{unless}."
    if rule.territories_count:
        yield "Instruments of territories and jurisdictions count."
    if rule.succession_basis:
        yield f"Successions count, although the article does not name them: {rule.succession_basis}."
    if rule.former_states_listed:
        yield "The list of acts has those of States that have ceased to exist."
    if not rule.former_states_count:
        yield "The instrument of a State that ceased to exist before the condition was met does not count."


def _groups(rule: EntryIntoForce) -> Iterator[str]:
    groups = {among.name: among.members for among in amongs_of(rule.condition) if among.kind == "own_group"}
    for name, members in groups.items():
        said = []
        for member in members:
            since = f" from {member.valid_from}" if member.valid_from else ""
            until = f" until the day before {member.valid_until}" if member.valid_until else ""
            said.append(f"{member.iso3}{since}{until}")
        yield f'The group "{name}" has {listed(said, "and")}.'


def _events(clause: Clause) -> Iterator[str]:
    for event in clause.events:
        when = f"on {event.earliest}"
        if event.latest != event.earliest:
            when = f"between {event.earliest} and {event.latest}"
        yield f'The event "{event.name}" happened {when} ({event.source}).'


def _later_parties(rule: LaterParties) -> Iterator[str]:
    after = "the condition was met" if rule.after == "threshold" else "entry into force"
    begins = (
        "its deposit" if rule.counted_from == "deposit" else "the depositary's notification of its deposit"
    )
    by_kind = "".join(f", after {acts_words([kind])} {_after(delay, begins)}" for kind, delay in rule.by_kind)
    general = ", but not before the treaty itself is in force" if rule.not_before_general else ""
    yield (
        f"For a participant that deposits after {after}: in force {_after(rule.delay, begins)}{by_kind}{general} "
        f"(article {rule.article})."
    )


def _denunciation(rule: Denunciation) -> Iterator[str]:
    yield f"A denunciation takes effect {_after(rule.delay, 'its receipt')} (article {rule.article})."
    if periods := rule.periods:
        whose = "the treaty" if periods.counted_from == "general" else "the treaty for the participant"
        open_for = f", for {periods.open_for} and again every {periods.every}" if periods.every else ""
        yield f"It can be given from {_after(periods.first, f'the entry into force of {whose}')} on{open_for}."
    if rule.organization_article:
        yield (
            "An organization ceases to be a party when all of its member States have denounced the treaty "
            f"(article {rule.organization_article})."
        )


def end_words(end: Termination) -> list[str]:
    """Return when a treaty ceases to be in force, as adverbial clauses: `when it has fewer than 16 parties`."""
    return [
        *(
            [message("when it has fewer than %(number)s parties", number=end.fewer_than)]
            if end.fewer_than
            else []
        ),
        *([message("on %(day)s", day=end.on)] if end.on else []),
        *([_after(end.after, message("its entry into force"))] if end.after else []),
        *([message('when the event "%(event)s" happens', event=end.event)] if end.event else []),
    ]


def _other(clause: Clause) -> Iterator[str]:
    if end := clause.termination:
        whens = listed(end_words(end), "or")
        yield f"The treaty ceases to be in force {whens} (article {end.article})."
    if amendment := clause.amendment:
        yield (
            f"Amendments may be proposed from {_after(amendment.proposal_after, 'entry into force')} on "
            f"(article {amendment.article})."
        )
    if approval := clause.domestic_approval:
        yield (
            f"Reported, and in no article: domestic approval within {approval.delay} of signature "
            f"({approval.source})."
        )


def _after(delay: Delay, begins: str) -> str:
    values: dict[str, object] = {"event": begins, "delay": delay.reckoned}
    if any(step.to for step in delay.steps):
        return message("on the day reckoned from %(event)s so: %(delay)s", **values)
    if delay == Delay():
        return message("on the day of %(event)s", **values)
    return message("%(delay)s after %(event)s", **values)
