"""From the text of a `treaty.toml` to a `Definition`, or to all the reasons why not."""

import csv
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from io import StringIO

from treaty.clauses.kinds import CONSENTS, ActionKind
from treaty.clauses.reader import DefinitionError, TomlTable
from treaty.clauses.shapes import (
    Amendment,
    Clause,
    Cooperation,
    Definition,
    Delay,
    Denunciation,
    DomesticApproval,
    EntryIntoForce,
    LaterParties,
    Organizations,
    Share,
    SignatureWindow,
    Subset,
)

ReadTable = Callable[[str], str]
"""Gives the text of a table that stands beside the definition, by its file name; may raise OSError."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ARTICLE = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_ISO3 = re.compile(r"[A-Z]{3}")
_TABLE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.csv")
_NEXT_MONTH = "first-of-next-month"


def parse_definition(data: Mapping[str, object], read_table: ReadTable) -> Definition:
    """Check a parsed `treaty.toml` and give it as a `Definition`.

    Args:
        data: the file as `tomllib` reads it.
        read_table: gives the text of a share table named in the file.

    Raises:
        DefinitionError: with every problem, each by its key.

    """
    problems: list[tuple[str, str]] = []
    top = TomlTable(data, "", problems)
    slug = _slug(top, "slug")
    title = top.text("title")
    short_title = top.text("short_title", required=False) or title
    popular_name = top.text("popular_name", required=False)
    depositary = top.text("depositary")
    depositary_reference = top.text("depositary_reference", required=False)
    adopted_on = top.day("adopted_on")
    adopted_by = top.text("adopted_by", required=False)
    record_as_of = top.day_or_none("as_of")
    clause = _clause(top, slug, read_table)
    cooperation = top.table("cooperation", _cooperation)
    top.end()
    if problems or clause is None:
        raise DefinitionError(tuple(problems))
    return Definition(
        slug=slug,
        title=title,
        short_title=short_title,
        popular_name=popular_name,
        depositary=depositary,
        depositary_reference=depositary_reference,
        adopted_on=adopted_on,
        adopted_by=adopted_by,
        record_as_of=record_as_of,
        clause=clause,
        cooperation=cooperation,
    )


def _clause(top: TomlTable, slug: str, read_table: ReadTable) -> Clause | None:
    signature = top.table("signature", _signature)
    organizations = top.table("organizations", _organizations)
    entry = top.table(
        "entry_into_force", lambda table: _entry_into_force(table, slug, read_table), required=True
    )
    later_parties = top.table("later_parties", _later_parties)
    denunciation = top.table("denunciation", _denunciation)
    amendment = top.table("amendment", _amendment)
    domestic_approval = top.table("domestic_approval", _domestic_approval)
    if entry is None:
        return None
    return Clause(
        entry_into_force=entry,
        signature=signature,
        organizations=organizations,
        later_parties=later_parties,
        denunciation=denunciation,
        amendment=amendment,
        domestic_approval=domestic_approval,
    )


def _cooperation(table: TomlTable) -> Cooperation:
    return Cooperation(
        mutual_legal_assistance=_articles(table, "mutual_legal_assistance"),
        extradition=_articles(table, "extradition"),
    )


def _articles(table: TomlTable, key: str) -> tuple[str, ...]:
    numbers = table.words(key)
    for number in numbers:
        if not _ARTICLE.fullmatch(number):
            table.refuse(key, f'"{number}" is no number of an article')
    return numbers


def _organizations(table: TomlTable) -> Organizations:
    return Organizations(article=table.text("article"), after_member_state=table.flag("after_member_state"))


def _later_parties(table: TomlTable) -> LaterParties:
    return LaterParties(
        article=table.text("article"),
        delay=_delay(table, "delay"),
        not_before_general=table.flag("not_before_general"),
    )


def _denunciation(table: TomlTable) -> Denunciation:
    return Denunciation(article=table.text("article"), delay=_delay(table, "delay"))


def _amendment(table: TomlTable) -> Amendment:
    return Amendment(
        article=table.text("article"),
        proposal_after=_delay(table, "proposal_after"),
        delay=_delay(table, "delay"),
    )


def _signature(table: TomlTable) -> SignatureWindow:
    window = SignatureWindow(
        article=table.text("article"),
        opens_on=table.day("opens_on"),
        closes_on=table.day_or_none("closes_on"),
    )
    if window.closes_on and window.closes_on < window.opens_on:
        table.refuse("closes_on", f"is before opens_on ({window.opens_on})")
    return window


def _entry_into_force(table: TomlTable, slug: str, read_table: ReadTable) -> EntryIntoForce:
    instruments = table.whole("instruments", minimum=1, required=False)
    required = _participants(table, "required_participants")
    entry = EntryIntoForce(
        article=table.text("article"),
        instruments=instruments,
        counted_acts=_counted_acts(table),
        organisations_count=table.flag("organisations_count"),
        delay=_delay(table, "delay"),
        not_before=table.day_or_none("not_before"),
        after_treaty=_slug(table, "after_treaty", required=False),
        required_participants=required,
        shares=table.each("share", lambda inner: _share(inner, read_table)),
        subsets=table.each("subset", _subset),
    )
    if not any(table.has(key) for key in ("instruments", "required_participants", "share")):
        table.refuse(
            "instruments", "is missing, and no required_participants and no share stand in its place"
        )
    if entry.after_treaty and entry.after_treaty == slug:
        table.refuse("after_treaty", "a treaty cannot wait for itself")
    for number, subset in enumerate(entry.subsets):
        if instruments is not None and subset.instruments > instruments:
            table.refuse(
                f"subset[{number}].instruments", f"is more than the {instruments} instruments in all"
            )
    return entry


def _counted_acts(table: TomlTable) -> tuple[ActionKind, ...]:
    acts = []
    for word in table.words("counted_acts"):
        if word in CONSENTS:
            acts.append(ActionKind(word))
        else:
            known = ", ".join(sorted(CONSENTS))
            table.refuse("counted_acts", f'"{word}" is no consent to be bound; known are {known}')
    return tuple(acts)


def _participants(table: TomlTable, key: str) -> tuple[str, ...]:
    codes = table.words(key, required=False)
    for code in codes:
        if not _ISO3.fullmatch(code):
            table.refuse(key, f'"{code}" is no code of three capital letters')
    return codes


def _subset(table: TomlTable) -> Subset:
    instruments = table.whole("instruments", minimum=1)
    return Subset(group=table.text("group").lower(), instruments=instruments or 1)


def _share(table: TomlTable, read_table: ReadTable) -> Share:
    name = table.text("table")
    percent = table.percent("percent")
    values: dict[str, Decimal] = {}
    if name and not _TABLE_NAME.fullmatch(name):
        table.refuse("table", f'"{name}" is no file name such as shares.csv beside the definition')
    elif name:
        try:
            text = read_table(name)
        except (OSError, UnicodeDecodeError) as error:
            table.refuse("table", f"{name} cannot be read: {error}")
        else:
            values = _share_values(table, name, text)
    return Share(table=name, percent=percent, values=values)


def _share_values(table: TomlTable, name: str, text: str) -> dict[str, Decimal]:
    """Read the columns iso3,value. Problems are noted with the line of the file."""
    lines = list(csv.reader(StringIO(text)))
    if not lines or lines[0] != ["iso3", "value"]:
        table.refuse("table", f"{name} must begin with the header iso3,value")
        return {}
    values: dict[str, Decimal] = {}
    for number, row in enumerate(lines[1:], start=2):
        reason = ""
        if len(row) != 2:  # noqa: PLR2004 - the two columns of the header
            reason = f"has {len(row)} columns, not 2"
        elif not _ISO3.fullmatch(row[0]):
            reason = f'"{row[0]}" is no code of three capital letters'
        elif row[0] in values:
            reason = f"{row[0]} is listed more than once"
        else:
            value = _amount(row[1])
            if value is None:
                reason = f'"{row[1]}" is no number, 0 or more'
            else:
                values[row[0]] = value
        if reason:
            table.refuse("table", f"{name}, line {number}: {reason}")
    if not sum(values.values()):
        table.refuse("table", f"{name} has no value above 0")
    return values


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def _domestic_approval(table: TomlTable) -> DomesticApproval:
    approval = DomesticApproval(
        delay=_delay(table, "delay"),
        basis=table.text("basis"),
        source=table.text("source"),
    )
    if not table.flag("reported", required=True) and table.has("reported"):
        table.refuse("reported", "must be true: no article sets this limit")
    return approval


def _slug(table: TomlTable, key: str, *, required: bool = True) -> str:
    slug = table.text(key, required=required)
    if slug and not _SLUG.fullmatch(slug):
        table.refuse(key, f'"{slug}" must be small letters, figures and single hyphens')
    return slug


def _delay(table: TomlTable, key: str) -> Delay:
    """Read a delay: exactly one of days, months, years, 0 or more, and optionally `then`."""
    return table.table(key, _delay_of, required=True) or Delay()


def _delay_of(table: TomlTable) -> Delay:
    units = {unit: table.whole(unit, minimum=0, required=False) for unit in ("days", "months", "years")}
    then = table.text("then", required=False)
    given = [unit for unit in units if table.has(unit)]
    if not given:
        table.refuse("", "names no days, months or years")
    elif len(given) > 1:
        table.refuse("", f"mixes {' and '.join(given)}; give one unit")
    if then not in ("", _NEXT_MONTH):
        table.refuse("then", f'"{then}" is unknown; the only step is "{_NEXT_MONTH}"')
    return Delay(
        days=units["days"] or 0,
        months=units["months"] or 0,
        years=units["years"] or 0,
        then="first-of-next-month" if then else "",
    )
