"""Fields of the form for a treaty: each key of `treaty.toml` that is no tree, as people write it, and back.

What the fields cannot say (a tree of conditions, shares, periods of notice) is written as in `treaty.toml` in a field
of its own; both are merged, and read by the reader of the file.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django import forms

from panel.base import PrintedDateField
from treaty.clauses import CONSENTS, ActionKind
from treaty.clauses.kinds import ADMISSIBLE
from treaty.writing import to_toml

TOP = ""
_STEP = re.compile(
    r"(?:(\d+) (day|month|year)s?|to (\d\d-\d\d))(?:,? then (first-of-next-month|first-of-next-year))?",
    re.ASCII,
)
DELAY_HELP = "90 days; 3 months; 5 months, then first-of-next-month; 6 months and 60 days; to 07-01"
_COUNTS = [
    ("", "not"),
    ("true", "as one"),
    ("members", "as its members"),
    ("binding", "as one, binding its members"),
]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of `treaty.toml` with its kind of field."""

    table: str
    key: str
    kind: str
    help_text: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Name of the field."""
        return f"{self.table or 'treaty'}__{self.key}"

    def field(self) -> forms.Field:
        """Return the field."""
        asked: dict[str, Any] = {
            "required": self.table == TOP and self.key in {"slug", "title", "depositary", "adopted_on"},
            "label": self.key.replace("_", " ").capitalize(),
            "help_text": self.help_text or (DELAY_HELP if self.kind == "delay" else ""),
        }
        if self.kind in {"kinds", "choice"}:
            asked["choices"] = self.choices
        kinds: dict[str, Callable[..., forms.Field]] = {
            "day": PrintedDateField,
            "flag": forms.BooleanField,
            "whole": partial(forms.IntegerField, min_value=1),
            "kinds": partial(forms.MultipleChoiceField, widget=forms.CheckboxSelectMultiple),
            "choice": forms.ChoiceField,
            "lines": partial(forms.CharField, widget=forms.Textarea(attrs={"rows": 2})),
        }
        line = partial(forms.CharField, widget=forms.TextInput(attrs={"class": "vTextField"}))
        return kinds.get(self.kind, line)(**asked)


def _kinds(kinds: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - any collection of kinds
    return tuple((kind.value, kind.label) for kind in ActionKind if kind in kinds)


_ARTICLE = "such as 65(1)"
KEYS = (
    Key(TOP, "slug", "text", "Short name in addresses and commands, such as hanoi; it stays."),
    Key(TOP, "title", "text"),
    Key(TOP, "short_title", "text"),
    Key(TOP, "popular_name", "text"),
    Key(TOP, "about", "text", "What the treaty does; goes on after its name, without a full stop."),
    Key(TOP, "depositary", "lines", "One a line where there are several."),
    Key(TOP, "depositary_reference", "text", "Such as XVIII-16."),
    Key(TOP, "depositary_timezone", "text", "IANA name, such as America/New_York; empty: UTC."),
    Key(TOP, "adopted_on", "day"),
    Key(TOP, "adopted_by", "text", "Such as A/RES/79/243."),
    Key(TOP, "as_of", "day", "For a list taken over whole: the day on which it was true."),
    Key(TOP, "known_until", "day", "Until when the list of acts can be vouched for."),
    Key(TOP, "known_until_source", "text", "Key of the source that says so, or a citation."),
    Key(TOP, "texts", "lines", "Title and address of each text, one a line: English: https://..."),
    Key("signature", "article", "text", _ARTICLE),
    Key("signature", "opens_on", "day"),
    Key("signature", "closes_on", "day", "The last day, included; empty: it stays open."),
    Key("acts", "article", "text", _ARTICLE),
    Key("acts", "kinds", "kinds", "The acts that the treaty admits.", _kinds(ADMISSIBLE)),
    Key("organizations", "article", "text", _ARTICLE),
    Key("organizations", "after_member_state", "flag", "An organization acts only after a member State."),
    Key("entry_into_force", "article", "text", _ARTICLE),
    Key("entry_into_force", "instruments", "whole", "So many instruments."),
    Key("entry_into_force", "counted_acts", "kinds", "", _kinds({*CONSENTS, ActionKind.DECLARATION})),
    Key("entry_into_force", "under", "text", "The article of counted declarations."),
    Key("entry_into_force", "delay", "delay"),
    Key("entry_into_force", "required_participants", "words", "Codes of those that must be among them."),
    Key("entry_into_force", "on", "day", "A day that the text names."),
    Key("entry_into_force", "not_before", "day"),
    Key("entry_into_force", "after_treaty", "words", "Short names of treaties that must be in force first."),
    Key("entry_into_force", "organisations_count", "choice", "An organization's instrument.", tuple(_COUNTS)),
    Key("entry_into_force", "members_not_bound", "words", "Codes of member States that it does not bind."),
    Key("entry_into_force", "territories_count", "flag"),
    Key("entry_into_force", "succession_basis", "text", "Why successions count without being named."),
    Key(
        *(
            "entry_into_force",
            "former_states_count",
            "choice",
            "Whether instruments of former States still count.",
        ),
        (("", "yes"), ("false", "no")),
    ),
    Key("later_parties", "article", "text", _ARTICLE),
    Key("later_parties", "delay", "delay"),
    Key(
        *("later_parties", "counted_from", "choice", ""),
        (("", "deposit"), ("notification", "the depositary's notification")),
    ),
    Key(
        *("later_parties", "after", "choice", "Later is who deposits after"),
        (("", "the condition was met"), ("entry_into_force", "entry into force")),
    ),
    Key("later_parties", "not_before_general", "flag", "Or general entry into force, whichever is later."),
    Key("denunciation", "article", "text", _ARTICLE),
    Key("denunciation", "delay", "delay"),
    Key("denunciation", "organization_article", "text"),
    Key("termination", "article", "text", _ARTICLE),
    Key("termination", "fewer_than", "whole", "So many parties."),
    Key("termination", "on", "day"),
    Key("termination", "after", "delay"),
    Key("termination", "event", "text"),
    Key("amendment", "article", "text", _ARTICLE),
    Key("amendment", "proposal_after", "delay"),
    Key("amendment", "delay", "delay"),
    Key("domestic_approval", "reported", "flag"),
    Key("domestic_approval", "delay", "delay"),
    Key("domestic_approval", "basis", "text"),
    Key("domestic_approval", "source", "text"),
    Key("cooperation", "mutual_legal_assistance", "words", "Articles, the general one first."),
    Key("cooperation", "extradition", "words"),
)
TABLES = tuple(dict.fromkeys(key.table for key in KEYS if key.table))


def from_fields(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields say, as `tomllib` would read it.

    Raises:
        forms.ValidationError: by field, if one cannot be read.
    """
    data: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key in KEYS:
        try:
            value = _read(key, cleaned.get(key.name))
        except ValueError as error:
            wrong[key.name] = str(error)
            continue
        if value is not None:
            (data.setdefault(key.table, {}) if key.table else data)[key.key] = value
    if wrong:
        raise forms.ValidationError(wrong)
    return data


