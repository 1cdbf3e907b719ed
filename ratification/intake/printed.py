"""Days and provisions as depositaries and people print them, read by closed grammars; provisions in English and French.

Text that fits two readings is refused with both; text that fits none is refused with the forms that are read.
"""

import re
from datetime import date

from common.month_names import MONTHS
from ratification.rules.dates import Span, parse_edtf

_DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"}
)
_DAYS = (
    re.compile(
        r"(?:le )?(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|°)? (?:de )?(?P<month>[^\W\d_]+)\.?,? (?:del? )?"
        r"(?P<year>\d{4})(?: г\.| года)?\.?"
    ),
    re.compile(r"(?P<month>[^\W\d_]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})\.?"),
    re.compile(r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>[^\W\d_]+)\.?(?P=mark)(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})(?P<mark>[-./]) ?(?P<month>\d{1,2})(?P=mark) ?(?P<day>\d{1,2})\.?"),
    re.compile(r"(?P<year>\d{4}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日"),
)
"""Forms in which a day is printed: 10 novembre 2026, November 10, 2026, 10-Nov-2026, 2026/11/10, 2026年11月10日."""
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[t ]00:00(?::00(?:\.0+)?)?")
_MONTH_YEAR = re.compile(r"(?:en )?([^\W\d_]+)\.?,? (\d{4})\.?")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\.?")
_INTERVAL = re.compile(
    r"(?:between|from|entre|du) (.+?) (?:and|to|et|au) (.+)|(.+?) (?:to|-|/) (.+)"
    r"|(\d{4}-\d\d?-\d\d?)-(\d{4}-\d\d?-\d\d?)"
)
_MONTHS_IN_YEAR = 12


def read_days(text: str) -> Span:
    """Read a day, month, year or interval.

    Reads EDTF level 0 (`2026-11-10`, `2026-11`, `2026-11-01/2026-11-10`), `10 November 2026`, `10 Nov. 2026`,
    `November 10, 2026`, `10 novembre 2026`, `1er mars 2027`, the same in Spanish, German, Russian, Chinese and Arabic,
    `November 2026`, `10.11.2026`, `2026/11/10`, `10-Nov-2026`, a day with the time of midnight, and two of these with
    "between ... and", "entre ... et", "to" or a dash.

    Raises:
        ValueError: with a sentence; for `03/04/2026`, which days it can mean.

    """
    plain = " ".join(text.translate(_DASHES).lower().split())
    if midnight := _MIDNIGHT.fullmatch(plain):  # a day, as databases write it
        plain = midnight[1]
    written = _written(plain)
    if written is not None:
        return written
    if match := _INTERVAL.fullmatch(plain):
        first, last = (part for part in match.groups() if part)
        begin, end = _written(first), _written(last)
        if begin and end:
            if end.latest < begin.earliest:
                raise ValueError(f'"{text.strip()}" ends before it begins')
            return Span(begin.earliest, end.latest)
    try:
        return parse_edtf(re.sub(r" ?([-/]) ?", r"\1", plain))
    except ValueError as error:
        if "does not exist" in str(error) or "ends before" in str(error):
            raise
        raise ValueError(
            f'"{text.strip()}" is no date; write 2026-11-10, 10 November 2026, 2026-11, 2026 or two of these with "/"'
        ) from error


def _written(text: str) -> Span | None:
    """Return the day or month of a text in one of the printed forms; None for any other text."""
    if match := next((found for form in _DAYS if (found := form.fullmatch(text))), None):
        month = match["month"]
        return _day(text, match["year"], int(month) if month.isdecimal() else MONTHS.get(month), match["day"])
    if (match := _MONTH_YEAR.fullmatch(text)) and (month := MONTHS.get(match[1])):
        return parse_edtf(f"{match[2]}-{month:02}")
    if match := _YEAR_LAST.fullmatch(text):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), match[4]
        both = first != second and max(first, second) <= _MONTHS_IN_YEAR
        if mark != "." and both:  # with full stops the day comes first everywhere
            days = sorted([date(int(year), second, first), date(int(year), first, second)])
            raise ValueError(f'"{text}" can be {days[0]:%-d %B %Y} or {days[1]:%-d %B %Y}: write which')
        if mark != "." and second > _MONTHS_IN_YEAR:
            first, second = second, first
        return _day(text, year, second, str(first))
    return None


def _day(text: str, year: str, month: int | None, day: str) -> Span | None:
    if month is None:
        return None
    try:
        return Span.day(date(int(year), month, int(day)))
    except ValueError as error:
        raise ValueError(f'"{text}" does not exist: {error}') from error


