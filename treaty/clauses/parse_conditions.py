"""Reading the condition of entry into force: the tree, or the short keys that stand for one."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from treaty.clauses.conditions import (
    EVERYONE,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    GroupMember,
    RatioOf,
    SumOf,
    Unless,
    ValueTable,
    named,
    short_form,
)
from treaty.clauses.kinds import ActionKind
from treaty.clauses.parse_delays import read_delay
from treaty.clauses.reader import TomlTable
from treaty.clauses.value_tables import ISO3, Described, ReadTable, read_value_table

Groups = Mapping[str, tuple[GroupMember, ...]]
"""Groups that the definition itself gives, by name."""

SHORT_KEYS = ("instruments", "required_participants", "share", "subset")
_NODES = ("all", "any", "sum", "ratio", "at_least", "more_than", "event", "day", "after", "unless")
_LIMITS = ("at_least", "more_than", "at_least_percent", "more_than_percent")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FRACTION = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})", re.ASCII)
_HUNDRED = Decimal(100)
_NOTHING = AllOf(())


def read_groups(table: TomlTable) -> dict[str, tuple[GroupMember, ...]]:
    """Read `[groups]`: by name, a list of codes, or of tables with a participant and its first and last days."""
    return {name: _members(table, name) for name in table.keys()}  # noqa: SIM118 - not a mapping


def _members(table: TomlTable, name: str) -> tuple[GroupMember, ...]:
    value = table.peek(name)
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return table.each(name, _member)
    return named(read_codes(table, name)).members


def _member(table: TomlTable) -> GroupMember:
    code = table.text("participant")
    if code and not ISO3.fullmatch(code):
        table.refuse("participant", f'"{code}" is no code of three capital letters')
    member = GroupMember(code, table.day_or_none("valid_from"), table.day_or_none("valid_until"))
    if member.valid_from and member.valid_until and member.valid_until <= member.valid_from:
        table.refuse("valid_until", f"is not after valid_from ({member.valid_from})")
    return member


def read_codes(table: TomlTable, key: str, *, required: bool = True) -> tuple[str, ...]:
    """Read a list of participants' codes."""
    codes = table.words(key, required=required)
    for code in codes:
        if not ISO3.fullmatch(code):
            table.refuse(key, f'"{code}" is no code of three capital letters')
    return codes


class ConditionReader:
    """Reader of one definition's condition: it knows the definition's own groups and tables."""

    def __init__(self, groups: Groups, described: Described, read_table: ReadTable) -> None:
        self._groups = groups
        self._described = described
        self._read_table = read_table

    def short(self, table: TomlTable) -> ConditionNode:
        """Read the short keys as the tree that they stand for."""
        instruments = table.whole("instruments", minimum=1, required=False)
        required = read_codes(table, "required_participants", required=False)
        shares = table.each("share", self._share)
        subsets = table.each("subset", self._subset)
        for number, subset in enumerate(subsets):
            if instruments is not None and (subset.number or 0) > instruments:
                table.refuse(
                    f"subset[{number}].instruments", f"is more than the {instruments} instruments in all"
                )
        return short_form(instruments, required, shares, subsets)

    def node(self, table: TomlTable) -> ConditionNode:
        """Read one node of the tree; which one it is follows from its key."""
        kinds = [key for key in _NODES if table.has(key)]
        if kinds and kinds[0] in ("sum", "ratio"):
            # There `at_least` and `more_than` are the limit of what is held.
            kinds = [key for key in kinds if key not in ("at_least", "more_than")]
        if len(kinds) > 1:
            table.refuse("", f"mixes {' and '.join(kinds)}; join them with all or any")
        if not kinds:
            table.refuse("", f"names no condition; known are {', '.join(_NODES)}")
            return _NOTHING
        return self._node(table, kinds[0], table.text("article", required=False))

    def _node(self, table: TomlTable, kind: str, article: str) -> ConditionNode:
        node: ConditionNode
        match kind:
            case "all" | "any":
                node = (AllOf if kind == "all" else AnyOf)(self._parts(table, kind), article)
            case "sum":
                node = self._sum(table, article)
            case "ratio":
                node = self._ratio(table, article)
            case "at_least" | "more_than":
                node = self._at_least(table, kind, article)
            case "event":
                node = EventHappened(read_slug(table, "event"), article)
            case "day":
                node = DayReached(table.day("day"), article)
            case "after":
                node = After(read_delay(table, "after"), self._inner(table, "condition"), article)
            case _:
                node = Unless(self._inner(table, "unless"), table.day("by"), article)
        return node

    def _inner(self, table: TomlTable, key: str) -> ConditionNode:
        return table.table(key, self.node, required=True) or _NOTHING

    def _parts(self, table: TomlTable, key: str) -> tuple[ConditionNode, ...]:
        parts = table.each(key, self.node)
        if len(parts) == 1:
            table.refuse(key, "joins a single condition; give it alone")
        return parts

    def _share(self, table: TomlTable) -> SumOf:
        name, percent = table.text("table"), table.percent("percent")
        return SumOf(self._amounts(table, "table", name), percent)

    def _subset(self, table: TomlTable) -> AtLeast:
        number = table.whole("instruments", minimum=1) or 1
        among = self._set(table) if table.has("participants") else self._group(table)
        return self._within(table, AtLeast(number, among), "instruments")

    def _at_least(self, table: TomlTable, key: str, article: str) -> AtLeast:
        among = table.table("of", self._set) or EVERYONE
        part_of = table.table("part_of", self._set) or (among if among != EVERYONE else None)
        acts = tuple(_acts(table, "acts"))
        under = table.text("under", required=False)
        more_than = key == "more_than"
        number: int | None = None
        fraction: Fraction | None = None
        if isinstance(table.peek(key), str):
            fraction = _fraction(table, key, part_of)
            if fraction == 1 and part_of == among and among.kind in ("named", "own_group"):
                number, fraction, part_of = len(among.members), None, None
        else:
            number, part_of = (table.whole(key, minimum=1) or 0) + more_than, None
            more_than = False
            if table.has("part_of"):
                table.refuse("part_of", f"belongs to a fraction, and {key} is a number")
        part_of = None if part_of == among else part_of
        node = AtLeast(number, among, fraction, part_of, acts, under, article, more_than)
        return self._within(table, node, key)

    def _within(self, table: TomlTable, node: AtLeast, key: str) -> AtLeast:
        among = node.among
        most = len({member.iso3 for member in among.members})
        if among.kind in ("named", "own_group") and node.number and node.number > most:
            table.refuse(key, f"is more than the {most} participants of the set")
        return node

    def _set(self, table: TomlTable) -> Among:
        """Read a set of participants: exactly one of participants, group, treaty."""
        given = [key for key in ("participants", "group", "treaty") if table.has(key)]
        if len(given) > 1:
            table.refuse("", f"mixes {' and '.join(given)}; give one")
        if table.has("participants"):
            return named(read_codes(table, "participants"))
        if table.has("treaty"):
            return Among("parties", read_slug(table, "treaty"), on=table.day_or_none("on"))
        return self._group(table)

    def _group(self, table: TomlTable) -> Among:
        name, on = table.text("group"), table.day_or_none("on")
        if name in self._groups:
            return Among("own_group", name, self._groups[name], on)
        return Among("group", name.lower(), on=on)

    def _amounts(self, table: TomlTable, key: str, name: str, total: Decimal | None = None) -> ValueTable:
        what, source = self._described.get(name, ("", ""))
        return replace(read_value_table(table, key, name, self._read_table, total), what=what, source=source)

    def _sum(self, table: TomlTable, article: str) -> SumOf:
        limit, percent, more_than = _limit(table, _LIMITS)
        total = table.amount("total", required=False)
        values = self._amounts(table, "sum", table.text("sum"), total)
        return SumOf(values, limit, percent, more_than, table.table("of", self._set) or EVERYONE, article)

    def _ratio(self, table: TomlTable, article: str) -> RatioOf:
        limit, _, more_than = _limit(table, ("at_least_percent", "more_than_percent"))
        names = table.words("ratio")
        if len(names) != 2:  # noqa: PLR2004 - a ratio has two sides
            table.refuse("ratio", "must be a list of two tables")
            return RatioOf(*(self._amounts(table, "ratio", ""),) * 2, limit)
        first, second = (self._amounts(table, "ratio", name) for name in names)
        return RatioOf(first, second, limit, more_than, article)


