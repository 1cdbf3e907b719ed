"""Days of what has happened lie in no future."""

from datetime import date

import pytest

from treaty.happened import to_come

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("when", [None, "", TODAY, date(2026, 12, 1), "2026", "2026-12", "2026-11/3000"])
def test_what_may_have_begun_is_taken(when: date | str | None) -> None:
    """Tomorrow has begun east of here; a month or a year is taken from its first day on."""
    assert to_come(when, TODAY) == ""


@pytest.mark.parametrize("when", [date(2026, 12, 2), "2027", "2027-01", "2026-12-02", "3000/3001"])
def test_what_is_to_come_is_refused(when: date | str) -> None:
    assert to_come(when, TODAY) == f"{when} lies in the future; only what has happened is recorded."


@pytest.mark.parametrize("when", ["yesterday", "2026-02-30", "2027-13", "/2027", "..", "2026~"])
def test_what_is_no_day_is_left_to_the_checks_of_days(when: str) -> None:
    """Earlier data have such values, which pages show as they are: a start must not end on one."""
    assert to_come(when, TODAY) == ""
