"""Fixed phrases of depositary notifications, in English and French, and the tidying of a pasted text."""

import re

from ratification.intake.printed import read_days
from ratification.rules.dates import Span

LANGUAGES = {
    "arabic": "ar", "arabe": "ar", "chinese": "zh", "chinois": "zh", "english": "en", "anglais": "en",
    "french": "fr", "francais": "fr", "russian": "ru", "russe": "ru", "spanish": "es", "espagnol": "es",
    "azerbaijani": "az", "portuguese": "pt", "portugais": "pt", "german": "de", "allemand": "de",
    "vietnamese": "vi", "vietnamien": "vi", "italian": "it", "italien": "it", "dutch": "nl", "neerlandais": "nl",
    "turkish": "tr", "turc": "tr", "japanese": "ja", "japonais": "ja", "persian": "fa", "persan": "fa",
    "greek": "el", "grec": "el", "polish": "pl", "polonais": "pl", "ukrainian": "uk", "ukrainien": "uk",
    "swedish": "sv", "suedois": "sv", "korean": "ko", "coreen": "ko", "hebrew": "he", "hebreu": "he",
}  # fmt: skip


def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that ignores case and takes either apostrophe."""
    return re.compile(pattern.replace("'", "['\u2019]"), re.IGNORECASE)


DAY = r"(?:(?:1\s?(?:er|\u1d49\u02b3)|premier|\d{1,2}(?:st|nd|rd|th)?)\s+[^\W\d_]+\.?|[^\W\d_]+\.?\s+\d{1,2},)\s+\d{4}"
REFERENCE = re.compile(
    r"C\s?\.\s?N\s?\.\s?(?P<number>\d{1,5})\s?\.\s?(?P<year>\d{4})\s?\.\s?(?:REISSUED\s?\.\s?(?P<reissued>\d{8})\s?\.\s?)?"
    r"TREATIES\s?-\s?(?P<place>[IVXL]+(?:[.-]\s?[0-9A-Za-z]{1,3}\b)*|\d+(?:/\d+)*)",
    re.IGNORECASE,
)
REFERENCE_LINE = re.compile(r"^\W*(?:(?:reference|référence|ref|réf)\b|c\s?\.\s?n\s?\.\s?\d)", re.IGNORECASE)
SUBJECT = re.compile(
    r"^(?:(?:subject|objet)\s?:\s*)?(?P<who>[^\W\d_][^:]{1,90}?)\s?(?::|\s[-\u2013\u2014]\s)\s?(?P<acts>.{4,200})$",
    re.IGNORECASE,
)
EFFECTED = phrase(
    r"(?:the above(?:-mentioned)? (?:(?P<many>actions|objections|declarations|communications)|[a-z]+) (?:was|were)"
    r" (?:effected|received|deposited) on"
    r"|(?:(?P<plusieurs>les [a-zé]+s)|l'[a-zé]+|l[ae] [a-zé]+) (?:susmentionnée?|susvisée?|précitée?|ci-dessus)s?"
    r"(?: mentionnée?s?)? (?:a été|ont été) (?:effectuée?|reçue?|déposée?)s? le)"
    rf" (?P<day>{DAY})"
)
IN_FORCE = phrase(
    r"(?:(?:will|shall) enter into force for"
    r"|entrera en vigueur (?:pour|à l'égard d(?:e la|e l'|u|es|e)|en ce qui concerne)) ?"
    rf"(?P<who>.{{2,90}}?) (?:on|le) (?P<day>{DAY})"
)
DATE_LINE = re.compile(
    rf"^(?:(?!le )[^\W\d_][^\W\d_ .'-]{{1,30}}(?: [^\W\d_]+)?, )?(?:le )?(?P<day>{DAY})\.?$", re.IGNORECASE
)
SECOND_DAY = re.compile(rf"^\s*(?:,|and|et|or|ou|to|au|-)\s*(?:on |le )?{DAY}", re.IGNORECASE)
_FURTHER_DAY = re.compile(rf"^[^.;]*?\b{DAY}", re.IGNORECASE)
ORIGINAL = re.compile(r"original\s?:\s?(?P<language>[^()\[\]]+)", re.IGNORECASE)
MARK = r"[(\[](?:original\s?:\s?[^()\[\]]{3,30}|(?:[^()\[\]]{0,30})?(?:translation|traduction)[^()\[\]]{0,30})[)\]]"
MARKS = re.compile(rf"(?:\s*{MARK}\.?)+\s*$", re.IGNORECASE)
TRANSLATED = re.compile(r"translation|traduction", re.IGNORECASE)
PAGE = re.compile(
    r"^[-\u2013\u2014 ]*(?:page )?\d{1,3}(?: (?:of|de|/) ?\d+)?[-\u2013\u2014 ]*$", re.IGNORECASE
)
BOILERPLATE = phrase(
    r"^(?:reference|référence)\s?:|^(?:united nations|nations unies|[-\u2013/ ])+$"
    r"|^postal address|^adresse postale|^cable address"
    r"|^adresse télégraphique|^the secretary-general of the united nations, acting|communicates the following"
    r"|^le secrétaire général de l'organisation|^attention\s?:|^à l'attention|^depositary notifications are"
    r"|^les notifications dépositaires|^\(?(?:depositary notification|notification dépositaire)\)?$"
    r"|^(?:the )?following\s?:$|acting in (?:his|her) capacity|agissant en sa qualité"
    r"|communique (?:ce qui suit)?\s?:$"
)
ANNOUNCED = phrase(
    r"\W*(?:with|together with|avec|and)?(?: the following| l[ae]s?)?"
    r"(?: (?:declarations?|reservations?|notifications?|statements?|déclarations?|réserves?))?"
    r"(?: (?:and|et)(?: l[ae]s)? (?:declarations?|reservations?|notifications?|déclarations?|réserves?))?"
    r"(?: suivante?s?)?\W*"
)
"""What may follow the day of an act: that statements come below."""
PAGE_HEAD = phrase(
    r"^united nations[ \u2013/-]+nations unies$|^postal address\W+adresse postale|^cable address\W+adresse t"
    r"|^[-\u2013\u2014]\s?\d{1,3}\s?[-\u2013\u2014]$|^page \d{1,3}(?: (?:of|de|/) ?\d+)?$"
)
"""Head or number of a further page, which can stand in the middle of a statement."""
READS = phrase(
    r"^(?:which reads? as follows|qui (?:stipule|dispose|se lit comme suit|est ainsi libellé(?: que suit)?))\s?:$"
)
"""End of a sentence that announces an article's text."""
AFTER_FORCE = phrase(
    r"^\s*(?:$|[.;]|,?\s*(?:in accordance with|pursuant to|under|conform[ée]ment|en application|en vertu|aux termes))"
)
"""What may follow a day of entry into force: the article that it follows from."""
FOOT = phrase(
    r"^(?:attention\s?:|à l'attention).*(?:treaty services|services des traités)"
    r"|^depositary notifications are|^les notifications dépositaires sont"
)
OWN_VOICE = phrase(
    r"^(?:in (?:keeping|accordance|conformity) with the (?:depositary )?practice"
    r"|(?:conformément à|selon|suivant) la pratique|(?:accordingly|therefore|in this regard), the secretary-general"
    r"|the secretary-general (?:proposes|received|would|wishes|has|will)|(?:en conséquence, )?le secrétaire général "
    r"(?:propose|se propose|a reçu|tient|rappelle)|in the absence of any objection|en l'absence d'objection"
    r"|(?:it is|il est|il convient de) (?:recalled|noted|rappelé|rappeler|noter)"
    r"|(?:see|refer to|voir|référence est faite à)(?: also)? (?:depositary notification|la notification|c\.n\.))"
)
"""Beginning of a paragraph in which the depositary speaks, below the words of a statement."""
CORRECTS = re.compile(
    r"corrigendum|rectificati[fo]|\bcorrections?\b|reissued|nouvelle diffusion", re.IGNORECASE
)
TITLE = re.compile(
    r"convention|treaty|traité|protocol|agreement|accord|covenant|pacte?\b|statut|charter|\d{4}\W*$",
    re.IGNORECASE,
)
QUOTE = re.compile(r'^["\u201c\u201e\u00ab]')
QUOTE_ENDS = re.compile(r'["\u201d\u00bb]\W*$')
SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")


