"""Parsing of a `treaty.toml` into a `Definition`, or into all the reasons why it is refused."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from treaty.clauses.conditions import (
    AllOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    SumOf,
    amongs_of,
    nodes_of,
)
from treaty.clauses.delays import Delay
from treaty.clauses.kinds import CONSENTS, ActionKind
from treaty.clauses.parse_acts import read_acts, read_reservations
from treaty.clauses.parse_conditions import (
    SHORT_KEYS,
    ConditionReader,
    read_codes,
    read_groups,
    read_slug,
    read_slugs,
)
from treaty.clauses.parse_delays import read_delay, read_delay_or_none
from treaty.clauses.reader import DefinitionError, TomlTable
from treaty.clauses.shapes import (
    Amendment,
    Clause,
    Cooperation,
    DeclaredEvent,
    Definition,
    Denunciation,
    DomesticApproval,
    EntryIntoForce,
    FixedDay,
    LaterParties,
    NoticePeriods,
    Organizations,
    OrganizationsCount,
    SignatureWindow,
    Termination,
    TextAddress,
)
from treaty.clauses.value_tables import ReadTable, read_amounts

_ARTICLE = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_COUNTS: dict[object, OrganizationsCount] = {
    None: "none",
    False: "none",
    True: "one",
    "members": "members",
    "binding": "binding",
}


def parse_definition(data: Mapping[str, object], read_table: ReadTable) -> Definition:
    """Check a parsed `treaty.toml` and return it as a `Definition`.

    Args:
        data: the file as `tomllib` reads it.
        read_table: returns the text of a table named in the file.

    Raises:
        DefinitionError: with every problem, each by its key.

    """
    problems: list[tuple[str, str]] = []
    top = TomlTable(data, "", problems)
    slug = read_slug(top, "slug")
    title = top.text("title")
    short_title = top.text("short_title", required=False) or title
    popular_name = top.text("popular_name", required=False)
    about = top.text("about", required=False)
    depositaries = top.words("depositary") if isinstance(top.peek("depositary"), list) else ()
    depositary = ", ".join(depositaries) or top.text("depositary")
    depositary_reference = top.text("depositary_reference", required=False)
    depositary_timezone = _timezone(top)
    adopted_on = top.day("adopted_on")
    adopted_by = top.text("adopted_by", required=False)
    record_as_of = top.day_or_none("as_of")
    known_until = top.day_or_none("known_until")
    known_until_source = top.text("known_until_source", required=known_until is not None)
    clause = _clause(top, slug, depositaries, read_table)
    cooperation = top.table("cooperation", _cooperation)
    texts = top.each("texts", _text_address) if top.has("texts") else ()
    top.end()
    if problems or clause is None:
        raise DefinitionError(tuple(problems))
    return Definition(
        slug=slug,
        title=title,
        short_title=short_title,
        popular_name=popular_name,
        about=about,
        depositary=depositary,
        depositary_reference=depositary_reference,
        depositary_timezone=depositary_timezone,
        texts=texts,
        adopted_on=adopted_on,
        adopted_by=adopted_by,
        record_as_of=record_as_of,
        known_until=known_until,
        known_until_source=known_until_source,
        clause=replace(clause, adopted_on=adopted_on),
        cooperation=cooperation,
    )


@cache
def timezones() -> frozenset[str]:
    """Return the names of the time zones; the search through the files takes ten milliseconds."""
    return frozenset(available_timezones())


def _timezone(top: TomlTable) -> str:
    """Return the time zone where the depositary's days end; UTC where none is given."""
    name = top.text("depositary_timezone", required=False)
    if name and name not in timezones():
        top.refuse("depositary_timezone", f'"{name}" is no IANA time zone; write one like America/New_York')
    return name or "UTC"


def _clause(top: TomlTable, slug: str, depositaries: tuple[str, ...], read_table: ReadTable) -> Clause | None:
    groups = top.table("groups", read_groups) or {}
    described = top.table("amounts", read_amounts) or {}
    signature = top.table("signature", _signature)
    organizations = top.table("organizations", _organizations)
    reader = ConditionReader(groups, described, read_table)
    entry = top.table("entry_into_force", lambda table: _entry_into_force(table, slug, reader), required=True)
    later_parties = top.table("later_parties", _later_parties)
    denunciation = top.table("denunciation", _denunciation)
    termination = top.table("termination", _termination)
    amendment = top.table("amendment", _amendment)
    domestic_approval = top.table("domestic_approval", _domestic_approval)
    events = top.table("events", _events) or ()
    acts = top.table("acts", read_acts)
    reservations = top.table("reservations", read_reservations)
    if entry is None:
        return None
    waited_for = {node.name for node in nodes_of(entry.condition) if isinstance(node, EventHappened)}
    if termination:
        waited_for.add(termination.event)
    for event in events:
        if event.name not in waited_for:
            top.refuse(f"events.{event.name}", "no condition waits for this event, and no termination")
    used = {among.name for among in amongs_of(entry.condition) if among.kind == "own_group"}
    for name in groups:
        if name not in used:
            top.refuse(f"groups.{name}", "no condition counts this group")
    return Clause(
        entry_into_force=entry,
        signature=signature,
        organizations=organizations,
        later_parties=later_parties,
        denunciation=denunciation,
        termination=termination,
        amendment=amendment,
        domestic_approval=domestic_approval,
        events=events,
        depositaries=depositaries,
        acts=acts,
        reservations=reservations,
    )


