"""Reading a definition: what is accepted, what is refused and with which key and reason."""

import json
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.treaty.definitions import full, problems, read
from treaty.clauses import (
    CONSENTS,
    SIGNATURES,
    ActionKind,
    AllOf,
    Among,
    AtLeast,
    DefinitionError,
    Delay,
    ReservationRule,
    SumOf,
    ValueTable,
    definition_from_json,
    definition_to_json,
    named,
    parse_definition,
)

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    path.parent for path in [*ROOT.glob("treaty/data/*/treaty.toml"), *ROOT.glob("tests/cases/*/treaty.toml")]
)


def test_every_key_is_read() -> None:
    definition = parse_definition(full(), read)
    assert (definition.slug, definition.record_as_of) == ("example", date(2025, 1, 1))
    entry = definition.clause.entry_into_force
    assert entry.counted_acts == (ActionKind.RATIFICATION, ActionKind.FORMAL_CONFIRMATION)
    assert entry.delay == Delay(months=3, then="first-of-next-month")
    values = {"AAA": Decimal("60.5"), "BBB": Decimal("39.5")}
    assert entry.condition == AllOf(
        (
            AtLeast(3),
            AtLeast(2, named(("AAA", "BBB"))),
            SumOf(ValueTable("shares.csv", ((None, values),)), Decimal("55.5")),
            AtLeast(2, Among("group", "coe")),
        )
    )
    assert (entry.not_before, entry.after_treaties) == (date(2021, 1, 1), ("another-one",))
    assert definition.clause.amendment
    assert definition.clause.amendment.delay == Delay()
    assert definition.clause.reservations == ReservationRule("5", "only", ("6", "11(1)(a)"))


def test_only_the_rule_itself_is_required() -> None:
    definition = parse_definition(
        {
            "slug": "x",
            "title": "T",
            "depositary": "D",
            "adopted_on": date(2020, 1, 1),
            "entry_into_force": {
                "article": "1",
                "instruments": 1,
                "counted_acts": ["ratification"],
                "delay": {"days": 30},
            },
        },
        read,
    )
    assert (definition.short_title, definition.popular_name) == ("T", "")
    assert definition.clause.signature is None
    assert definition.clause.entry_into_force.organizations == "none"


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_definition_of_the_project_is_read_and_kept(folder: Path) -> None:
    data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
    definition = parse_definition(data, lambda name: (folder / name).read_text(encoding="utf-8"))
    assert definition.slug == folder.name
    assert definition_from_json(json.loads(json.dumps(definition_to_json(definition)))) == definition


def test_what_is_kept_as_json_comes_back_the_same() -> None:
    definition = parse_definition(full(), read)
    kept = json.loads(json.dumps(definition_to_json(definition)))
    assert definition_from_json(kept) == definition
    with pytest.raises(DefinitionError):
        definition_from_json(kept | {"slug": ""})


