"""The regions of the United Nations' statistics (M49), in the active language. They are stored in English."""

from django.utils.translation import gettext, gettext_noop

NAMES = (
    gettext_noop("Africa"),
    gettext_noop("Americas"),
    gettext_noop("Asia"),
    gettext_noop("Europe"),
    gettext_noop("Oceania"),
)


def region_words(name: str) -> str:
    """Return the name of a region in the active language; one that the catalogues lack in English."""
    return gettext(name) if name else ""