def merged(data: dict[str, Any], further: str) -> dict[str, Any]:
    """Return what the fields say with what is written as in `treaty.toml`.

    Raises:
        ValueError: if that is no TOML, or says what a field says already.
    """
    try:
        more = tomllib.loads(further)
    except RecursionError as error:
        raise ValueError("tables and lists are nested too deeply") from error
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            if twice := set(value) & set(data[key]):
                raise ValueError(f"{key}.{min(twice)} is said by a field already")
            data[key] |= value
        elif key in data:
            raise ValueError(f"{key} is said by a field already")
        else:
            data[key] = value
    return data


def to_fields(data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the values of the fields, and the rest as TOML."""
    rest = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    values: dict[str, Any] = {}
    for key in KEYS:
        table = rest.get(key.table, {}) if key.table else rest
        if key.key not in table:
            continue
        written = _written(key, table[key.key])
        if written is not None:
            values[key.name] = written
            del table[key.key]
    return values, to_toml({key: value for key, value in rest.items() if value != {}})


def _read(key: Key, value: Any) -> Any:  # noqa: ANN401 - any field's value goes in, any of TOML comes out
    if value in (None, "", [], False):
        return None
    match key.kind:
        case "words":
            return [word for word in re.split(r"[\s,;]+", value) if word]
        case "delay":
            return _read_delay(value)
        case "choice":
            return {"true": True, "false": False}.get(value, value)
        case "lines":
            return _read_lines(key, [line.strip() for line in value.splitlines() if line.strip()])
    return value


def _read_lines(key: Key, lines: list[str]) -> Any:  # noqa: ANN401 - any of TOML
    if key.key == "depositary":
        return lines if len(lines) > 1 else lines[0]
    texts = [line.partition(": ") for line in lines]
    if any(not address for _, _, address in texts):
        raise ValueError("each line has a title, a colon and an address: English: https://...")
    return [{"title": title.strip(), "address": address.strip()} for title, _, address in texts]


def _read_delay(text: str) -> Any:  # noqa: ANN401 - a table, or a list of tables
    steps = []
    for part in re.split(r" and |;", text):
        found = _STEP.fullmatch(part.strip())
        if not found:
            raise ValueError(f"“{part.strip()}” is no delay; write it like one of these: {DELAY_HELP}")
        number, unit, day, then = found.groups()
        step: dict[str, Any] = {"to": day} if day else {f"{unit}s": int(number)}
        steps.append(step | ({"then": then} if then else {}))
    return steps if len(steps) > 1 else steps[0]


def _written(key: Key, value: Any) -> Any:  # noqa: ANN401 - any of TOML goes in, a field's value comes out
    """Return a value as people write it; None where the field cannot say it."""
    writes: dict[str, Callable[[Key, Any], Any]] = {
        "text": lambda _, text: text if isinstance(text, str) and "\n" not in text else None,
        "day": lambda _, day: day if isinstance(day, date) else None,
        "words": _written_words,
        "delay": lambda _, delay: " and ".join(_steps(delay if isinstance(delay, list) else [delay])),
        "choice": _written_choice,
        "lines": _written_lines,
    }
    write = writes.get(key.kind)
    return write(key, value) if write else value


def _written_words(_key: Key, value: Any) -> str | None:  # noqa: ANN401 - as above
    words = [value] if isinstance(value, str) else value
    return ", ".join(words) if all(re.fullmatch(r"[^\s,;]+", str(word)) for word in words) else None


def _written_choice(key: Key, value: Any) -> str | None:  # noqa: ANN401 - as above
    given = str(value).lower()
    if given in dict(key.choices):
        return given
    return "" if given in {"true", "false", "none", "deposit", "threshold"} else None


def _written_lines(key: Key, value: Any) -> str | None:  # noqa: ANN401 - as above
    if key.key == "depositary":
        return "\n".join(value) if isinstance(value, list) else str(value)
    if any(": " in text["title"] for text in value):
        return None
    return "\n".join(f"{text['title']}: {text['address']}" for text in value)


def _steps(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        then = f", then {step['then']}" if "then" in step else ""
        if "to" in step:
            yield f"to {step['to']}{then}"
            continue
        unit = next(unit for unit in ("days", "months", "years") if unit in step)
        yield f"{step[unit]} {unit}{then}"
