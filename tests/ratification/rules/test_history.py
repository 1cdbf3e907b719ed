"""The law against history: official dates of real treaties, from clause and list of deposits."""

from datetime import date, timedelta
from functools import cache

import pytest

from bench.corpus import ABSENT, CORPUS, read_table
from ratification.rules.dates import NEVER, Span, shift
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from states.names import normalise
from tests.ratification.rules.cases import (
    CASES,
    ROOT,
    definition_of,
    evaluated,
    facts_of,
    record_of,
    rows_of,
    world,
)
from treaty.clauses import Delay

EVENTS = list(rows_of(CASES / "entry_into_force.csv"))
IN_FORCE = [row for row in EVENTS if row["entry_into_force"]]
LEAVING = list(rows_of(CASES / "leaving.csv"))
LATER = list(rows_of(CASES / "later_party.csv"))
TABLES = {
    "untoc": "18-12",
    "trafficking": "18-12-a",
    "smuggling": "18-12-b",
    "firearms": "18-12-c",
    "uncac": "18-14",
    "kyoto": "27-7-a",
    "crc": "4-11",
    "cat": "4-9",
    "cped": "4-16",
    "unfccc": "27-7",
    "cbd": "27-8",
    "ottawa": "26-5",
    "cluster": "26-6",
    "unccd": "27-10",
    "stockholm": "27-15",
    "terrorist-financing": "18-11",
    "nuclear-terrorism": "18-15",
}


@pytest.mark.parametrize("row", IN_FORCE, ids=[row["case"] for row in IN_FORCE])
def test_general_entry_into_force_is_the_official_day(row: dict[str, str]) -> None:
    official = date.fromisoformat(row["entry_into_force"])
    outcome = evaluated(row["case"], official)
    assert outcome.entry_into_force.on == Span.day(official)
    assert outcome.threshold.reached == Span.day(date.fromisoformat(row["reached_on"]))
    if row["decisive"]:
        assert outcome.entry_into_force.decisive == tuple(row["decisive"].split())


@pytest.mark.parametrize("row", IN_FORCE, ids=[row["case"] for row in IN_FORCE])
def test_the_day_before_the_deciding_deposit_nothing_is_known(row: dict[str, str]) -> None:
    outcome = evaluated(row["case"], date.fromisoformat(row["reached_on"]) - timedelta(days=1))
    if facts_of(row["case"]):
        assert outcome.entry_into_force.on is None
        assert outcome.threshold.reached is None
    else:  # accepted unless somebody objects: the day is known, and not yet certain
        assert outcome.entry_into_force.on == Span(date.fromisoformat(row["entry_into_force"]), NEVER)


@pytest.mark.parametrize("row", LEAVING, ids=[f"{row['case']}-{row['ended_on']}" for row in LEAVING])
def test_a_party_that_leaves_is_bound_until_its_official_day(row: dict[str, str]) -> None:
    received, ended = (date.fromisoformat(row[name]) for name in ("received_on", "ended_on"))
    for day in (received, ended - timedelta(days=1), ended):
        outcome = evaluated(row["case"], day)
        (own,) = (each for each in outcome.standings if each.participant == row["participant"])
        assert (own.ended, own.kind) == (Span.day(ended), "party" if day < ended else "withdrawn")


@pytest.mark.parametrize("row", IN_FORCE, ids=[row["case"] for row in IN_FORCE])
def test_those_counted_are_parties_from_the_official_day_on(row: dict[str, str]) -> None:
    official = date.fromisoformat(row["entry_into_force"])
    before = evaluated(row["case"], official - timedelta(days=1))
    assert before.parties.possible == 0
    on_the_day = evaluated(row["case"], official)
    counted = {standing.participant for standing in on_the_day.standings if standing.counted}
    assert {entry.participant for entry in on_the_day.threshold.entries if entry.counted} == counted
    # A State that had ceased to exist is counted, and bound by nothing.
    ceased = {one.iso3 for one in world()[0] if one.valid_until and one.valid_until <= official}
    for standing in on_the_day.standings:
        if standing.counted and standing.participant in ceased:
            assert (standing.kind, standing.in_force) == ("none", None)
        elif standing.counted:
            assert (standing.kind, standing.in_force) == ("party", Span.day(official))