_LETTERS = r"(?:\s*\(?[a-z]{1,4}\))*"
_NUMBERS = rf"\(?\d+\)?{_LETTERS}(?:\s*(?:,|and|et|&)\s*\(?\d+\)?{_LETTERS})*"
_PARAGRAPH = r"(?:sub-?)?(?:paragraphs?|paragraphes?|paras?\.?|§§?)"
_ARTICLE = r"(?:articles?|arts?\.?)"
_OF = r"(?:of|de|du|des|de l['\u2019]|of the)"
_SUB_OF_PARAGRAPH = re.compile(
    rf"(?:sub-?paragraph|alin[eé]a)\s*\(?([a-z])\)?\s*{_OF}\s*{_PARAGRAPH}\s*\(?(\d+)\)?", re.IGNORECASE
)
_PARAGRAPH_OF_ARTICLE = re.compile(
    rf"{_PARAGRAPH}\s*({_NUMBERS})\s*,?\s*{_OF}\s*{_ARTICLE}\s*(\d+)", re.IGNORECASE
)
_ARTICLE_PARAGRAPH = re.compile(rf"{_ARTICLE}?\s*\b(\d+)\s*,?\s*{_PARAGRAPH}\s*({_NUMBERS})", re.IGNORECASE)
_SUB_AFTER = re.compile(r",?\s*(?:sub-?paragraph|alin[eé]a)\s*\(?([a-z])\)", re.IGNORECASE)


_DECIMAL_COMMA = re.compile(r"(\d+),(\d)")
"""63,2: paragraph 2 of article 63, as half of the world writes decimals, or two articles."""

_OF_ARTICLES = re.compile(
    rf"{_PARAGRAPH}\s*{_NUMBERS}\s*,?\s*{_OF}\s*{_ARTICLE}\s*\d+\s*(?:,|;|and|et|&|to|à|-|\u2013)\s*\d",
    re.IGNORECASE,
)
"""Paragraphs of several articles: of each of them, or of the first alone."""


def read_provisions(text: str) -> list[str]:
    """Read provisions as printed into the short form: `63(2)`, `40(3)(a)`.

    Reads `63 (2)`, `63.2`, `Article 7`, `articles 7, 14 and 63 (3)`, `paragraph 3 of article 40`, `article 40,
    paragraphs 3 and 5`, `subparagraph (a) of paragraph 3 of article 63`, and the same in French. A part that is no
    provision is returned as it is: the ledger refuses it by its words.

    Raises:
        ValueError: for `63,2`, which can be two articles or a paragraph of one, and for `paragraph 1 of articles 7
            and 8`, which can be two paragraphs or a paragraph and an article.
    """
    if match := _DECIMAL_COMMA.fullmatch(text.strip()):
        first, second = match.groups()
        raise ValueError(f'"{text.strip()}" can be {first}({second}) or {first} and {second}: write which')
    if match := _OF_ARTICLES.search(" ".join(text.split())):
        raise ValueError(f'"{match[0]}" does not say which article the paragraph is of: write 7(1), 8(1)')
    text = _SUB_OF_PARAGRAPH.sub(r"paragraph \2(\1)", " ".join(text.split()))
    text = _SUB_AFTER.sub(r"(\1)", text)
    text = _PARAGRAPH_OF_ARTICLE.sub(lambda match: _of_article(match[2], match[1]), text)
    text = _ARTICLE_PARAGRAPH.sub(lambda match: _of_article(match[1], match[2]), text)
    parts = re.split(r"[;,]|\s+(?:and|et|&)\s+", text)
    return list(dict.fromkeys(part for part in map(_short, parts) if part))


def _of_article(article: str, paragraphs: str) -> str:
    """Return the short forms of some paragraphs of one article, with commas."""
    numbers = re.split(r"\s*(?:,|\band\b|\bet\b|&)\s*", paragraphs)
    return ", ".join(
        f"{article}({number})" + "".join(f"({letter})" for letter in re.findall(r"[a-z]+", rest))
        for number, rest in re.findall(r"\(?(\d+)\)?([^\d]*)", ";".join(numbers))
    )


def _short(part: str) -> str:
    """Return a provision without the word article and without blanks."""
    joined = r"(?:to |under |aux? |à )?(?:the |l['\u2019])?"
    bare = re.sub(rf"^\s*{joined}(?:{_ARTICLE}\s*)?(?=\d)", "", part.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"^(\d+)\.(\d+)", r"\1(\2)", bare)
    closed = re.sub(r"\s+(?=\()", "", bare)
    return re.sub(r"\)\s*([a-z])\)", r")(\1)", closed) if re.match(r"\d", closed) else part.strip()
