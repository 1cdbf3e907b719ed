"""The API's statements: filters, the state of each provision, what became of each action, changes, the data package."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings

from ratification.ledger.content import ActionContent
from ratification.models import Action
from ratification.record import kept
from ratification.status.recompute import recompute
from treaty.models import Treaty

Get = Callable[..., Any]
LIST = "treaties/hanoi/statements/"


@pytest.fixture
def hanoi(record: Treaty) -> Treaty:
    return record


@pytest.fixture
def withdrawn(
    record: Treaty,
    say: Callable[..., ActionContent],
    published: Callable[[ActionContent], Action],
    now: datetime,
) -> tuple[Action, Action, Action]:
    """Qatar's reservation to articles 14 to 16, its withdrawal for 14, and an objection of France to 15."""
    qatar = Action.objects.get(treaty=record, participant__iso3="QAT", provisions=["14", "15", "16"])
    withdrawal = published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["14"], relates_to=qatar))
    objection = published(
        say("FRA objection 2026-11-12", provisions=["15"], relates_to=qatar, precludes=True)
    )
    recompute(record.pk, today=now.date(), now=now)
    return qatar, withdrawal, objection


def revisions(answer: Any) -> list[int]:  # noqa: ANN401 - Django's test response
    assert answer.status_code == 200, answer.content
    return [item["revision"] for item in answer.json()["results"]]


def test_the_state_of_each_provision(get: Get, withdrawn: tuple[Action, Action, Action]) -> None:
    qatar, withdrawal, objection = (entry.revision for entry in withdrawn)
    items = {item["revision"]: item for item in get(LIST).json()["results"]}
    assert len(items) == 7
    said = items[qatar]
    assert (said["state"], said["stands"], said["in_force"]) == ("partly_withdrawn", True, False)
    assert [(each["provision"], each["state"], each["by"]) for each in said["provisions"]] == [
        ("14", "withdrawn", withdrawal),
        ("15", "standing", None),
        ("16", "standing", None),
    ]
    assert [each["objections"] for each in said["provisions"]] == [[], [objection], []]
    assert [act["revision"] for act in said["acts"]] == [withdrawal, objection]
    assert items[objection]["relates_to"]["revision"] == qatar
    assert items[objection]["precludes"] is True


def test_a_row_is_that_of_its_day_in_whatever_order_days_are_asked_for(
    get: Get, withdrawn: tuple[Action, Action, Action], settings: Settings
) -> None:
    """What an entry says is written once; what became of it is not."""
    settings.ANSWERS_SECONDS = 0
    qatar = withdrawn[0].revision

    def rows(*days: str) -> list[dict[str, Any]]:
        kept.forget()
        answers = {day: get(LIST, as_of=day).json()["results"] for day in days}
        return [row for day in sorted(days) for row in answers[day] if row["revision"] == qatar]

    forwards = rows("2026-11-09", "2026-11-10", "2026-11-12")
    assert forwards == rows("2026-11-12", "2026-11-10", "2026-11-09")
    assert [row["state"] for row in forwards] == ["standing", "partly_withdrawn", "partly_withdrawn"]
    assert [len(row["acts"]) for row in forwards] == [0, 1, 2]


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "objected_to"}, 1),
        ({"state": "awaiting_confirmation"}, 4),
        ({"state": "withdrawn,awaiting_confirmation"}, 5),
        ({"article": 14}, 1),
        ({"article": 15}, 2),
        ({"article": 14, "state": "standing"}, 0),
        ({"article": 63}, 2),
        ({"participant": "AZE"}, 4),
        ({"kind": "objection"}, 1),
        ({"group": "eu"}, 1),
        ({"in_force": "true"}, 0),
        ({"in_force": "false"}, 7),
        ({"as_of": "2026-11-09"}, 6),
    ],
)
@pytest.mark.usefixtures("withdrawn")
def test_filters(get: Get, query: dict[str, Any], expected: int) -> None:
    assert len(revisions(get(LIST, **query))) == expected


