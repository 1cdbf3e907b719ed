"""Days, numbers and lists in the six languages."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date

import babel.dates
import babel.lists
import babel.numbers
import pytest
from django.utils.translation import override

from common import catalogues, cldr
from common import local_formats as formats
from common.languages import current

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


@pytest.mark.parametrize("code", ["fr", "es", "ru", "ar", "zh-hans"])
def test_what_is_kept_of_cldr_writes_as_babel_does(code: str) -> None:
    with override(code):
        locale = current().locale
        for day in (date(2026, month, 1 + month) for month in range(1, 13)):
            later = [date(2026, 12, 31), date(2027, 1, 1), day]
            assert formats.day(day) == babel.dates.format_skeleton("yMMMd", day, locale=locale)
            assert formats.long_day(day) == babel.dates.format_skeleton("yMMMMd", day, locale=locale)
            assert formats.month(day) == babel.dates.format_skeleton("yMMM", day, locale=locale)
            assert formats.long_month(day) == babel.dates.format_skeleton("yMMMM", day, locale=locale)
            assert [formats.interval(day, last) for last in later] == [
                babel.dates.format_interval(day, last, "yMMMd", locale=locale) for last in later
            ]
        assert formats.number(-1234567.25, decimals=2) == babel.numbers.format_decimal(
            -1234567.25, "#,##0.00", locale=locale
        )
        for style in ("standard", "or"):
            assert formats.joined(list("ABCD"), style=style) == babel.lists.format_list(
                list("ABCD"), style=style, locale=locale
            )
        for zone in ("America/New_York", "Asia/Calcutta", "Europe/Kyiv", "UTC"):
            place = babel.dates.get_timezone_location(zone, locale=locale, return_city=True)
            assert formats.city(zone) == place


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_what_is_kept_of_cldr_is_what_babel_has(locale: str) -> None:
    assert cldr.file_of(locale).read_text(encoding="utf-8") == cldr.text_of(locale), "make messages renews it"


@pytest.mark.slow
def test_pages_do_without_babel() -> None:
    code = """
import sys
import config.wsgi
from collections.abc import Callable
from datetime import date
from django.utils.translation import override
from common import local_formats
with override("ru"):
    local_formats.day(date(2026, 1, 1))
sys.exit("babel" in sys.modules)
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == 0


@pytest.mark.parametrize("code", ["en", "fr", "es", "ru", "ar", "zh-hans"])
@pytest.mark.parametrize("last", [date(2027, 2, 16), date(2027, 3, 2), date(2028, 1, 5)])
def test_no_line_ends_within_an_interval(code: str, last: date) -> None:
    with override(code):
        written = formats.interval(date(2027, 2, 14), last)
        whole = formats.whole_days(f"Entre {written}.")
    within = whole.removeprefix("Entre ").removesuffix(".")
    assert " " not in within, within
    assert within.count("–") == within.count("–\u2060"), within
    assert formats.whole_days(whole) == whole
    assert " ".join(within.replace("\u2060", "").split()) == " ".join(written.split())


@pytest.mark.parametrize("code", ["en", "fr", "es", "ru", "ar", "zh-hans"])
@pytest.mark.parametrize("write", [formats.day, formats.long_day, formats.day_of_year])
def test_no_line_ends_within_a_day(code: str, write: Callable[[date], str]) -> None:
    with override(code):
        for month in range(1, 13):
            written = write(date(2027, month, 1))
            whole = formats.whole_days(f"({written}): {written}")
            assert " " not in whole.replace("): ", ""), whole
            assert whole.replace("\u00a0", " ") == f"({written}): {written}".replace("\u00a0", " ")
