"""Normalisation of names for comparison.

Lists of different years and offices write the same participant differently: with footnote marks, other
apostrophes, accents or none, capitals, the article in front, behind or left out. `normalise` takes those
differences away, and only those: two names are the same if, and only if, they normalise to the same text.
The names of each participant stand in `states/data/`.
"""

import html
import re
import unicodedata
from functools import lru_cache

# A footnote mark, with what stands in it: <superscript>1, 2</superscript>.
_FOOTNOTE = re.compile(r"<(superscript|sup)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# Apostrophes join what they stand between (d'Ivoire, People's), whichever sign was typed, or none.
_APOSTROPHES = frozenset(
    "'`\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u05f3"
    "\u2018\u2019\u201a\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c"
)
# Accents that stand alone are typed as apostrophes too; decomposed, they would be a space.
_LONE_ACCENTS = re.compile("[\u00b4\u0384\u1fbd\u1fbf\u1fef\u1ffd\u1ffe]")
_DESCRIBED = re.compile(r"(?P<name>[^()]+?) ?\((?P<what>[^()]+)\)")
# Traditional characters as far as Chinese names of States and their descriptions have them, and the simplified ones.
_TRADITIONAL = str.maketrans(
    "東義烏買亞眾倫蘭茲內岡幾凱剛別勞華盧敘國圖聖堅奧寧賓爾屬島庫開時來歐湯澤濟約納紐紹維緬羅聯脫臘蘇萊薩諾貝贊達長門韋韓頓顛馬魯鮮麥祕裡會獨區",
    "东义乌买亚众伦兰兹内冈几凯刚别劳华卢叙国图圣坚奥宁宾尔属岛库开时来欧汤泽济约纳纽绍维缅罗联脱腊苏莱萨诺贝赞达长门韦韩顿颠马鲁鲜麦秘里会独区",
)
# Bare footnote marks are digits, and no participant has a digit in its name.
_SEPARATOR = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=2048)  # the same names in six languages come again with every list and search
def normalise(name: str) -> str:
    """Return the form of a participant's name that is compared.

    Args:
        name: A name as any list prints it, with or without footnote marks: "China 2",
            "China<superscript>2</superscript>", or the same with its brackets escaped.

    Returns:
        Lower-case words with one space between them: accents, footnote marks, punctuation and the article
        "the" are gone, "&" is "and", and Chinese characters are the simplified ones. Abbreviations are not
        expanded ("St." stays "st"). Empty if nothing is
        left. Normalising twice changes nothing.
    """
    text = _TAG.sub(" ", _FOOTNOTE.sub(" ", html.unescape(name)))
    text = unicodedata.normalize("NFKD", _LONE_ACCENTS.sub("'", text).replace("&", " and "))
    text = text.translate(_TRADITIONAL)
    plain = "".join(sign for sign in text if not _is_left_out(sign))
    return " ".join(word for word in _SEPARATOR.sub(" ", plain.casefold()).split() if word != "the")


def in_natural_order(name: str) -> str:
    """Return a name whose description stands behind it in brackets with that in front; empty for any other.

    "Iran (Islamic Republic of)" is "Islamic Republic of Iran".
    """
    match = _DESCRIBED.fullmatch(name.strip())
    if match is None:
        return ""
    link = "" if unicodedata.normalize("NFKC", match["what"])[-1] in _APOSTROPHES else " "
    return f"{match['what']}{link}{match['name']}"


def _is_left_out(character: str) -> bool:
    """Return whether a character is an accent, an apostrophe, or invisible (a soft hyphen, a mark of direction)."""
    return (
        character in _APOSTROPHES
        or unicodedata.combining(character) != 0
        or unicodedata.category(character) == "Cf"
    )