def test_unknown_values_are_refused(get: Get) -> None:
    for query in ({"state": "gone"}, {"kind": "ratification"}, {"group": "nowhere"}, {"participant": "ZZZ"}):
        assert get(LIST, **query).status_code == 400, query


@pytest.mark.usefixtures("withdrawn")
def test_table(get: Get) -> None:
    rows = list(csv.DictReader(io.StringIO(get("treaties/hanoi/statements.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 7
    assert {row["state"] for row in rows} >= {"partly_withdrawn", "awaiting_confirmation"}


def test_what_became_of_each_action(get: Get, withdrawn: tuple[Action, Action, Action]) -> None:
    qatar, withdrawal, _ = withdrawn
    answer = get("treaties/hanoi/actions/", participant="QAT").json()
    results = {item["revision"]: item["result"] for item in answer["results"]}
    assert results[qatar.revision] == {"state": "partly_withdrawn", "by": [withdrawal.revision]}
    assert results[withdrawal.revision] == {"state": "effective", "by": []}
    assert {result["state"] for result in results.values()} == {"standing", "partly_withdrawn", "effective"}
    before = get("treaties/hanoi/actions/", participant="QAT", as_of="2026-11-09").json()
    assert {item["result"]["state"] for item in before["results"]} == {"standing"}


@pytest.mark.usefixtures("withdrawn")
def test_changes_of_statements(get: Get) -> None:
    changes = get("treaties/hanoi/changes/", subject="statement", since=86).json()["results"]
    assert [change["sentence"] for change in changes[-3:]] == [
        "The reservation of Qatar on articles 14, 15 and 16 is withdrawn for article 14.",
        "The reservation of Qatar on articles 14, 15 and 16 is objected to by France.",
        "France made an objection on article 15.",
    ]
    assert changes[-2]["after"]["provisions"] == {"14": "withdrawn", "15": "standing", "16": "standing"}


def test_data_package(get: Get, withdrawn: tuple[Action, Action, Action]) -> None:
    qatar = withdrawn[0]
    with zipfile.ZipFile(io.BytesIO(get("treaties/hanoi/dataset/").content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("statements.csv").decode("utf-8-sig"))))
    mine = [(row["provision"], row["state"]) for row in rows if row["revision"] == str(qatar.revision)]
    assert mine == [("14", "withdrawn"), ("15", "standing"), ("16", "standing")]


def test_territories_of_a_day(
    get: Get, say: Callable[..., ActionContent], published: Callable[[ActionContent], Action]
) -> None:
    """Who is responsible changes with the day, and an extension ends for the territories that a withdrawal names."""
    where = "treaties/hanoi/territories/"

    def coverage(**query: str) -> dict[str, str]:
        return {row["territory"]: row["coverage"] for row in get(where, **query).json()["results"]}

    extended = published(say("GBR territorial_application 2026-11-10", territories=["GIB", "IMN"]))
    why = {"override": "The notification says so."}
    published(say("DNK territorial_exclusion 2026-11-10", territories=["GRL"], **why))
    assert coverage(state="DNK") == {"FRO": "not_stated", "GRL": "excluded"}
    assert coverage(coverage="applied") == {"GIB": "applied", "IMN": "applied"}
    published(say("GBR withdrawal_of_statement 2026-11-15", territories=["IMN"], relates_to=extended))
    assert coverage(coverage="applied") == {"GIB": "applied"}
    assert coverage(coverage="applied", as_of="2026-11-14") == {"GIB": "applied", "IMN": "applied"}
    (hong_kong,) = get(where, territory="HKG", as_of="1997-06-30").json()["results"]
    assert hong_kong["state"] == "GBR"
    (hong_kong,) = get(where, territory="HKG", as_of="1997-07-01").json()["results"]
    assert hong_kong["state"] == "CHN"
    page = get("/territories/").content.decode()
    assert re.search(r'id="GIB".*?United Kingdom.*?extended\s+to it', page, re.DOTALL)
    assert re.search(r'id="GRL".*?Denmark.*?excluded', page, re.DOTALL)
    assert "/territories/#GIB" in get("/participants/GIB/").content.decode()
