"""What pages take of CLDR for days, numbers, lists and cities: read from Babel once, kept beside the catalogues.

Babel loads a language's whole data (units, currencies, zones): twelve megabytes in a web process that serves six
languages, of which pages need some hundred words. `make messages` writes these to `locale/*/cldr.json`; a test holds
that what is written by them is what Babel writes.
"""

import json
import re
from pathlib import Path
from typing import Any, TypedDict

SKELETONS = ("yMMMd", "yMMMMd", "yMMM", "yMMMM", "MMMMd")
FOLDER = Path(__file__).resolve().parent.parent / "locale"
_FIELD = re.compile(r"'([^']*)'|(([A-Za-z])\3*)")


class Values(TypedDict):
    """A language's patterns, with `{d}`, `{y}` and the names of months by their field, and what else it writes by."""

    months: dict[str, list[str]]
    days: dict[str, str]
    intervals: dict[str, list[str]]
    decimal: str
    group: str
    lists: dict[str, dict[str, str]]
    cities: dict[str, str]


def file_of(locale: str) -> Path:
    """Return the file that keeps a language's values."""
    return FOLDER / locale / "cldr.json"


def text_of(code: str) -> str:
    """Return what that file says by the Babel that is installed."""
    return json.dumps(_values(code), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_all(locales: tuple[str, ...]) -> None:
    """Write the files of several languages."""
    for locale in locales:
        file_of(locale).write_text(text_of(locale), encoding="utf-8")


def _values(code: str) -> Values:
    from babel import Locale, localedata  # noqa: PLC0415 - web processes do without it
    from babel.core import get_global  # noqa: PLC0415 - the same

    locale = Locale.parse(code)
    known: Any = localedata.get_locale_data(code)
    canonical = get_global("zone_aliases")
    cities = {
        zone: known["time_zones"].get(name, {}).get("city", english_city(name))
        for zone in (*known["time_zones"], *canonical)
        if "/" in (name := canonical.get(zone, zone))
    }
    return {
        "months": {
            field: [known["months"][context][width][number] for number in range(1, 13)]
            for field, context, width in (
                ("MMM", "format", "abbreviated"),
                ("MMMM", "format", "wide"),
                ("LLL", "stand-alone", "abbreviated"),
                ("LLLL", "stand-alone", "wide"),
            )
        },
        "days": {name: _named(locale.datetime_skeletons[name].pattern) for name in SKELETONS},
        "intervals": {
            field: [_named(half) for half in halves]
            for field, halves in known["interval_formats"]["yMMMd"].items()
        },
        "decimal": locale.number_symbols["latn"]["decimal"],
        "group": locale.number_symbols["latn"]["group"],
        "lists": {style: dict(known["list_patterns"][style]) for style in ("standard", "or")},
        "cities": {zone: city for zone, city in cities.items() if city != english_city(zone)},
    }


def english_city(zone: str) -> str:
    """Return the city that a zone is named by."""
    return zone.rpartition("/")[2].replace("_", " ")


def _named(pattern: str) -> str:
    return _FIELD.sub(lambda found: found[1] if found[2] is None else f"{{{found[2]}}}", pattern)
