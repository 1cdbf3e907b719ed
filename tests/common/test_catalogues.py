"""The catalogues of translations: nothing is missing, doubtful, or without its placeholders."""

import ast
import io
import os
import re
import shutil
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.core.management import CommandError, call_command

from common import catalogues

IN_TRANSLATION: frozenset[str] = frozenset()
"""Catalogues that may still have messages without a translation, which then are shown in English."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.extracted()


def test_templates_code_and_rules_are_read(template: Catalog) -> None:
    assert template.get("Glossary of treaty terms") is not None  # a template
    assert template.get("Status") is not None or template.get("Status", "the menu") is not None
    plural = template.get("%(number)s day ago")
    assert plural is not None
    assert plural.pluralizable


def test_no_message_is_asked_for_within_a_formatted_string() -> None:
    """Python before 3.12 gives those whole to whoever reads the code for messages: they would get no translation."""
    asking = {
        "gettext",
        "ngettext",
        "pgettext",
        "npgettext",
        "gettext_lazy",
        "pgettext_lazy",
        "ngettext_lazy",
        "message",
    }
    hidden = [
        f"{path.name}:{text.lineno}"
        for folder in catalogues.CODE
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in asking
    ]
    assert hidden == []


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_a_catalogue_has_every_message(template: Catalog, locale: str) -> None:
    """`make messages` adds those that are new."""
    known = {(message.context, message.id) for message in catalogues.read(locale)}
    assert {(message.context, message.id) for message in template} - known == set()


@pytest.mark.parametrize(
    ("locale", "texts", "doubtful"),
    [
        ("ar", ["", "قيد واحد", "قيدان", "%(number)s قيود", "%(number)s قيداً", "%(number)s قيد"], False),
        ("ar", ["%(number)s قيد", "قيد", "قيدان", "قيود", "%(number)s قيداً", "%(number)s قيد"], True),
        ("ru", ["одна запись", "%(number)s записи", "%(number)s записей"], True),  # 21 has this form as well
    ],
)
def test_only_a_form_for_one_number_says_it_in_words(
    locale: str, texts: list[str], *, doubtful: bool
) -> None:
    catalog = Catalog(locale=locale)
    catalog.add(("%(number)s entry", "%(number)s entries"), [texts[0] or texts[-1], *texts[1:]])
    assert bool(list(catalogues.faults(catalog))) == doubtful


def test_the_russian_catalogue_writes_one_letter_for_e_and_one_stop_after_a_day() -> None:
    """The abbreviation of "year", with which a day ends, has the stop already."""
    faulty = [
        text
        for message in catalogues.read("ru")
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
        if "ё" in text.casefold() or re.search(r"%\((when|until|known_until|since)\)s\.", text)
    ]
    assert faulty == []


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_no_translation_is_doubtful(locale: str) -> None:
    assert list(catalogues.faults(catalogues.read(locale))) == []


@pytest.mark.parametrize("locale", [name for name in catalogues.LOCALES if name not in IN_TRANSLATION])
def test_every_message_is_translated(locale: str) -> None:
    assert [message.id for message in catalogues.missing(catalogues.read(locale))] == []


SET_IN_A_ROW = ["%(first)s %(next)s", "%(parameter)s %(problem)s"]
"""The messages of values alone: sentences, between which Chinese sets no space; a name and what is wrong with it."""

PUNCTUATION = frozenset(
    {
        "between the items of a list",
        "between the parts of a line",
        "at the end of a sentence",
        "in brackets after a word",
        "in quotation marks",
    }
)
"""What a message is that is punctuation alone (common/punctuation.py)."""


def test_no_message_is_a_piece_that_is_glued_to_others(template: Catalog) -> None:
    """A language may order and inflect only what is in one message: no filter within, no beginning with a comma."""
    pieces = []
    for message in template:
        for text in [message.id] if isinstance(message.id, str) else message.id:
            own = re.sub(r"%\([^)]*\)[sd]|\{\w*\}|<[^>]*>", "", text)
            filtered = re.search(r"%\([^)]*[|:.][^)]*\)", text)
            separator = message.context in PUNCTUATION
            if text and not separator and (filtered or not own.strip() or re.match(r"\s*[,;:]", text)):
                pieces.append(text)
    assert sorted(pieces) == SET_IN_A_ROW


def test_a_program_that_the_site_may_not_write_is_compiled_when_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without containers the program is root's: the start finds all compiled, and else says what to do."""
    copied = tmp_path / "locale"
    shutil.copytree(catalogues.FOLDER, copied, ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setattr(catalogues, "FOLDER", copied)
    messages = copied / catalogues.LOCALES[0] / "LC_MESSAGES"
    (messages / f"django.{os.getpid()}").mkdir()  # as root, which tests may run as, all else can be written
    with pytest.raises(CommandError, match="run `make site` as the owner of the program"):
        call_command("compilemessages")
    (messages / f"django.{os.getpid()}").rmdir()
    recipe = (settings.BASE_DIR / "Makefile").read_text().split("\nsite:")[1].split("\n\n")[0]
    assert "catalogues.compile_all()" in recipe
    assert (settings.BASE_DIR / "docs" / "operations.md").read_text().count("\nmake site") == 2
    catalogues.compile_all()
    compiled = {path: path.stat().st_mtime_ns for path in copied.rglob("*.mo")}
    call_command("compilemessages")
    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*.mo")} == compiled
    assert len(compiled) == len(catalogues.LOCALES)


def test_faults_are_found() -> None:
    catalog = Catalog(locale="fr")
    catalog.add("Signed on {day}", "Signé le {jour}")
    catalog.add("%(number)s of %(required)s", "%(number)s sur %(required)s")
    catalog.add("{number} day", "{number} jour", flags=["fuzzy"])
    catalog.add("not translated", "")
    assert [fault.split(" ", 5)[:4] for fault in catalogues.faults(catalog)] == [
        ["'Signed", "on", "{day}'", "has"],
        ["'{number}", "day'", "is", "fuzzy"],
    ]
    assert [message.id for message in catalogues.missing(catalog)] == ["not translated"]


def test_what_is_not_translated_is_shown_in_english() -> None:
    catalog = Catalog(locale="ru")
    catalog.add("not translated", "")
    catalog.add(("one day", "days"), ("", "", ""))
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    russian = GNUTranslations(compiled)
    assert russian.gettext("not translated") == "not translated"
    assert russian.ngettext("one day", "days", 3) == "days"
