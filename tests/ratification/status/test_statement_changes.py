"""Sentences on statements: names and not codes, no more than the record has, and the day where it is another one."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent
from ratification.ledger.system_accounts import system_user
from ratification.models import Action, Change
from ratification.rules.dates import parse_edtf
from ratification.status.changes import sentence_of
from ratification.status.recompute import recompute
from ratification.status.statement_changes import statement_sentence
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_participants")]


def value(kind: str, state: str = "standing", *provisions: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "kind": kind,
        "taken": "2021-01-01",
        "state": state,
        "provisions": dict.fromkeys(provisions or ("",), state),
        "objections": [],
    } | more


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (value("objection"), "Germany made an objection."),
        (value("declaration"), "Germany made a declaration."),
        (value("reservation", "standing", "4(2)"), "Germany made a reservation on article 4(2)."),
        (
            value("territorial_application", "standing", "GIB", "IMN"),
            "Germany made a territorial application for Gibraltar and Isle of Man.",
        ),
        (
            value("reservation", "awaiting_confirmation"),
            "Germany made a reservation; it is awaiting confirmation.",
        ),
        (
            value("provisional_application", "ended"),
            "Germany made a provisional application on 1 January 2021; it is ended.",
        ),
        (
            value("reservation", "withdrawn", "4", taken="2021-03"),
            "Germany made a reservation on article 4 in March 2021; it is withdrawn.",
        ),
    ],
)
def test_a_statement_that_is_new(after: dict[str, Any], expected: str) -> None:
    assert statement_sentence("Germany", None, after) == expected


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            value("reservation", "standing", "4(2)"),
            value("reservation", "standing", "4(2)", objections=["DEU", "FRA", "ZZZ"]),
            "The reservation of Italy on article 4(2) is objected to by Germany, France and ZZZ.",
        ),
        (value("declaration"), value("declaration", "withdrawn"), "The declaration of Italy is withdrawn."),
        (
            value("territorial_application", "standing", "GIB", "IMN"),
            value(
                "territorial_application",
                "standing",
                "GIB",
                "IMN",
                provisions={"GIB": "withdrawn", "IMN": "standing"},
            ),
            "The territorial application of Italy for Gibraltar and Isle of Man is withdrawn for Gibraltar.",
        ),
        (
            value("provisional_application"),
            value("provisional_application", "ended"),
            "The provisional application of Italy is ended.",
        ),
        (
            value("declaration"),
            value("declaration", "ended"),
            "The declaration of Italy is no longer in force, because the consent has ended.",
        ),
        (value("objection"), None, "The objection of Italy is no longer in the record."),
    ],
)
def test_what_became_of_a_statement(
    before: dict[str, Any], after: dict[str, Any] | None, expected: str
) -> None:
    assert statement_sentence("Italy", before, after) == expected


@pytest.fixture
def enter(hanoi: Treaty, now: datetime) -> Callable[..., Action]:
    """Publishes an act about the Convention, and runs the job."""

    def act(text: str, **more: Any) -> Action:  # noqa: ANN401 - columns of an entry
        iso3, kind, taken = text.split()
        content = ActionContent(
            participant=Participant.objects.get(iso3=iso3),
            kind=ActionKind(kind),
            taken=parse_edtf(taken),
            source=hanoi.sources.first(),
            **more,
        )
        author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
        (entry,) = ledger.record(hanoi, [content], author=author, reviewer=reviewer, now=now)
        recompute(hanoi.pk, today=now.date(), now=now)
        return entry

    return act


def told(entry: Action) -> dict[str, tuple[date, date]]:
    """Return the sentences of a revision's changes of statements, with the days on which they happened."""
    rows = Change.objects.filter(treaty=entry.treaty, revision=entry.revision or 0, subject="statement")
    return {sentence_of(row): (row.happened_earliest, row.as_of) for row in rows}


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("with_convention_computed")
def test_each_change_has_the_day_of_its_own_act_in_whatever_order_they_are_entered(
    enter: Callable[..., Action],
) -> None:
    enter("VNM ratification 2026-03-01")
    made = enter("VNM reservation 2026-03-01", provisions=["14", "15"])
    withdrawn = enter("VNM withdrawal_of_statement 2026-09", provisions=["14"], relates_to=made)
    objection = enter("FRA objection 2026-05-05", relates_to=made)
    ended = enter("FRA withdrawal_of_statement 2026-07-07", relates_to=objection)

    named = "The reservation of Viet Nam on articles 14 and 15"
    september, may, july = (
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 5, 5),) * 2,
        (date(2026, 7, 7),) * 2,
    )
    assert told(withdrawn) == {f"{named} is withdrawn for article 14.": september}
    assert told(objection) == {
        f"{named} is objected to by France.": may,
        "France made an objection.": may,
    }
    assert told(ended) == {
        f"{named} is objected to no longer.": july,
        "The objection of France is withdrawn.": july,
    }


@pytest.mark.slow
@pytest.mark.usefixtures("with_convention_computed")
def test_what_follows_from_time_alone_has_the_day_on_which_it_came(
    hanoi: Treaty, now: datetime, enter: Callable[..., Action]
) -> None:
    enter("VNM ratification 2026-03-01")
    late = enter("VNM reservation 2026-10-05", provisions=["14"])
    assert told(late) == {
        "Viet Nam made a reservation on article 14; it is awaiting acceptance.": (date(2026, 10, 5),) * 2
    }
    recompute(hanoi.pk, today=date(2027, 10, 20), now=now)
    accepted = Change.objects.get(treaty=hanoi, subject="statement", before__state="awaiting_acceptance")
    assert accepted.as_of == accepted.happened_earliest == date(2027, 10, 6)
