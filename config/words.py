"""Translations that a process remembers: a page looks up some three hundred words.

For each of them Django reads the active language where code in an event loop could find it, too, and asks several
catalogues. Together that took a seventh of a page's calls (docs/performance.md). The site needs neither: it has no
event loop and serves each request in one thread, and the words of a language stay as they are.
"""

from functools import lru_cache
from threading import local

from django.utils.translation import trans_real

MOST = 2048
"""Number of words of a language that a process remembers; there are fewer."""


class RememberedWords(trans_real.DjangoTranslation):
    """The catalogues of a language, asked once for each word."""

    def __init__(self, language: str, domain: str | None = None, localedirs: list[str] | None = None) -> None:
        super().__init__(language, domain, localedirs)
        self.gettext = lru_cache(maxsize=MOST)(self.gettext)  # type: ignore[method-assign]  # each object's own


def remember_words() -> None:
    """Let each language that is asked for from now on remember its words."""
    trans_real._active = local()  # type: ignore[attr-defined]  # noqa: SLF001 - replaced as Django's own tests do
    trans_real._translations.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - the same
    trans_real.DjangoTranslation = RememberedWords  # type: ignore[misc]  # looked up by name where one is made
