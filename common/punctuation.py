"""Punctuation between values that no sentence joins, as the language of the page writes it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext


def comma() -> str:
    """Return what stands between the items of a list."""
    return pgettext("between the items of a list", ", ")


def part_comma() -> str:
    """Return what stands between the parts of a line, which Chinese writes otherwise than the items of a list."""
    return pgettext("between the parts of a line", ", ")


def semicolon() -> str:
    """Return what stands between parts that have commas of their own."""
    return pgettext("between the parts of a line", "; ")


def colon() -> str:
    """Return what stands between a name and what is said of it."""
    return pgettext("between the parts of a line", ": ")


def full_stop() -> str:
    """Return the end of a sentence that ends with a value."""
    return pgettext("at the end of a sentence", ".")


def in_brackets(words: object) -> str:
    """Write words in brackets, with what parts them from the word before."""
    return pgettext("in brackets after a word", " ({words})").format(words=words)


def bracketed(words: object) -> SafeString:
    """Write words of a page in brackets: what is markup stays so."""
    return format_html(in_brackets("{}"), words)


def quoted(words: object) -> SafeString:
    """Write words in quotation marks."""
    return format_html(pgettext("in quotation marks", "“{words}”"), words=words)
