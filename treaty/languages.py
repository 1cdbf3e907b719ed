"""Headings of treaties in the six official languages of the United Nations."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_CHINESE = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class Language:
    """A language with the words of its headings.

    `article` and `chapter` match a heading's beginning and hold its number; `annex` matches what follows the articles.
    `letters` are the marks of subparagraphs in their order.
    """

    code: str
    name: str
    article: re.Pattern[str]
    chapter: re.Pattern[str]
    annex: re.Pattern[str]
    letters: str = ""
    direction: str = "ltr"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = r"(?:[IVXLC]+|\d{1,2})\b"
_ARABIC_PART = r"(?:الفصل|الباب|الجزء|القسم)\s+\S+"
LANGUAGES = {
    language.code: language
    for language in (
        Language(
            "en",
            "English",
            _pattern(r"(?:Article|ARTICLE)\s+(\d{1,3})\b"),
            _pattern(rf"(?:Chapter|CHAPTER|Part|PART|Section|SECTION)\s+{_ROMAN}"),
            _pattern(r"(?:Annex|ANNEX|Interpretative notes|IN WITNESS WHEREOF)\b"),
            _LATIN,
        ),
        Language(
            "fr",
            "French",
            _pattern(r"(?:Article|ARTICLE)\s+(premier|PREMIER|1er|\d{1,3})\b"),
            _pattern(
                rf"(?:Chapitre|CHAPITRE|Partie|PARTIE|Section|SECTION)\s+(?:premier|première|PREMIER|{_ROMAN})"
            ),
            _pattern(r"(?:Annexe|ANNEXE|Notes interprétatives|EN FOI DE QUOI)\b"),
            _LATIN,
        ),
        Language(
            "es",
            "Spanish",
            _pattern(r"(?:Artículo|ARTÍCULO)\s+(\d{1,3})\b"),
            _pattern(rf"(?:Capítulo|CAPÍTULO|Parte|PARTE|Sección|SECCIÓN)\s+(?:primero|{_ROMAN})"),
            _pattern(r"(?:Anexo|ANEXO|Notas interpretativas|EN FE DE LO CUAL)\b"),
            _LATIN,
        ),
        Language(
            "ru",
            "Russian",
            _pattern(r"(?:Статья|СТАТЬЯ)\s+(\d{1,3})\b"),
            _pattern(rf"(?:Глава|ГЛАВА|Часть|ЧАСТЬ|Раздел|РАЗДЕЛ)\s+{_ROMAN}"),
            _pattern(r"(?:Приложение|ПРИЛОЖЕНИЕ|В УДОСТОВЕРЕНИЕ ЧЕГО)\b"),
        ),
        Language(
            "ar",
            "Arabic",
            _pattern(r"المادة\s+(\d{1,3})\b"),
            _pattern(_ARABIC_PART),
            _pattern(r"(?:المرفق|ملاحظات تفسيرية|وإثباتا لذلك|إثباتا لذلك)"),
            direction="rtl",
        ),
        Language(
            "zh",
            "Chinese",
            _pattern(r"第\s*([〇零一二两三四五六七八九十百\d]{1,6})\s*条"),
            _pattern(r"第\s*[一二三四五六七八九十百\d]{1,4}\s*[章部节]"),
            _pattern(r"(?:附件|解释性说明|以昭信守)"),
        ),
    )
}


def number_of(text: str) -> int | None:
    """Read the number of a heading: digits of any script, Chinese numerals, or the French `premier`."""
    if text.casefold() in {"premier", "1er"}:
        return 1
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in _CHINESE:
            digit = _CHINESE[sign]
        elif sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            return None
    return total + digit


def plain(text: str) -> str:
    """Give text with ordinary digits and letters, single spaces, and no marks of direction.

    Presentation forms and full-width signs become the letters that they show; Arabic-Indic digits become digits.
    """
    text = unicodedata.normalize("NFKC", text)
    kept = (sign for sign in text if unicodedata.category(sign) != "Cf" and sign != "\u0640")
    digits = (str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in kept)
    return " ".join("".join(digits).split())


_SCRIPTS = {"ARABIC": "ar", "CJK": "zh", "CYRILLIC": "ru"}
_COMMON = {"en": ("the", "of", "and"), "fr": ("le", "les", "des"), "es": ("el", "los", "del")}


def language_of(text: str) -> str:
    """Give the code of the language that a text is in, by its script and, in Latin letters, its commonest words."""
    scripts = Counter(unicodedata.name(sign, "").partition(" ")[0] for sign in text if sign.isalpha())
    script = max(scripts, key=lambda name: scripts[name], default="")
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    words = Counter(text.casefold().split())
    return max(_COMMON, key=lambda code: sum(words[word] for word in _COMMON[code]))
