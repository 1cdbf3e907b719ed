"""Days, numbers and lists in the six languages."""

from datetime import date

import pytest
from django.utils.translation import override

from common import local_formats as formats

JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("code", "day", "long_day", "interval"),
    [
        ("en", "1 Jul 2026", "1 July 2026", "1–13 Jul 2026"),
        ("fr", "1er juil. 2026", "1er juillet 2026", "1–13 juil. 2026"),
        ("es", "1 jul 2026", "1 de julio de 2026", "1–13 jul 2026"),
        ("ru", "1 июл. 2026\u202fг.", "1 июля 2026\u202fг.", "1—13 июл. 2026\u202fг."),
        ("ar", "1 يوليو 2026", "1 يوليو 2026", "1–13 يوليو 2026"),
        ("zh-hans", "2026年7月1日", "2026年7月1日", "2026年7月1日 – 13日"),
    ],
)
def test_days(code: str, day: str, long_day: str, interval: str) -> None:
    with override(code):
        assert formats.day(JULY) == day
        assert formats.long_day(JULY) == long_day
        assert formats.interval(JULY, date(2026, 7, 13)).replace("\u2009", " ") == interval


@pytest.mark.parametrize(
    ("code", "number", "joined"),
    [
        ("en", "12,345.5", "A, B and C"),
        ("fr", "12\u202f345,5", "A, B et C"),
        ("es", "12.345,5", "A, B y C"),
        ("ru", "12\xa0345,5", "A, B и C"),
        ("ar", "12,345.5", "A وB وC"),
        ("zh-hans", "12,345.5", "A、B和C"),
    ],
)
def test_numbers_and_lists(code: str, number: str, joined: str) -> None:
    with override(code):
        assert formats.number(12345.5, decimals=1) == number
        assert formats.joined(["A", "B", "C"]) == joined