def _cooperation(table: TomlTable) -> Cooperation:
    return Cooperation(
        mutual_legal_assistance=_articles(table, "mutual_legal_assistance"),
        extradition=_articles(table, "extradition"),
    )


def _text_address(table: TomlTable) -> TextAddress:
    address = table.text("address")
    if address and not address.startswith("https://"):
        table.refuse("address", f'"{address}" is no address of a page; write one that begins with https://')
    return TextAddress(title=table.text("title"), address=address)


def _articles(table: TomlTable, key: str) -> tuple[str, ...]:
    numbers = table.words(key)
    for number in numbers:
        if not _ARTICLE.fullmatch(number):
            table.refuse(key, f'"{number}" is no number of an article')
    return numbers


def _organizations(table: TomlTable) -> Organizations:
    return Organizations(article=table.text("article"), after_member_state=table.flag("after_member_state"))


def _later_parties(table: TomlTable) -> LaterParties:
    return LaterParties(
        article=table.text("article"),
        delay=read_delay(table, "delay"),
        not_before_general=table.flag("not_before_general"),
        by_kind=table.table("by_kind", _by_kind) or (),
        counted_from=table.choice("counted_from", ("deposit", "notification")),
        after=table.choice("after", ("threshold", "entry_into_force")),
    )


def _by_kind(table: TomlTable) -> tuple[tuple[ActionKind, Delay], ...]:
    return tuple((kind, read_delay(table, kind.value)) for kind in sorted(CONSENTS) if table.has(kind.value))


def _denunciation(table: TomlTable) -> Denunciation:
    return Denunciation(
        article=table.text("article"),
        delay=read_delay(table, "delay"),
        periods=table.table("periods", _notice_periods),
        organization_article=table.text("organization_article", required=False),
    )


def _notice_periods(table: TomlTable) -> NoticePeriods:
    periods = NoticePeriods(
        first=read_delay(table, "first"),
        counted_from=table.choice("counted_from", ("general", "party")),
        open_for=read_delay_or_none(table, "open_for"),
        every=read_delay_or_none(table, "every"),
    )
    if bool(periods.open_for) != bool(periods.every):
        table.refuse("open_for" if periods.every else "every", "is missing: a period that ends comes again")
    elif periods.every in (Delay(), Delay(then="first-of-next-month")):
        table.refuse("every", "must be longer than 0 days")
    return periods


def _termination(table: TomlTable) -> Termination:
    found = Termination(
        article=table.text("article"),
        fewer_than=table.whole("fewer_than", minimum=1, required=False),
        on=table.day_or_none("on"),
        after=read_delay_or_none(table, "after"),
        event=read_slug(table, "event", required=False),
    )
    if found == Termination(found.article):
        table.refuse("", "says no end; give fewer_than, on, after or event")
    return found


def _events(table: TomlTable) -> tuple[DeclaredEvent, ...]:
    found = (table.table(name, lambda inner, name=name: _event(inner, name)) for name in table.keys())  # type: ignore[misc] # noqa: SIM118
    return tuple(event for event in found if event)


def _event(table: TomlTable, name: str) -> DeclaredEvent:
    """Read an event: the day `on` which it happened, or its `earliest` and `latest` day."""
    if table.has("on"):
        first = last = table.day("on")
    else:
        first, last = table.day("earliest"), table.day("latest")
        if last < first:
            table.refuse("latest", f"is before earliest ({first})")
            last = first
    return DeclaredEvent(name, first, last, table.text("source"))


def _amendment(table: TomlTable) -> Amendment:
    return Amendment(
        article=table.text("article"),
        proposal_after=read_delay(table, "proposal_after"),
        delay=read_delay(table, "delay"),
    )


