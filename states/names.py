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
_APOSTROPHES = frozenset("'`\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032")
# Bare footnote marks are digits, and no participant has a digit in its name.
_SEPARATOR = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=1024)  # the same few hundred names come again with every list and search
def normalise(name: str) -> str:
    """Return the form of a participant's name that is compared.

    Args:
        name: A name as any list prints it, with or without footnote marks: "China 2",
            "China<superscript>2</superscript>", or the same with its brackets escaped.

    Returns:
        Lower-case words with one space between them: accents, footnote marks, punctuation and the article
        "the" are gone, "&" is "and". Abbreviations are not expanded ("St." stays "st"). Empty if nothing is
        left. Normalising twice changes nothing.
    """
    text = _TAG.sub(" ", _FOOTNOTE.sub(" ", html.unescape(name)))
    # The acute accent typed as an apostrophe would otherwise decompose into a space.
    text = unicodedata.normalize("NFKD", text.replace("\u00b4", "'").replace("&", " and "))
    plain = "".join(sign for sign in text if not unicodedata.combining(sign) and sign not in _APOSTROPHES)
    return " ".join(word for word in _SEPARATOR.sub(" ", plain.casefold()).split() if word != "the")
