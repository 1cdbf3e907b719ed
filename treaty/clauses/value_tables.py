"""Reading a table of amounts by participant from a definition's folder."""

import csv
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from io import StringIO

from treaty.clauses.conditions import ValueTable
from treaty.clauses.reader import TomlTable

ReadTable = Callable[[str], str]
"""Returns the text of a table in the definition's folder, by its file name; may raise OSError."""
Described = Mapping[str, tuple[str, str]]
"""What the amounts of a table are, and their source, by its file name."""

ISO3 = re.compile(r"[A-Z]{3}", re.ASCII)
_TABLE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv")
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_HEADERS = {("iso3", "value"): False, ("iso3", "year", "value"): True}
_EMPTY = ValueTable("", ((None, {}),))


def read_amounts(table: TomlTable) -> dict[str, tuple[str, str]]:
    """Read `[amounts]`: by the file name of a table, what its amounts are and their source."""

    def described(inner: TomlTable) -> tuple[str, str]:
        return inner.text("what"), inner.text("source")

    found = {name: table.table(name, described) for name in table.keys()}  # noqa: SIM118 - not a mapping
    return {name: said for name, said in found.items() if said}


def read_value_table(
    table: TomlTable, key: str, name: str, read: ReadTable, total: Decimal | None = None
) -> ValueTable:
    """Read the table `name`; problems are noted under `key`, those of a row with the line of the file."""
    if not name:
        return _EMPTY
    if not _TABLE_NAME.fullmatch(name):
        table.refuse(key, f'"{name}" is no file name such as shares.csv beside the definition')
        return _EMPTY
    try:
        text = read(name)
    except (OSError, UnicodeDecodeError) as error:
        table.refuse(key, f"{name} cannot be read: {error}")
        return _EMPTY
    years = _years(table, key, name, text)
    return ValueTable(name, tuple(sorted(years.items(), key=lambda item: item[0] or 0)), total)


def table_text(table: ValueTable) -> str:
    """Return the table as the text of its file."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    yearly = table.years[0][0] is not None
    writer.writerow(["iso3", "year", "value"] if yearly else ["iso3", "value"])
    for year, amounts in table.years:
        for code, amount in amounts.items():
            writer.writerow([code, year, amount] if yearly else [code, amount])
    return sheet.getvalue()


def _years(table: TomlTable, key: str, name: str, text: str) -> Mapping[int | None, dict[str, Decimal]]:
    lines = list(csv.reader(StringIO(text)))
    header = tuple(lines[0]) if lines else ()
    if header not in _HEADERS:
        table.refuse(key, f"{name} must begin with the header iso3,value or iso3,year,value")
        return {None: {}}
    years: dict[int | None, dict[str, Decimal]] = {}
    for number, row in enumerate(lines[1:], start=2):
        reason = _add_row(years, row, yearly=_HEADERS[header])
        if reason:
            table.refuse(key, f"{name}, line {number}: {reason}")
    for year, amounts in (years or {None: {}}).items():
        if not sum(amounts.values()):
            table.refuse(key, f"{name} has no value above 0" + (f" for {year}" if year else ""))
    return years or {None: {}}


def _add_row(years: dict[int | None, dict[str, Decimal]], row: list[str], *, yearly: bool) -> str:
    """Add a row to the amounts of its year, or return the fault."""
    columns = 3 if yearly else 2
    if len(row) != columns:
        return f"has {len(row)} columns, not {columns}"
    code, year, value = row[0], row[1] if yearly else "", _amount(row[-1])
    amounts = years.setdefault(int(year) if _YEAR.fullmatch(year) else None, {})
    wrong = {
        f'"{code}" is no code of three capital letters': not ISO3.fullmatch(code),
        f'"{year}" is no year': yearly and not _YEAR.fullmatch(year),
        f"{code} is listed more than once" + (f" for {year}" if year else ""): code in amounts,
        f'"{row[-1]}" is no number, 0 or more': value is None,
    }
    if value is not None:
        amounts.setdefault(code, value)
    return next((reason for reason, holds in wrong.items() if holds), "")


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None
