"""One answer to one question: what a page counts is what its list, its chart and the API count."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from ratification.charts.gallery import CHARTS
from ratification.record import selectors
from states.models import Group
from treaty.models import Treaty

API = "/api/v1/treaties/hanoi/participants/"
LISTS = {"signed only": ("signed-only", {"signatory"}), "neither": ("none", {"none", "unknown"})}


@pytest.fixture
def numbers_of_chart(hanoi: Treaty, today: date) -> dict[str, dict[str, int]]:
    """The three numbers of each group, from the rows that the chart is drawn of."""
    chart = CHARTS["by-group"](selectors.view_of(hanoi, today=today))()
    numbers: dict[str, dict[str, int]] = {}
    for row in chart.rows:
        numbers.setdefault(str(row["group"]), {})[str(row["standing"])] = int(row["participants"])
    return numbers


def test_a_group_has_the_same_numbers_in_chart_filter_and_api(
    client: Client, numbers_of_chart: dict[str, dict[str, int]], get: Callable[..., str]
) -> None:
    compared = 0
    for group in Group.objects.filter(name__in=numbers_of_chart):
        for words, (listed, standings) in LISTS.items():
            expected = numbers_of_chart[group.name][words]
            page = get("/participants/", group=group.slug, list=listed)
            assert len(re.findall(r'<th scope="row">', page)) == expected, (group, words)
            rows = client.get(API, {"group": group.slug}).json()["results"]
            kinds = [row["kind"] for row in rows if row["standing"] in standings]
            assert sum(kind in selectors.CAN_JOIN for kind in kinds) == expected, (
                group,
                words,
            )
            compared += 2
    assert compared > 60


def test_the_members_that_cannot_join_are_not_counted(numbers_of_chart: dict[str, dict[str, int]]) -> None:
    """The African Union is in the G20, Montserrat in CARICOM."""
    twenty = next(numbers for name, numbers in numbers_of_chart.items() if "Twenty" in name)
    assert (twenty["signed only"], twenty["neither"], sum(twenty.values())) == (11, 9, 20)
    caricom = next(numbers for name, numbers in numbers_of_chart.items() if "Caribbean Community" in name)
    assert (caricom["signed only"], caricom["neither"], sum(caricom.values())) == (1, 13, 14)
