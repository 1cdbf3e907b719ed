"""Catalogues of translated messages under `locale/`: extracted from the code, compiled, and checked.

The commands `makemessages` (`make messages`) and `compilemessages` do with it what Django's own do with GNU gettext,
which therefore nobody needs to install: Django turns the tags of templates into calls, Babel reads these and the code.
"""

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale"
LOCALES = ("ar", "es", "fr", "ru", "zh_Hans")
CODE = ("common", "config", "dashboard", "embeds", "ratification", "states", "treaty", "api")
"""Folders whose Python is read, beside the templates; the panel is in English."""
PANEL = ROOT / "templates" / "admin"
KEYWORDS: dict[str, Any] = {
    f"{name}{suffix}": places
    for name, places in (
        ("gettext", None),
        ("ngettext", (1, 2)),
        ("pgettext", ((1, "c"), 2)),
        ("npgettext", ((1, "c"), 2, 3)),
    )
    for suffix in ("", "_lazy")
} | {"gettext_noop": None, "_": None, "message": None, "plural_message": (1, 2)}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
COUNTS = ("%(number)s", "%(days)s")
"""Placeholders of numbers by which plural forms are chosen."""
_VOLATILE = re.compile(
    rb'^"(POT-|PO-|Generated-By|Last-Translator|Language-Team|Project-Id-|Report-Msgid-)[^\n]*\n',
    re.MULTILINE,
)
"""Headers that would change with each update."""
_INDENT = re.compile(r"^\s+", re.MULTILINE)


def extracted() -> Catalog:
    """Return the messages of templates and code, with the places where they stand and the comments for translators."""
    found = Catalog()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":  # its tags as calls; their place in a line means nothing to Python
            text = _INDENT.sub("", templatize(text, str(path)))
        source = io.BytesIO(text.encode())
        for line, message, comments, context in extract("python", source, KEYWORDS, ("Translators:",)):
            place = (path.relative_to(ROOT).as_posix(), line)
            found.add(message, locations=[place], auto_comments=comments, context=context)
    return found


def read(locale: str) -> Catalog:
    """Return the catalogue of a locale; an empty one where there is none yet."""
    path = _path(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def updated(locale: str, template: Catalog) -> bytes:
    """Return a catalogue as it stands with the messages of the template: translations kept, others dropped."""
    catalog = read(locale)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = (
        f"# Messages of the treaty status tracker: {locale}. CONTRIBUTING.md says how to correct one."
    )
    written = io.BytesIO()
    write_po(written, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return _VOLATILE.sub(b"", written.getvalue())


def faults(catalog: Catalog) -> Iterator[str]:
    """Name each message whose translation is doubtful, or has other placeholders than the message.

    A form that stands for one number alone, such as the dual in Arabic, may say it in words.
    """
    exact = _exact_forms(catalog)
    for message in catalog:
        if not message.id or not all(_texts(message.string)):
            continue
        if message.fuzzy:
            yield f"{_first(message)!r} is fuzzy"
        wanted = [_placeholders(text) for text in _texts(message.id)]
        for form, text in enumerate(_texts(message.string)):
            found = _placeholders(text)
            without = (
                [sorted([*found, count]) for count in COUNTS]
                if message.pluralizable and form in exact
                else []
            )
            if not any(each in wanted for each in [found, *without]):
                yield f"{_first(message)!r} has other placeholders in {text!r}"


def _exact_forms(catalog: Catalog) -> set[int]:
    """Return the plural forms that stand for one number alone."""
    form_of = c2py(catalog.plural_expr)
    return {form for form, numbers in Counter(map(form_of, range(1000))).items() if numbers == 1}


def missing(catalog: Catalog) -> list[Message]:
    """Return the messages without a translation, or without one for each plural form."""
    return [message for message in catalog if message.id and not all(_texts(message.string))]


def update_all() -> None:
    """Write what has been extracted into every catalogue."""
    template = extracted()
    for locale in LOCALES:
        _path(locale).parent.mkdir(parents=True, exist_ok=True)
        _path(locale).write_bytes(updated(locale, template))


def compile_all() -> None:
    """Compile each catalogue that is newer than its compiled file. Another process sees the old file or the new one."""
    for locale in LOCALES:
        source = _path(locale)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read(locale))
        draft.replace(target)


def _path(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[Path]:
    """Give the files that have messages, always in the same order."""
    for folder in CODE:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if PANEL not in path.parents:
            yield path


def _texts(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def _first(message: Message) -> str:
    return _texts(message.id)[0]


def _placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in _PLACEHOLDER.finditer(text))