def number_of(match: re.Match[str]) -> str:
    """Return the number that a reference prints, in its usual form."""
    place = re.sub(r"\s", "", match["place"])
    roman = re.match(r"[ivxl]+", place, re.IGNORECASE)
    end = roman.end() if roman else 0
    reissued = f"Reissued.{match['reissued']}." if match["reissued"] else ""
    return f"C.N.{int(match['number'])}.{match['year']}.{reissued}TREATIES-{place[:end].upper()}{place[end:]}"


def tidied(text: str) -> str:
    """Return the text with plain blanks, and each fixed phrase on one line, however the lines were broken."""
    text = UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = SPACES.sub(" ", text)
    text = DATE_BROKEN.sub(lambda match: " ".join(match[0].split()), text)
    text = REFERENCE_BROKEN.sub(lambda match: re.sub(r"\s", "", re.sub(DASH, "-", match[0])), text)
    for pattern in (EFFECTED, IN_FORCE):
        loose = (
            pattern.pattern.replace(" ?", r"\s*").replace(" ", r"\s+").replace("(?P<who>.", r"(?P<who>[\s\S]")
        )
        text = re.sub(loose, lambda match: " ".join(match[0].split()), text, flags=re.IGNORECASE)
    return text


_NEXT = r"(?: \n?|\n) ?"
DATE_BROKEN = re.compile(
    rf"^ ?(?:le{_NEXT})?(?:1\s?er|\d{{1,2}}){_NEXT}[^\W\d_]+{_NEXT}\d{{4}} ?$", re.IGNORECASE | re.MULTILINE
)
"""A date that stands alone, over two or three lines."""
DASH = r"[-\u2010-\u2015\u2212]"
REFERENCE_BROKEN = re.compile(
    r"C\s?\.\s?N\s?\.\s?\d{1,5}\s?\.\s*\d{4}\s?\.\s*TREATIES\s*[-\u2010-\u2015\u2212]\s*[IVXL]+(?:[.-]\s?\d{1,3}\b)*",
    re.IGNORECASE,
)


ALONE = re.compile(r"^\W*(?:\([^()]*\)\W*)?$")
"""What may follow a notification's number in the head of a page."""


def has_further_day(rest: str, *, acts: int) -> bool:
    """Return whether the words after a day name another one: of which act each is cannot be told.

    One act has one day, and what follows may say from when on it has effect.
    """
    return bool((_FURTHER_DAY if acts > 1 else SECOND_DAY).match(rest))


def language_of(text: str) -> str:
    """Return the language whose fixed phrases stand in a text; empty where it is both or none."""
    english = re.search(r"the above|secretary-general of the|depositary notification", text, re.IGNORECASE)
    french = re.search(r"susmentionn|secrétaire général de|notification dépositaire", text, re.IGNORECASE)
    return "" if bool(english) == bool(french) else "en" if english else "fr"


def span_of(text: str) -> Span | None:
    """Return the day that a text prints; None for any other text."""
    try:
        return read_days(re.sub(r"\b1\s?(?:er|\u1d49\u02b3)\b|\bpremier\b", "1er", text, flags=re.IGNORECASE))
    except ValueError:
        return None