def _signature(table: TomlTable) -> SignatureWindow:
    window = SignatureWindow(
        article=table.text("article"),
        opens_on=table.day("opens_on"),
        closes_on=table.day_or_none("closes_on"),
    )
    if window.closes_on and window.closes_on < window.opens_on:
        table.refuse("closes_on", f"is before opens_on ({window.opens_on})")
    return window


def _entry_into_force(table: TomlTable, slug: str, reader: ConditionReader) -> EntryIntoForce:
    fixed = _fixed_day(table)
    condition = _condition(table, reader, fixed)
    counts = any(isinstance(node, AtLeast | SumOf) for node in nodes_of(condition))
    entry = EntryIntoForce(
        article=table.text("article"),
        condition=condition,
        counted_acts=_counted_acts(table, required=counts),
        organizations=_organizations_count(table),
        delay=read_delay(table, "delay") if fixed is None or counts else Delay(),
        fixed=fixed if counts else None,
        not_before=table.day_or_none("not_before"),
        after_treaties=read_slugs(table, "after_treaty"),
        under=table.text("under", required=False),
        succession_basis=table.text("succession_basis", required=False),
        territories_count=table.flag("territories_count"),
        members_not_bound=read_codes(table, "members_not_bound", required=False),
        former_states_listed=table.flag("former_states_listed"),
        former_states_count=not table.has("former_states_count") or table.flag("former_states_count"),
    )
    if slug and slug in (*entry.after_treaties, *entry.treaties):
        table.refuse(
            "after_treaty" if slug in entry.after_treaties else "condition", "a treaty cannot wait for itself"
        )
    if entry.members_not_bound and entry.organizations != "binding":
        table.refuse("members_not_bound", 'needs organisations_count = "binding"')
    if entry.under and ActionKind.DECLARATION not in entry.counted_acts:
        table.refuse("under", "names the article of declarations, and counted_acts has none")
    return entry


def _condition(table: TomlTable, reader: ConditionReader, fixed: FixedDay | None) -> ConditionNode:
    short = [key for key in SHORT_KEYS if table.has(key)]
    if table.has("condition"):
        condition = table.table("condition", reader.node) or AllOf(())
        if short:
            table.refuse("condition", f"stands beside {', '.join(short)}; give one or the other")
        return condition
    condition = reader.short(table)
    if any(table.has(key) for key in ("instruments", "required_participants", "share")):
        return condition
    if fixed and not short:
        if fixed.by != fixed.day:
            table.refuse("on.by", "names a day for a condition, and there is none")
        return DayReached(fixed.day)
    table.refuse(
        "instruments",
        "is missing, and no required_participants and no share stand in its place, nor a condition or a day",
    )
    return condition


def _fixed_day(table: TomlTable) -> FixedDay | None:
    """Read `on`: a day, or a day and the last day `by` which the condition must be met."""
    if isinstance(table.peek("on"), Mapping):
        return table.table("on", _day_and_proviso)
    day = table.day_or_none("on")
    return FixedDay(day, day) if day else None


def _day_and_proviso(table: TomlTable) -> FixedDay:
    day = table.day("day")
    by = table.day_or_none("by") or day
    if by > day and day != date.min:
        table.refuse("by", f"is after the day of entry into force ({day})")
    return FixedDay(day, by)


def _organizations_count(table: TomlTable) -> OrganizationsCount:
    """Read true or false, or in words how an organization's instrument counts."""
    if isinstance(table.peek("organisations_count"), str):
        word = table.text("organisations_count")
        if word in _COUNTS:
            return _COUNTS[word]
        table.refuse("organisations_count", f'"{word}" must be true, false, "members" or "binding"')
        return "none"
    return _COUNTS[table.flag("organisations_count")]


def _counted_acts(table: TomlTable, *, required: bool) -> tuple[ActionKind, ...]:
    acts = []
    for word in table.words("counted_acts", required=required):
        if word in CONSENTS or (word == ActionKind.DECLARATION and table.has("under")):
            acts.append(ActionKind(word))
        elif word == ActionKind.DECLARATION:
            table.refuse(
                "counted_acts", '"declaration" needs `under`: the article that declarations are made under'
            )
        else:
            known = ", ".join(sorted(CONSENTS))
            table.refuse("counted_acts", f'"{word}" is no consent to be bound; known are {known}')
    return tuple(acts)


def _domestic_approval(table: TomlTable) -> DomesticApproval:
    approval = DomesticApproval(
        delay=read_delay(table, "delay"),
        basis=table.text("basis"),
        source=table.text("source"),
    )
    if not table.flag("reported", required=True) and table.has("reported"):
        table.refuse("reported", "must be true: no article sets this limit")
    return approval
