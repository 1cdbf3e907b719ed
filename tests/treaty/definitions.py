"""A definition with every key, and what is said against a change to it."""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from treaty.clauses import DefinitionError, parse_definition

TABLES = {
    "shares.csv": "iso3,value\nAAA,60.5\nBBB,39.5\n",
    "empty.csv": "",
    "header.csv": "code,share\nAAA,1\n",
    "bad.csv": "iso3,value\nAAA,1\nBB,2\nAAA,3\nCCC,many\nDDD,-1\nEEE,nan\nFFF\n",
    "zero.csv": "iso3,value\nAAA,0\n",
}
FULL = """
slug = "example"
title = "A Treaty"
short_title = "Treaty"
popular_name = "The Example"
depositary = "Secretary-General of the United Nations"
depositary_reference = "I-1"
adopted_on = 2020-01-01
adopted_by = "A/RES/1"
as_of = 2025-01-01

[signature]
article = "1"
opens_on = 2020-02-01
closes_on = 2020-12-31

[entry_into_force]
article = "2(1)"
instruments = 3
counted_acts = ["ratification", "formal_confirmation"]
organisations_count = true
delay = { months = 3, then = "first-of-next-month" }
not_before = 2021-01-01
after_treaty = "another-one"
required_participants = ["AAA", "BBB"]
share = [{ table = "shares.csv", percent = 55.5 }]
subset = [{ group = "COE", instruments = 2 }]

[later_parties]
article = "2(2)"
delay = { days = 30 }
not_before_general = true

[denunciation]
article = "4"
delay = { years = 1 }

[amendment]
article = "3"
proposal_after = { years = 5 }
delay = { days = 0 }

[reservations]
article = "5"
permitted = "only"
provisions = ["6", "11(1)(a)"]

[domestic_approval]
reported = true
delay = { days = 90 }
basis = "reported"
source = "Press"

[cooperation]
mutual_legal_assistance = ["5", "6"]
extradition = ["7"]
"""


def read(name: str) -> str:
    if name not in TABLES:
        raise FileNotFoundError(2, "No such file", name)
    return TABLES[name]


def full() -> dict[str, Any]:
    return deepcopy(tomllib.loads(FULL))


def problems(change: Callable[[dict[str, Any]], object]) -> dict[str, str]:
    data = full()
    change(data)
    with pytest.raises(DefinitionError) as refused:
        parse_definition(data, read)
    found = refused.value.problems
    assert (refused.value.key, refused.value.reason) == found[0]
    assert all(f"{key}: {reason}" in str(refused.value) for key, reason in found)
    return dict(found)
