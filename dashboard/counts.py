"""Counts in words: exact, or from a least to a most where a date is open. Each is a whole message of the catalogues."""

from collections.abc import Callable

from django.utils.translation import gettext, ngettext

from ratification.rules.outcome import Count

Exactly = Callable[[int], str]
"""Returns the template for a number that is known: `ngettext` chooses it."""


def counted(count: Count, exactly: Exactly, between: str, **values: object) -> str:
    """Return a sentence on a count.

    Args:
        count: how many, for certain and possibly.
        exactly: the template where both are the same, with `%(number)s`.
        between: the template where a date is open, with `%(least)s` and `%(most)s`.
        values: what else the templates name.
    """
    if count.certain == count.possible:
        return exactly(count.certain) % {"number": count.certain, **values}
    return between % {"least": count.certain, "most": count.possible, **values}


def parties_words(count: Count) -> str:
    """Return how many parties: `75 parties`, or `at least 73, at most 74 parties`."""
    return counted(
        count,
        lambda number: ngettext("%(number)s party", "%(number)s parties", number),
        gettext("at least %(least)s, at most %(most)s parties"),
    )


def have_signed(count: Count) -> str:
    """Return how many have signed, as a sentence without its full stop."""
    if not count.possible:
        return gettext("No signature is recorded")
    return counted(
        count,
        lambda number: ngettext("%(number)s has signed", "%(number)s have signed", number),
        gettext("At least %(least)s, at most %(most)s have signed"),
    )


def have_consented(count: Count) -> str:
    """Return how many have consented to be bound, as a sentence."""
    if not count.possible:
        return gettext("No consent to be bound is recorded.")
    return counted(
        count,
        lambda number: ngettext(
            "%(number)s has consented to be bound.", "%(number)s have consented to be bound.", number
        ),
        gettext("At least %(least)s, at most %(most)s have consented to be bound."),
    )
