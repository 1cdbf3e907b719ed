"""The page in other languages: links that keep its question."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri

from common.languages import LANGUAGES, SiteLanguage, current, path_from_english, path_in


@dataclass(frozen=True, slots=True)
class TranslatedPage:
    """The page in one of the languages; `current` is the value of the link's `aria-current`, empty elsewhere."""

    language: SiteLanguage
    address: str
    absolute: str
    current: str


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """The language of a page, the address of the first page in it, and the page in all languages."""

    language: SiteLanguage
    home: str
    translations: list[TranslatedPage]

    @property
    def default(self) -> str:
        """The absolute address for readers of other languages; empty where the page has no address."""
        return next((shown.absolute for shown in self.translations if shown.language.code == "en"), "")


def language_of(request: HttpRequest | None) -> PageLanguage:
    """Return the language of the page and its translations; none of these without a request, or for a foreign host."""
    here = current()
    home = path_from_english("/", here.code)
    if request is None or not _is_ours(request):
        return PageLanguage(here, home, [])
    query = request.META.get("QUERY_STRING", "")
    plain = path_in(request.path, settings.LANGUAGE_CODE) + (f"?{query}" if query else "")
    site, quoted = request.build_absolute_uri("/").removesuffix("/"), iri_to_uri(plain)
    translations = [
        TranslatedPage(
            language,
            path_from_english(plain, code),
            f"{site}{path_from_english(quoted, code)}",
            "page" if language is here else "",
        )
        for code, language in LANGUAGES.items()
    ]
    return PageLanguage(here, home, translations)


def _is_ours(request: HttpRequest) -> bool:
    try:
        request.get_host()
    except DisallowedHost:  # whose refusal is a page too
        return False
    return True
