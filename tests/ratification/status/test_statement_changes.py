"""Sentences on statements: names and not codes, no more than the record has, and the day where it is another one."""

from typing import Any

import pytest

from ratification.status.statement_changes import statement_sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_participants")]


def value(kind: str, state: str = "standing", *provisions: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "kind": kind,
        "taken": "2021-01-01",
        "state": state,
        "provisions": dict.fromkeys(provisions or ("",), state),
        "objections": [],
    } | more


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
