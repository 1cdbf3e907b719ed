"""What the record and the clause have against an action, case by case."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ratification.rules.admissibility import doubts_about, doubts_about_change, with_replaced
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from treaty.clauses import (
    ActionKind,
    AtLeast,
    Clause,
    Delay,
    Denunciation,
    EntryIntoForce,
    Organizations,
    SignatureWindow,
)

TODAY = date(2026, 11, 21)
CLAUSE = Clause(
    entry_into_force=EntryIntoForce(
        article="65(1)",
        condition=AtLeast(40),
        counted_acts=(ActionKind.RATIFICATION,),
        delay=Delay(days=90),
    ),
    signature=SignatureWindow("64(1)", date(2025, 10, 25), date(2026, 6, 30)),
    organizations=Organizations("64(2) to (4)", after_member_state=True),
    denunciation=Denunciation("67", Delay(months=6)),
)
PARTICIPANTS = [
    ParticipantFact("EUE", "reio"),
    ParticipantFact("UNO", "organization"),
    ParticipantFact("ABW", "territory"),
    ParticipantFact("CSK", "former_state", valid_until=date(2026, 1, 1)),
    ParticipantFact("SSD", "member_state", valid_from=date(2026, 2, 1)),
]
MEMBERS = [MembershipFact("eu", "FRA"), MembershipFact("eu", "GBR", valid_until=date(2026, 3, 1))]


def fact(line: str) -> Fact:
    """`id participant kind day [target]`."""
    key, participant, kind, day, *target = line.split()
    return Fact(key, participant, ActionKind(kind), parse_edtf(day), target="".join(target))


def record(*lines: str) -> FactRecord:
    return FactRecord.of(map(fact, lines), PARTICIPANTS, MEMBERS, {"EUE": "eu"})


def doubts(line: str, *before: str, clause: Clause | None = CLAUSE) -> list[tuple[str, bool]]:
    found = doubts_about(fact(line), clause, record(*before), TODAY)
    return [(doubt.rule, doubt.impossible) for doubt in found]


SIGNED = "1 FRA signature 2025-10-25"
RATIFIED = "2 FRA ratification 2026-02-01"
RESERVED = "3 FRA reservation 2026-02-01"
NOTICE = "4 FRA denunciation 2026-04-01"


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("9 FRA signature 2025-10-25", ()),
        ("9 FRA signature 2026-06-30", ()),
        ("9 FRA signature 2026-06-15/2026-07-15", ()),
        ("9 FRA accession 2026-11-21", ()),
        ("9 FRA ratification 2025-10-25", (SIGNED,)),
        ("9 FRA ratification 2026-02-01", ("8 FRA signature 2026-01-15/2026-02-15",)),
        ("9 FRA reservation 2026-02-01", (RATIFIED,)),
        ("9 FRA declaration 2020-01-01", ()),
        ("9 FRA domestic_approval 2025-01-01", ()),
        ("9 DEU objection 2026-03-01 3", (RATIFIED, RESERVED)),
        ("9 FRA withdrawal 2026-03-01 2", (SIGNED, RATIFIED)),
        ("9 FRA withdrawal_of_statement 2026-03-01 3", (RATIFIED, RESERVED)),
        ("9 FRA accession 2026-05-01", (RATIFIED, NOTICE)),
        ("9 FRA ratification 2026-05-01", (SIGNED, RATIFIED, "5 FRA withdrawal 2026-04-01 2")),
        ("9 FRA signature 2026-05-01", (SIGNED, "5 FRA withdrawal 2026-04-01 1")),
        ("9 EUE signature 2025-10-25", (SIGNED,)),
        ("9 EUE signature 2026-02-28", ("1 GBR ratification 2026-02-28",)),
        ("9 EUE approval 2026-02-01", (SIGNED, RATIFIED, "5 EUE signature 2025-10-25")),
    ],
)
def test_nothing_speaks_against(line: str, before: tuple[str, ...]) -> None:
    assert doubts(line, *before) == []


@pytest.mark.parametrize(
    ("line", "before", "rule"),
    [
        ("9 FRA signature 2026-11-23", (), "future"),
        ("9 FRA declaration 2027", (), "future"),
        ("9 CSK declaration 2026-01-01", (), "existence"),
        ("9 FRA signature 2025-10-24", (), "window"),
        ("9 FRA accession 2025-09", (), "window"),
        ("9 FRA signature 2026-07-01", (), "window"),
        ("9 FRA definitive_signature 2026-07", (), "window"),
        ("9 FRA signature 2025-11-01", (SIGNED,), "repetition"),
        ("9 FRA ratification 2026-03-01", (SIGNED, RATIFIED), "repetition"),
        ("9 FRA accession 2026-02", ("1 FRA accession 2026-02-15",), "repetition"),
        (
            "9 FRA accession 2026-06-01",
            (RATIFIED, NOTICE, "5 FRA withdrawal 2026-05-01 4"),
            "repetition",
        ),
        ("9 EUE signature 2025-10-25", (), "organization"),
        ("9 EUE accession 2026-02-01", (SIGNED,), "organization"),
        ("9 EUE signature 2026-03-01", ("1 GBR signature 2026-02-01",), "organization"),
        ("9 FRA denunciation 2026-03-01", (SIGNED,), "denunciation"),
        ("9 FRA denunciation 2026-05-01", (SIGNED, RATIFIED, NOTICE), "denunciation"),
        ("9 FRA objection 2026-03-01", (), "target"),
        ("9 FRA objection 2026-03-01 77", (), "target"),
        ("9 FRA objection 2026-03-01 3", (RATIFIED, RESERVED), "target"),
        ("9 DEU objection 2026-01-31 3", (RATIFIED, RESERVED), "target"),
        ("9 DEU withdrawal 2026-03-01 2", (RATIFIED,), "target"),
        ("9 FRA withdrawal 2026-03-01", (RATIFIED,), "target"),
        ("9 FRA withdrawal 2026-03-01 3", (RATIFIED, RESERVED), "target"),
        ("9 FRA withdrawal_of_statement 2026-03-01 2", (RATIFIED, RESERVED), "target"),
        ("9 FRA withdrawal 2026-03-01 2", (RATIFIED, "5 FRA withdrawal 2026-02-20 2"), "target"),
    ],
)
def test_impossible(line: str, before: tuple[str, ...], rule: str) -> None:
    assert doubts(line, *before)[0] == (rule, True)


@pytest.mark.parametrize(
    ("line", "before", "rule"),
    [
        ("9 FRA declaration 2026", (), "future"),
        ("9 SSD declaration 2026-01-31", (), "existence"),
        ("9 ABW signature 2026-01-01", (), "capacity"),
        ("9 UNO signature 2026-01-01", (), "capacity"),
        ("9 FRA signature 2025-10", (), "window"),
        ("9 FRA approval 2025-10-20/2025-11-20", (SIGNED,), "window"),
        ("9 FRA ratification 2026-02-01", (), "order"),
        ("9 FRA ratification 2026-02-01", (SIGNED, "5 FRA withdrawal 2026-01-01 1"), "order"),
        ("9 FRA accession 2026-02-01", (SIGNED,), "order"),
        ("9 FRA signature 2026-02-02", (RATIFIED,), "order"),
        ("9 FRA reservation 2026-02-01", (), "reservation"),
        ("9 DEU objection 2026-03-01 2", (RATIFIED,), "target"),
        ("9 FRA succession 2026-11-21", (), "predecessor"),
        ("9 FRA denunciation 2026-02-02", (SIGNED, RATIFIED), "denunciation"),
        ("9 FRA territorial_application 2026-02-02", (), "territory"),
        ("9 FRA provisional_application 2026-02-02", (), "act"),
    ],
)
def test_unusual(line: str, before: tuple[str, ...], rule: str) -> None:
    assert doubts(line, *before) == [(rule, False)]


IN_FORCE = replace(
    CLAUSE, entry_into_force=replace(CLAUSE.entry_into_force, condition=AtLeast(1), delay=Delay(days=30))
)


@pytest.mark.parametrize(
    ("line", "clause", "expected"),
    [
        ("9 FRA withdrawal 2026-05-01 4", IN_FORCE, []),
        ("9 FRA withdrawal 2026-09-30 4", IN_FORCE, []),
        ("9 FRA withdrawal 2026-09/2026-10 4", IN_FORCE, []),
        ("9 FRA withdrawal 2026-10-01 4", IN_FORCE, [("target", True)]),
        ("9 FRA withdrawal 2026-05-01 4", CLAUSE, [("target", True)]),
    ],
)
def test_a_denunciation_is_revoked_before_it_takes_effect(
    line: str, clause: Clause, expected: list[tuple[str, bool]]
) -> None:
    """Six months after receipt; where the treaty is not in force for it, at once: it takes the instrument back."""
    assert doubts(line, SIGNED, RATIFIED, NOTICE, clause=clause) == expected


def test_a_succession_names_a_predecessor_that_had_consented() -> None:
    succession = replace(fact("9 SSD succession 2026-03-01"), predecessor="FRA")
    found = doubts_about(succession, CLAUSE, record(RATIFIED, "9 SSD succession 2026-03-01"), TODAY)
    assert found == []
    (doubt,) = doubts_about(succession, CLAUSE, record("9 SSD succession 2026-03-01"), TODAY)
    assert "nothing to take over" in doubt.sentence


def test_without_a_clause_nothing_is_too_early_or_too_late() -> None:
    assert doubts("9 FRA signature 1990-01-01", clause=None) == []
    open_end = Clause(CLAUSE.entry_into_force, SignatureWindow("64(1)", date(2025, 10, 25), None))
    assert doubts("9 FRA signature 2026-07-01", clause=open_end) == []


def test_an_organization_before_its_members_is_merely_unusual_where_the_clause_is_silent() -> None:
    silent = Clause(CLAUSE.entry_into_force)
    assert doubts("9 EUE accession 2026-02-01", clause=silent) == [("organization", False)]
    assert doubts("9 EUE accession 2026-02-01", clause=None) == [("organization", False)]


def test_a_withdrawal_inside_a_fact_counts_as_one() -> None:
    withdrawn = Fact(
        "2", "FRA", ActionKind.ACCESSION, Span.day(date(2026, 2, 1)), withdrawn=Span.day(date(2026, 3, 1))
    )
    known = FactRecord.of([withdrawn])
    assert doubts_about(fact("9 FRA accession 2026-04-01"), CLAUSE, known, TODAY) == []
    (doubt,) = doubts_about(fact("9 FRA withdrawal 2026-04-01 2"), CLAUSE, known, TODAY)
    assert "taken back already" in doubt.sentence


def test_the_impossible_comes_first() -> None:
    assert doubts("9 FRA ratification 2026-12-01", "1 FRA accession 2026-01-01") == [
        ("future", True),
        ("repetition", True),
        ("order", False),
    ]


@pytest.mark.parametrize(
    ("gone", "new", "before", "rules"),
    [
        # A correction of the day is held against the record without what it corrects.
        (RATIFIED, "2 FRA ratification 2026-02-02", (SIGNED, RATIFIED), []),
        # Retracting the signature leaves a ratification of somebody who has not signed.
        (SIGNED, None, (SIGNED, RATIFIED), [("order", False)]),
        # Retracting the ratification leaves its withdrawal without anything to take back.
        (RATIFIED, None, (SIGNED, RATIFIED, "5 FRA withdrawal 2026-03-01 2"), [("target", True)]),
        # Moving the ratification to after its withdrawal.
        (
            RATIFIED,
            "2 FRA ratification 2026-03-02",
            (SIGNED, RATIFIED, "5 FRA withdrawal 2026-03-01 2"),
            [("target", True)],
        ),
        # An accession that turns out to precede a ratification.
        (None, "9 FRA accession 2026-01-01", (RATIFIED,), [("repetition", True)]),
        # Another's signature changes nothing.
        (None, "9 DEU signature 2026-01-01", (SIGNED, RATIFIED, RESERVED), []),
        # The only member State's signature was an error: the organization has none to follow.
        (SIGNED, None, (SIGNED, "5 EUE signature 2025-10-26"), [("organization", True)]),
        # What was odd before is not held against a change elsewhere.
        (SIGNED, "1 FRA signature 2025-10-26", (SIGNED, "5 EUE accession 2025-10-26"), []),
        # An objection that was merely unusual becomes impossible.
        (
            SIGNED,
            "1 FRA signature 2026-04-23",
            (SIGNED, "5 DEU objection 2025-10-25 1"),
            [("target", True)],
        ),
        # A territory is left out of nothing.
        (SIGNED, None, (SIGNED, "5 FRA territorial_exclusion 2025-10-25"), [("territory", False)]),
        # Whoever objected is left without the reservation.
        (RESERVED, None, (RATIFIED, RESERVED, "5 DEU objection 2026-03-01 3"), [("target", True)]),
    ],
)
def test_a_change_is_held_against_what_it_leaves_behind(
    gone: str | None, new: str | None, before: tuple[str, ...], rules: list[tuple[str, bool]]
) -> None:
    found = doubts_about_change(
        fact(gone) if gone else None, fact(new) if new else None, CLAUSE, record(*before), TODAY
    )
    assert [(doubt.rule, doubt.impossible) for doubt in found] == rules


CASES = st.lists(
    st.tuples(
        st.sampled_from(["FRA", "DEU", "EUE", "ABW", "CSK"]),
        st.sampled_from(list(ActionKind)),
        st.dates(date(2025, 9, 1), date(2026, 12, 31)),
        st.integers(0, 40),
        st.integers(0, 5),
    ),
    max_size=6,
)


def made(cases: list[tuple[str, ActionKind, date, int, int]]) -> list[Fact]:
    return [
        Fact(
            str(number),
            iso3,
            kind,
            Span(day, date.fromordinal(day.toordinal() + length)),
            target=str(target) if target else "",
        )
        for number, (iso3, kind, day, length, target) in enumerate(cases, 1)
    ]


@example(
    [
        ("CSK", ActionKind.RATIFICATION, date(2025, 9, 1), 0, 0),
        ("CSK", ActionKind.RESERVATION, date(2026, 1, 1), 0, 0),
    ]
)
@given(CASES)
def test_every_doubt_is_a_sentence_and_the_facts_own_presence_changes_nothing(
    cases: list[tuple[str, ActionKind, date, int, int]],
) -> None:
    facts = made(cases)
    whole = FactRecord.of(facts, PARTICIPANTS, MEMBERS, {"EUE": "eu"})
    for one in facts:
        found = doubts_about(one, CLAUSE, whole, TODAY)
        assert all(doubt.sentence.endswith((".", "not.")) for doubt in found)
        assert [doubt.impossible for doubt in found] == sorted(
            (doubt.impossible for doubt in found), reverse=True
        )
        without = FactRecord.of([f for f in facts if f != one], PARTICIPANTS, MEMBERS, {"EUE": "eu"})
        if one.target != one.id:
            assert doubts_about(one, CLAUSE, without, TODAY) == found


@given(cases=CASES, which=st.integers(0, 5), adds=st.booleans())
def test_no_fact_that_a_change_casts_doubt_on_is_passed_over(
    cases: list[tuple[str, ActionKind, date, int, int]], which: int, *, adds: bool
) -> None:
    facts = made(cases)
    if which >= len(facts):
        return
    one = facts[which]
    rest = [fact for fact in facts if fact != one]
    whole, without = (FactRecord.of(some, PARTICIPANTS, MEMBERS, {"EUE": "eu"}) for some in (facts, rest))
    before, after = (without, whole) if adds else (whole, without)
    own = doubts_about(one, CLAUSE, after, TODAY) if adds else []
    said_once = {doubt.rule for doubt in own} & {"repetition"}  # each of the two repeats the other
    raised = sum(
        (doubt.rule, doubt.impossible)
        not in {(old.rule, old.impossible) for old in doubts_about(fact, CLAUSE, before, TODAY)}
        and doubt.rule not in said_once
        for fact in rest
        for doubt in doubts_about(fact, CLAUSE, after, TODAY)
    )
    gone, new = (None, one) if adds else (one, None)
    assert with_replaced(before, gone, new).facts.get("FRA", ()) == after.facts.get("FRA", ())
    found = doubts_about_change(gone, new, CLAUSE, before, TODAY)
    assert len(found) == len(own) + raised