def test_a_treaty_that_needs_44_named_participants_is_not_in_force() -> None:
    outcome = evaluated("ctbt", date(2015, 3, 14))
    assert outcome.entry_into_force.on is None
    # 162 have deposited; Montenegro's succession is not of the counted act.
    assert (outcome.threshold.required, outcome.threshold.counted.certain) == (None, 161)
    (named,) = outcome.threshold.conditions
    assert named.missing == ("CHN", "EGY", "IND", "IRN", "ISR", "PAK", "PRK", "USA")
    assert outcome.threshold.remaining == 8
    assert outcome.entry_into_force.reason == (
        "8 of 44 named participants have not: CHN, EGY, IND, IRN, ISR, PAK, PRK and USA."
    )


def test_an_instrument_taken_back_on_an_open_day_makes_nine_missing() -> None:
    open_year = evaluated("ctbt", date(2023, 6, 30)).threshold
    assert (open_year.counted.certain, open_year.counted.possible) == (160, 161)
    (named,) = evaluated("ctbt", date(2024, 1, 1)).threshold.conditions
    assert "RUS" in named.missing
    assert len(named.missing) == 9


def test_the_convention_itself_has_not_reached_its_threshold() -> None:
    outcome = evaluated("hanoi", date(2026, 11, 21))
    assert outcome.threshold.reached is None
    assert outcome.entry_into_force.on is None


@pytest.mark.parametrize("row", LATER, ids=[f"{row['case']}-{row['participant']}" for row in LATER])
def test_a_later_party_is_bound_from_the_official_day(row: dict[str, str]) -> None:
    official = Span.day(date.fromisoformat(row["in_force_on"]))
    deposited = Span.day(date.fromisoformat(row["deposited_on"]))
    if row["case"] == "who-fctc":
        # No list of its first forty deposits is at hand: the rule alone, inferred from the dates of the row.
        assert shift(Delay(days=90), deposited) == official
        return
    outcome = evaluated(row["case"], official.latest)
    (standing,) = (each for each in outcome.standings if each.participant == row["participant"])
    assert outcome.entry_into_force.on == Span.day(date.fromisoformat(row["general_entry_into_force"]))
    assert (standing.consented, standing.in_force, standing.kind) == (deposited, official, "party")


def test_every_party_of_the_budapest_convention_has_its_official_day() -> None:
    outcome = evaluated("budapest", date(2026, 4, 25))
    official = {row["participant"]: row["in_force_on"] for row in rows_of(CASES / "budapest_in_force.csv")}
    assert len(official) == outcome.parties.certain == outcome.parties.possible == 81
    computed = {each.participant: each.in_force.edtf for each in outcome.standings if each.in_force}
    assert computed == official


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("case", sorted(TABLES))
def test_the_official_day_follows_from_the_whole_participant_table(case: str) -> None:
    (row,) = (row for row in EVENTS if row["case"] == case)
    definition = definition_of(case)
    as_of = date(2015, 3, 14)
    other = None
    for slug in definition.clause.entry_into_force.after_treaties:
        other = evaluate(definition_of(slug).clause, _table(slug), as_of).entry_into_force.on
    outcome = evaluate(definition.clause, _table(case), as_of, other)
    assert outcome.entry_into_force.on == Span.day(date.fromisoformat(row["entry_into_force"]))
    assert outcome.entry_into_force.decisive == tuple(row["decisive"].split())


@cache
def _table(case: str) -> FactRecord:
    codes = _codes()
    facts = [
        Fact(fact.id, codes[normalise(fact.participant)], fact.kind, fact.taken)
        for fact in read_table(CORPUS / f"{TABLES[case]}.csv")
    ]
    return record_of(facts)


@cache
def _codes() -> dict[str, str]:
    names = {normalise(row["name"]): row["iso3"] for row in rows_of(ROOT / "states" / "data" / "names.csv")}
    return names | {
        normalise(row["name"]): row["iso3"] for row in rows_of(ROOT / "states" / "data" / "participants.csv")
    }
