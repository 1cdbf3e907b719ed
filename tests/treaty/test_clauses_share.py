"""Share tables of a definition: what is accepted and what is refused, line by line."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.treaty.definitions import full, problems, read
from treaty.clauses import DefinitionError, parse_definition


def _share(**share: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data["entry_into_force"]["share"] = [share]

    return change


@pytest.mark.parametrize(
    ("share", "where", "says"),
    [
        ({"percent": 55}, "table", "is missing"),
        ({"table": "shares.csv"}, "percent", "is missing"),
        ({"table": "shares.csv", "percent": 0}, "percent", "must be above 0 and at most 100, not 0"),
        ({"table": "shares.csv", "percent": 100.5}, "percent", "at most 100, not 100.5"),
        ({"table": "shares.csv", "percent": -1}, "percent", "must be above 0"),
        ({"table": "shares.csv", "percent": "55"}, "percent", "must be a number, not a text"),
        ({"table": "shares.csv", "percent": True}, "percent", "must be a number, not true or false"),
        ({"table": "../shares.csv", "percent": 55}, "table", "is no file name"),
        ({"table": "/etc/passwd", "percent": 55}, "table", "is no file name"),
        ({"table": "absent.csv", "percent": 55}, "table", "absent.csv cannot be read"),
        ({"table": "empty.csv", "percent": 55}, "table", "must begin with the header iso3,value"),
        ({"table": "header.csv", "percent": 55}, "table", "must begin with the header iso3,value"),
        ({"table": "zero.csv", "percent": 55}, "table", "has no value above 0"),
    ],
)
def test_a_wrong_share_is_refused(share: dict[str, object], where: str, says: str) -> None:
    found = problems(_share(**share))
    assert says in found[f"entry_into_force.share[0].{where}"]


def test_every_bad_line_of_a_share_table_is_named() -> None:
    data = full()
    _share(table="bad.csv", percent=55)(data)
    with pytest.raises(DefinitionError) as refused:
        parse_definition(data, read)
    assert [reason for _, reason in refused.value.problems] == [
        'bad.csv, line 3: "BB" is no code of three capital letters',
        "bad.csv, line 4: AAA is listed more than once",
        'bad.csv, line 5: "many" is no number, 0 or more',
        'bad.csv, line 6: "-1" is no number, 0 or more',
        'bad.csv, line 7: "nan" is no number, 0 or more',
        "bad.csv, line 8: has 1 columns, not 2",
    ]