def read_slug(table: TomlTable, key: str, *, required: bool = True) -> str:
    """Read a name of small letters, figures and hyphens."""
    slug = table.text(key, required=required)
    if slug and not _SLUG.fullmatch(slug):
        table.refuse(key, f'"{slug}" must be small letters, figures and single hyphens')
    return slug


def read_slugs(table: TomlTable, key: str) -> tuple[str, ...]:
    """Read one name of small letters, figures and hyphens, or a list of them."""
    if not isinstance(table.peek(key), list):
        slug = read_slug(table, key, required=False)
        return (slug,) if slug else ()
    slugs = table.words(key)
    for slug in slugs:
        if not _SLUG.fullmatch(slug):
            table.refuse(key, f'"{slug}" must be small letters, figures and single hyphens')
    return slugs


def _fraction(table: TomlTable, key: str, part_of: Among | None) -> Fraction | None:
    """Read "all" or a fraction such as "3/4" of the members of a set."""
    text = table.text(key)
    match = _FRACTION.fullmatch(text)
    if part_of is None:
        table.refuse(key, f'"{text}" needs `of` or `part_of`: a part of whom?')
    elif text == "all" and key == "at_least":
        return Fraction(1)
    elif match and int(match[1]) <= int(match[2]) - (key == "more_than"):
        return Fraction(int(match[1]), int(match[2]))
    else:
        words = ', and not "all"' if key == "at_least" else ""
        table.refuse(key, f'"{text}" is no number, no fraction such as "3/4"{words}')
    return None


def _limit(table: TomlTable, known: Collection[str]) -> tuple[Decimal, bool, bool]:
    """Read the one limit that is given: its amount, whether it is a percentage, and whether it must be exceeded."""
    given = [key for key in known if table.has(key)]
    if len(given) != 1:
        found = f"mixes {' and '.join(given)}" if given else "sets no limit"
        table.refuse("", f"{found}; give one of {', '.join(known)}")
        for key in given:
            table.amount(key)
        return _HUNDRED, True, False
    key = given[0]
    percent = key.endswith("percent")
    value = table.percent(key) if percent else table.amount(key) or _HUNDRED
    return value, percent, key.startswith("more_than")


def _acts(table: TomlTable, key: str) -> list[ActionKind]:
    acts = []
    for word in table.words(key, required=False):
        try:
            acts.append(ActionKind(word))
        except ValueError:
            table.refuse(key, f'"{word}" is no kind of treaty action')
    return acts
