"""The languages of the site: the six in which the Convention is authentic. English stands at the plain addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, get_language_from_path, get_language_info

ENGLISH = "en"


class EnglishText(str):
    """English words where the page's language has none: pages mark them with `lang`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SiteLanguage:
    """A language: its code in addresses and settings, its tag (BCP 47), its own name, and its direction."""

    code: str
    tag: str
    name: str
    direction: str

    @property
    def locale(self) -> str:
        """The name of its data in CLDR, and of its folder under `locale/`."""
        return self.tag.replace("-", "_")

    @property
    def key(self) -> str:
        """The key under which its texts stand in the API and in `?lang=` of the embeds: without the script."""
        return self.tag.partition("-")[0]


def _language(code: str) -> SiteLanguage:
    language, _, script = code.partition("-")
    info = get_language_info(code)
    return SiteLanguage(
        code,
        f"{language}-{script.title()}" if script else language,
        info["name_local"],
        "rtl" if info["bidi"] else "ltr",
    )


LANGUAGES = {code: _language(code) for code, _ in settings.LANGUAGES}
"""By code, in the order of the switch."""


def current() -> SiteLanguage:
    """Return the language in which texts are now written."""
    return LANGUAGES.get(get_language() or "") or LANGUAGES[settings.LANGUAGE_CODE]


KEYS = {language.key: language for language in LANGUAGES.values()}
"""By the value of `?lang=`."""


def asked_language(texts: Sequence[str]) -> SiteLanguage | None:
    """Read `?lang=` of a table, a feed or a calendar; None where it is not given.

    Raises:
        ValueError: with a sentence that names the languages.
    """
    if not texts:
        return None
    if len(texts) > 1 or texts[0] not in KEYS:
        raise ValueError(f"lang: “{', '.join(texts)}” is not one of {', '.join(KEYS)}.")
    return KEYS[texts[0]]


def code_of(path: str) -> str:
    """Return the code of the language in which the page at a path is written."""
    return get_language_from_path(path) or settings.LANGUAGE_CODE


def path_in(path: str, code: str) -> str:
    """Return the path of the same page in another language."""
    here = code_of(path)
    return path_from_english(path if here == settings.LANGUAGE_CODE else path.removeprefix(f"/{here}"), code)


def path_from_english(path: str, code: str) -> str:
    """Return the path of a page in a language by that of the page in English."""
    return path if code == settings.LANGUAGE_CODE else f"/{code}{path}"
