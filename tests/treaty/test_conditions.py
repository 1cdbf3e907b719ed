"""The tree of conditions in a `treaty.toml`: what is read, what is refused and why, and what is kept."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.treaty.definitions import TABLES, full, problems, read
from treaty.clauses import (
    EVERYONE,
    ActionKind,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    Definition,
    Delay,
    EventHappened,
    FixedDay,
    GroupMember,
    RatioOf,
    SumOf,
    Unless,
    ValueTable,
    definition_from_json,
    definition_to_json,
    named,
    parse_definition,
)

SHARES = ValueTable("shares.csv", ((None, {"AAA": Decimal("60.5"), "BBB": Decimal("39.5")}),))
YEARS = ValueTable("years.csv", ((2000, {"AAA": Decimal(1)}), (2001, {"AAA": Decimal(2), "BBB": Decimal(3)})))
TABLES["years.csv"] = "iso3,year,value\nAAA,2001,2\nBBB,2001,3\nAAA,2000,1\n"
TABLES["bad-years.csv"] = "iso3,year,value\nAAA,20,1\nAAA,2000,1\nAAA,2000,2\nBBB,1999,0\n"


def with_tree(tree: str, more: str = "") -> dict[str, Any]:
    """The full definition with a condition in place of the short keys."""
    data = full()
    entry = data["entry_into_force"]
    for key in ("instruments", "required_participants", "share", "subset"):
        entry.pop(key, None)
    added = tomllib.loads(f"condition = {tree}\n{more}")
    entry["condition"] = added.pop("condition")
    return data | added


def read_tree(tree: str, more: str = "") -> Definition:
    definition = parse_definition(with_tree(tree, more), read)
    assert definition_from_json(json.loads(json.dumps(definition_to_json(definition)))) == definition
    return definition


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("{ at_least = 40 }", AtLeast(40)),
        ('{ at_least = 40, article = "1(2)" }', AtLeast(40, article="1(2)")),
        (
            '{ all = [{ at_least = 3 }, { any = [{ day = 2009-01-01 }, { event = "decision" }] }] }',
            AllOf((AtLeast(3), AnyOf((DayReached(date(2009, 1, 1)), EventHappened("decision"))))),
        ),
        (
            '{ more_than = "1/2", of = { group = "UN" } }',
            AtLeast(None, Among("group", "un"), Fraction(1, 2), more_than=True),
        ),
        ("{ more_than = 15 }", AtLeast(16)),
        ('{ at_least = 2, of = { participants = ["AAA", "BBB"] } }', AtLeast(2, named(("AAA", "BBB")))),
        ('{ at_least = "all", of = { participants = ["AAA", "BBB"] } }', AtLeast(2, named(("AAA", "BBB")))),
        ('{ at_least = 26, of = { group = "UN" } }', AtLeast(26, Among("group", "un"))),
        (
            '{ at_least = "3/4", of = { treaty = "basel", on = 1995-09-22 } }',
            AtLeast(None, Among("parties", "basel", on=date(1995, 9, 22)), Fraction(3, 4)),
        ),
        (
            '{ at_least = "3/4", part_of = { treaty = "espoo", on = 2001-02-27 } }',
            AtLeast(
                None,
                fraction=Fraction(3, 4),
                part_of=Among("parties", "espoo", on=date(2001, 2, 27)),
            ),
        ),
        ('{ at_least = "all", of = { group = "eu" } }', AtLeast(None, Among("group", "eu"), Fraction(1))),
        (
            '{ at_least = 10, acts = ["declaration"], under = "41" }',
            AtLeast(10, acts=(ActionKind.DECLARATION,), under="41"),
        ),
        ('{ sum = "shares.csv", at_least_percent = 55 }', SumOf(SHARES, Decimal(55))),
        (
            '{ sum = "shares.csv", more_than = 40.5, of = { group = "coe" } }',
            SumOf(SHARES, Decimal("40.5"), percent=False, more_than=True, among=Among("group", "coe")),
        ),
        (
            '{ sum = "years.csv", more_than_percent = 40, total = 200 }',
            SumOf(ValueTable("years.csv", YEARS.years, Decimal(200)), Decimal(40), more_than=True),
        ),
        (
            '{ ratio = ["shares.csv", "years.csv"], at_least_percent = 3 }',
            RatioOf(SHARES, YEARS, Decimal(3)),
        ),
        (
            "{ after = { years = 1 }, condition = { at_least = 30 } }",
            After(Delay(years=1), AtLeast(30)),
        ),
        (
            '{ unless = { at_least = "1/3", of = { treaty = "solas" }, acts = ["objection"] }, by = 2020-01-01 }',
            Unless(
                AtLeast(None, Among("parties", "solas"), Fraction(1, 3), acts=(ActionKind.OBJECTION,)),
                date(2020, 1, 1),
            ),
        ),
    ],
)
def test_every_node_is_read_and_kept(text: str, node: ConditionNode) -> None:
    assert read_tree(text).clause.entry_into_force.condition == node


def test_a_group_of_the_definition_has_members_and_days() -> None:
    groups = """
    [groups]
    pioneers = ["AAA", "BBB"]
    developed = [{ participant = "AAA", valid_until = 2000-01-01 }, { participant = "CCC", valid_from = 2000-01-01 }]
    """
    tree = '{ all = [{ at_least = 1, of = { group = "pioneers" } }, { at_least = 2, of = { group = "developed" } }] }'
    condition = read_tree(tree, groups).clause.entry_into_force.condition
    assert condition == AllOf(
        (
            AtLeast(1, Among("own_group", "pioneers", (GroupMember("AAA"), GroupMember("BBB")))),
            AtLeast(
                2,
                Among(
                    "own_group",
                    "developed",
                    (
                        GroupMember("AAA", None, date(2000, 1, 1)),
                        GroupMember("CCC", date(2000, 1, 1)),
                    ),
                ),
            ),
        )
    )


def test_the_events_that_a_condition_waits_for_are_declared_with_their_source() -> None:
    tree = '{ event = "decision" }'
    day = '[events.decision]\non = 2017-12-14\nsource = "Resolution 5"'
    (event,) = read_tree(tree, day).clause.events
    assert (event.name, event.earliest, event.latest) == ("decision", date(2017, 12, 14), date(2017, 12, 14))
    span = '[events.decision]\nearliest = 2017-12-01\nlatest = 2017-12-31\nsource = "Resolution 5"'
    (event,) = read_tree(tree, span).clause.events
    assert (event.earliest, event.latest) == (date(2017, 12, 1), date(2017, 12, 31))


def test_a_fixed_day_stands_alone_or_with_a_proviso() -> None:
    def entry(on: object, **more: object) -> dict[str, Any]:
        data = full()
        data["entry_into_force"] = {"article": "1", "on": on, **more}
        return data

    alone = parse_definition(entry(date(2009, 1, 1)), read).clause.entry_into_force
    assert (alone.condition, alone.fixed, alone.delay) == (DayReached(date(2009, 1, 1)), None, Delay())
    counted = {"counted_acts": ["ratification"], "instruments": 11, "delay": {"days": 90}}
    proviso = parse_definition(entry(date(1989, 1, 1), **counted), read).clause.entry_into_force
    assert proviso.fixed == FixedDay(date(1989, 1, 1), date(1989, 1, 1))
    earlier = entry({"day": date(1989, 1, 1), "by": date(1988, 12, 1)}, **counted)
    definition = parse_definition(earlier, read)
    assert definition.clause.entry_into_force.fixed == FixedDay(date(1989, 1, 1), date(1988, 12, 1))
    assert definition_from_json(definition_to_json(definition)) == definition


def test_delays_are_steps_and_differ_by_kind_of_act() -> None:
    data = full()
    data["later_parties"] |= {
        "delay": {"days": 60},
        "by_kind": {"accession": [{"months": 6}, {"days": 60}]},
        "counted_from": "notification",
        "after": "entry_into_force",
    }
    data["denunciation"] |= {
        "delay": [{"to": "07-01", "then": "first-of-next-year"}],
        "periods": {"first": {"years": 10}, "open_for": {"years": 1}, "every": {"years": 10}},
        "organization_article": "4(2)",
    }
    data["termination"] = {"article": "5", "fewer_than": 16}
    data["depositary"] = ["One", "Two", "Three"]
    definition = parse_definition(data, read)
    later, denunciation = definition.clause.later_parties, definition.clause.denunciation
    assert later
    assert later.delay_of(ActionKind.RATIFICATION) == Delay(days=60)
    steps = Delay(months=6, further=(Delay(days=60),))
    assert later.delay_of(ActionKind.ACCESSION) == steps
    assert str(steps) == "6 months and 60 days"
    assert denunciation
    assert denunciation.delay == Delay(to=(7, 1), then="first-of-next-year")
    assert str(denunciation.delay) == (
        "up to the next 1 July (included), then the first of January of the next year"
    )
    assert definition.depositary == "One, Two, Three"
    assert definition.clause.depositaries == ("One", "Two", "Three")
    assert definition_from_json(json.loads(json.dumps(definition_to_json(definition)))) == definition


@pytest.mark.parametrize(
    ("tree", "where", "says"),
    [
        ("{}", "", "names no condition; known are all, any"),
        ("{ at_least = 1, any = [{ at_least = 1 }, { at_least = 2 }] }", "", "mixes any and at_least"),
        ("{ at_leest = 1 }", "", "names no condition"),
        ("{ all = [] }", ".all", "must be a list of tables, and not empty"),
        ("{ all = [{ at_least = 1 }] }", ".all", "joins a single condition"),
        ("{ any = [{ at_least = 0 }, { at_least = 1 }] }", ".any[0].at_least", "must be 1 or more"),
        ('{ at_least = "3/4" }', ".at_least", "a part of whom?"),
        ('{ at_least = "4/3", of = { group = "eu" } }', ".at_least", "no fraction such as"),
        ('{ more_than = "all", of = { group = "eu" } }', ".more_than", "no fraction such as"),
        ('{ more_than = "3/3", of = { group = "eu" } }', ".more_than", "no fraction such as"),
        ('{ at_least = "most", of = { group = "eu" } }', ".at_least", "no fraction such as"),
        (
            '{ at_least = 3, of = { participants = ["AAA", "BBB"] } }',
            ".at_least",
            "more than the 2 participants",
        ),
        ('{ at_least = 1, of = { participants = ["aaa"] } }', ".of.participants", "no code of three capital"),
        ('{ at_least = 1, of = { group = "eu", treaty = "x" } }', ".of", "mixes group and treaty"),
        ('{ at_least = 1, part_of = { group = "eu" } }', ".part_of", "belongs to a fraction"),
        ("{ at_least = 1, of = {} }", ".of.group", "is missing"),
        ('{ at_least = 1, of = { treaty = "example" } }', "", "a treaty cannot wait for itself"),
        ('{ at_least = 1, acts = ["applause"] }', ".acts", "no kind of treaty action"),
        ('{ sum = "shares.csv" }', "", "sets no limit; give one of at_least"),
        ('{ sum = "shares.csv", at_least = 1, more_than = 2 }', "", "mixes at_least and more_than"),
        ('{ sum = "shares.csv", at_least = 0 }', ".at_least", "must be above 0"),
        ('{ sum = "shares.csv", at_least = "much" }', ".at_least", "must be a number, not a text"),
        ('{ sum = "absent.csv", at_least = 1 }', ".sum", "cannot be read"),
        ('{ ratio = ["shares.csv"], at_least_percent = 3 }', ".ratio", "must be a list of two tables"),
        ('{ event = "A decision" }', ".event", "small letters"),
        ('{ day = "soon" }', ".day", "must be a date"),
        ("{ after = { weeks = 1 }, condition = { at_least = 1 } }", ".after", "names no days"),
        ("{ after = { days = 1 } }", ".condition", "is missing"),
        ("{ unless = { at_least = 1 } }", ".by", "is missing"),
    ],
)
def test_a_wrong_node_is_refused_by_its_key_and_with_the_reason(tree: str, where: str, says: str) -> None:
    found = refused(with_tree(tree))
    assert says in found[f"entry_into_force.condition{where}"]


def refused(data: dict[str, Any]) -> dict[str, str]:
    def change(whole: dict[str, Any]) -> None:
        whole.clear()
        whole.update(data)

    return problems(change)


def test_a_wrong_member_of_a_group_is_refused() -> None:
    tree = '{ at_least = 1, of = { group = "five" } }'
    found = refused(with_tree(tree, '[groups]\nfive = ["aaa"]'))
    assert found == {"groups.five": '"aaa" is no code of three capital letters'}
    days = '[groups]\nfive = [{ participant = "AAA", valid_from = 2000-01-02, valid_until = 2000-01-01 }]'
    assert refused(with_tree(tree, days)) == {
        "groups.five[0].valid_until": "is not after valid_from (2000-01-02)"
    }


def test_every_bad_line_of_a_table_by_year_is_named() -> None:
    found = refused(with_tree('{ sum = "bad-years.csv", at_least = 1 }'))
    assert found["entry_into_force.condition.sum"] == "bad-years.csv has no value above 0 for 1999"
    with pytest.raises(ValueError, match="line 2") as all_of_them:
        parse_definition(with_tree('{ sum = "bad-years.csv", at_least = 1 }'), read)
    assert 'line 2: "20" is no year' in str(all_of_them.value)
    assert "line 4: AAA is listed more than once for 2000" in str(all_of_them.value)


@pytest.mark.parametrize(
    ("change", "where", "says"),
    [
        (
            lambda data: data["entry_into_force"].update(condition={"at_least": 3}),
            "entry_into_force.condition",
            "stands beside instruments, required_participants, share, subset; give one or the other",
        ),
        (
            lambda data: data["entry_into_force"].update(counted_acts=["declaration"]),
            "entry_into_force.counted_acts",
            "needs `under`",
        ),
        (
            lambda data: data["entry_into_force"].update(under="41"),
            "entry_into_force.under",
            "counted_acts has none",
        ),
        (
            lambda data: data["entry_into_force"].update(
                on={"day": date(2000, 1, 1), "by": date(2000, 1, 2)}
            ),
            "entry_into_force.on.by",
            "is after the day of entry into force (2000-01-01)",
        ),
        (
            lambda data: data.update(events={"vote": {"on": date(2000, 1, 1), "source": "x"}}),
            "events.vote",
            "no condition waits for this event",
        ),
        (
            lambda data: data.update(groups={"five": ["AAA"]}),
            "groups.five",
            "no condition counts this group",
        ),
        (
            lambda data: data["denunciation"].update(delay={"to": "02-29"}),
            "denunciation.delay.to",
            "no day of every year",
        ),
        (
            lambda data: data["denunciation"].update(periods={"first": {"years": 1}, "every": {"years": 1}}),
            "denunciation.periods.open_for",
            "is missing: a period that ends comes again",
        ),
        (
            lambda data: data["later_parties"].update(by_kind={"signature": {"days": 1}}),
            "later_parties.by_kind.signature",
            "unknown key",
        ),
        (
            lambda data: data["later_parties"].update(after="whenever"),
            "later_parties.after",
            "known are threshold, entry_into_force",
        ),
        (lambda data: data.update(termination={"article": "5"}), "termination", "says no end"),
    ],
)
def test_a_contradiction_is_refused(
    change: Callable[[dict[str, Any]], object], where: str, says: str
) -> None:
    assert says in problems(change)[where]


def test_a_list_of_steps_is_told_of_where_units_are_mixed() -> None:
    def change(data: dict[str, Any]) -> None:
        data["entry_into_force"]["delay"] = {"months": 6, "days": 60}

    assert "or a list of steps" in problems(change)["entry_into_force.delay"]
    assert Among() == EVERYONE