@pytest.mark.parametrize(
    ("key", "value", "where", "says"),
    [
        ("slug", None, "slug", "is missing"),
        ("slug", "Not A Slug", "slug", "small letters"),
        ("title", "  ", "title", "must not be empty"),
        ("title", 5, "title", "must be a text, not a number"),
        ("depositary", None, "depositary", "is missing"),
        ("adopted_on", None, "adopted_on", "is missing"),
        ("adopted_on", "2020-01-01", "adopted_on", "must be a date such as 2026-12-31, not a text"),
        ("adopted_on", datetime(2020, 1, 1), "adopted_on", "not a date with a time"),  # noqa: DTZ001 - as in TOML
        ("as_of", True, "as_of", "not true or false"),
        ("titel", "x", "titel", 'did you mean "title"'),
        ("zzzzzzz", "x", "zzzzzzz", "unknown key"),
        ("signature", "x", "signature", "must be a table, not a text"),
        ("signature", [1], "signature", "must be a table, not a list"),
        ("signature.opens_on", None, "signature.opens_on", "is missing"),
        ("signature.closes_on", date(2020, 1, 1), "signature.closes_on", "is before opens_on (2020-02-01)"),
        ("signature.article", None, "signature.article", "is missing"),
        ("entry_into_force", None, "entry_into_force", "is missing"),
        ("entry_into_force", 1j, "entry_into_force", "must be a table, not complex"),
        ("entry_into_force.article", None, "entry_into_force.article", "is missing"),
        ("entry_into_force.instruments", 0, "entry_into_force.instruments", "must be 1 or more, not 0"),
        ("entry_into_force.instruments", -4, "entry_into_force.instruments", "must be 1 or more"),
        (
            "entry_into_force.instruments",
            "40",
            "entry_into_force.instruments",
            "must be a whole number, not a text",
        ),
        (
            "entry_into_force.instruments",
            40.5,
            "entry_into_force.instruments",
            "must be a whole number, not a number",
        ),
        ("entry_into_force.instruments", True, "entry_into_force.instruments", "not true or false"),
        ("reservations.permitted", None, "reservations.permitted", "is missing"),
        ("reservations.permitted", "none", "reservations.provisions", "forbids every reservation"),
        ("reservations.permitted", "some", "reservations.permitted", "known are none, only, except"),
        ("reservations.provisions", None, "reservations.provisions", "is missing"),
        (
            "reservations.provisions",
            ["6", "article 7"],
            "reservations.provisions",
            '"article 7" is no provision',
        ),
        ("reservations.article", None, "reservations.article", "is missing"),
        ("entry_into_force.counted_acts", None, "entry_into_force.counted_acts", "is missing"),
        ("entry_into_force.counted_acts", [], "entry_into_force.counted_acts", "must not be empty"),
        (
            "entry_into_force.counted_acts",
            "ratification",
            "entry_into_force.counted_acts",
            "must be a list of texts",
        ),
        ("entry_into_force.counted_acts", ["signature"], "entry_into_force.counted_acts", "is no consent"),
        (
            "entry_into_force.counted_acts",
            ["ratified"],
            "entry_into_force.counted_acts",
            '"ratified" is no consent',
        ),
        (
            "entry_into_force.counted_acts",
            ["approval"] * 2,
            "entry_into_force.counted_acts",
            "more than once",
        ),
        (
            "entry_into_force.organisations_count",
            "no",
            "entry_into_force.organisations_count",
            'must be true, false, "members" or "binding"',
        ),
        ("entry_into_force.delay", None, "entry_into_force.delay", "is missing"),
        ("entry_into_force.delay", 90, "entry_into_force.delay", "must be a table, not a number"),
        ("entry_into_force.delay", {}, "entry_into_force.delay", "names no days, months or years"),
        (
            "entry_into_force.delay",
            {"then": "first-of-next-month"},
            "entry_into_force.delay",
            "names no days",
        ),
        ("entry_into_force.delay", {"days": -1}, "entry_into_force.delay.days", "must be 0 or more"),
        (
            "entry_into_force.delay",
            {"days": 1, "months": 1},
            "entry_into_force.delay",
            "mixes days and months",
        ),
        (
            "entry_into_force.delay",
            {"days": 1, "then": "soon"},
            "entry_into_force.delay.then",
            '"soon" is unknown',
        ),
        ("entry_into_force.delay", {"days": 1, "weeks": 1}, "entry_into_force.delay.weeks", "unknown key"),
        ("entry_into_force.not_before", "soon", "entry_into_force.not_before", "must be a date"),
        (
            "entry_into_force.after_treaty",
            "example",
            "entry_into_force.after_treaty",
            "cannot wait for itself",
        ),
        ("entry_into_force.after_treaty", "A B", "entry_into_force.after_treaty", "small letters"),
        (
            "entry_into_force.required_participants",
            ["usa"],
            "entry_into_force.required_participants",
            '"usa" is no code',
        ),
        (
            "entry_into_force.required_participants",
            [],
            "entry_into_force.required_participants",
            "must not be empty",
        ),
        (
            "entry_into_force.required_participants",
            ["AAA", "AAA"],
            "entry_into_force.required_participants",
            'lists "AAA" more than once',
        ),
        ("entry_into_force.share", [], "entry_into_force.share", "must be a list of tables, and not empty"),
        ("entry_into_force.share", ["x"], "entry_into_force.share[0]", "must be a table, not a text"),
        ("entry_into_force.subset", {"group": "x"}, "entry_into_force.subset", "must be a list of tables"),
        (
            "entry_into_force.subset",
            [{"group": "coe", "instruments": 4}],
            "entry_into_force.subset[0].instruments",
            "is more than the 3 instruments in all",
        ),
        ("entry_into_force.subset", [{"instruments": 1}], "entry_into_force.subset[0].group", "is missing"),
        (
            "entry_into_force.subset",
            [{"group": "coe"}],
            "entry_into_force.subset[0].instruments",
            "is missing",
        ),
        ("later_parties.delay", None, "later_parties.delay", "is missing"),
        ("denunciation.delay", {}, "denunciation.delay", "names no days"),
        ("amendment.proposal_after", None, "amendment.proposal_after", "is missing"),
        ("domestic_approval.reported", False, "domestic_approval.reported", "no article sets this limit"),
        ("domestic_approval.reported", None, "domestic_approval.reported", "is missing"),
        ("domestic_approval.source", None, "domestic_approval.source", "is missing"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key_and_with_the_reason(
    key: str, value: object, where: str, says: str
) -> None:
    def change(data: dict[str, Any]) -> None:
        *tables, last = key.split(".")
        for table in tables:
            data = data[table]
        data.pop(last, None)
        if value is not None:
            data[last] = value

    found = problems(change)
    assert says in found[where]
    assert set(found) == {where}


def test_a_threshold_needs_a_number_named_participants_or_a_share() -> None:
    def change(data: dict[str, Any]) -> None:
        for key in ("instruments", "required_participants", "share"):
            del data["entry_into_force"][key]

    assert (
        "no required_participants and no share stand in its place"
        in problems(change)["entry_into_force.instruments"]
    )

    for kept in ("instruments", "required_participants", "share"):
        data = full()
        for key in {"instruments", "required_participants", "share"} - {kept}:
            del data["entry_into_force"][key]
        parse_definition(data, read)


def test_all_problems_are_told_at_once() -> None:
    def change(data: dict[str, Any]) -> None:
        data["slug"] = "A"
        data["signature"]["opens_on"] = "soon"
        data["entry_into_force"]["instruments"] = 0
        data["denunciation"]["dealy"] = {"years": 1}

    assert list(problems(change)) == [
        "slug",
        "signature.opens_on",
        "entry_into_force.instruments",
        "denunciation.dealy",
    ]


def test_every_kind_has_a_meaning_and_the_groups_are_apart() -> None:
    assert all(kind.meaning for kind in ActionKind)
    assert not CONSENTS & SIGNATURES
    assert ActionKind.DOMESTIC_APPROVAL not in CONSENTS
    assert ActionKind.FORMAL_CONFIRMATION.label == "formal confirmation"


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (Delay(days=90), "90 days"),
        (Delay(days=0), "0 days"),
        (Delay(years=1), "1 year"),
        (Delay(months=3, then="first-of-next-month"), "3 months, then the first of the next month"),
    ],
)
def test_a_delay_is_said_in_words(delay: Delay, words: str) -> None:
    assert str(delay) == words


def test_the_articles_of_cooperation_are_numbers() -> None:
    def change(data: dict[str, Any]) -> None:
        data["cooperation"] = {"mutual_legal_assistance": ["forty"], "extradition": ["37"]}

    assert problems(change) == {"cooperation.mutual_legal_assistance": '"forty" is no number of an article'}
