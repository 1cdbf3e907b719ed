"""Provisions that a statement names, as the record writes them: `7`, `7(2)`, `63(3)(a)`."""

import re
from calendar import month_name
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<article>\bart(?:icles?(?=\b|\d)|s?\.))"
    r"|(?P<paragraph>\b(?:sub-?)?para(?:graphs?\b|s?\b\.?)|\bsections?\b)"
    r"|(?P<ordinal>\b(?:first|second|third|fourth|fifth)\spara(?:graph\b|\.))"
    r"|(?P<item>§|\bno\.?(?=\s?\d)|\blit(?:ra|t?era|\.))|(?P<point>(?<=\d)\.(?=\d))"
    r"|\(\s?(?P<part>\d{1,2}|[a-z]{1,2}|[ivx]{1,5})\s?\)|(?P<number>(?<!\d)\d{1,3}\b|\b[IVXL]{1,6}\b)"
    r"|(?P<join>,|;|\band\b|\bor\b|\bto\b|\bas well as\b)|(?P<of>\bof\b)|(?P<the>\bthe\b)"
    r"|(?P<other>\w[\w'’.-]*|[^\s,;])",
    re.IGNORECASE,
)
_MONTHS = frozenset(name.lower() for name in month_name if name)
# An article of another text: of a constitution, of the Vienna Convention, of a law.
_FOREIGN = re.compile(
    r"^\s?common to|^(?:(?!\barticle)[^.;]){0,40}?\b(?:of|in|under)\s(?:the\s|its\s|their\s|our\s)?(?:[\w'-]+\s){0,5}?"
    r"(?:constitution|charter|vienna|law|code|act|decree|penal|civil|basic|regulations?|resolution|declaration"
    r"|universal|european|american|treaty on|treaty establishing|federal|geneva)\b",
    re.IGNORECASE,
)
# "(article 19 (c))" after "article 19 of the Vienna Convention" is the latter's, unless the words after it say other.
_OWN = re.compile(
    r"^\s?of\s(?:the|this)\s(?:said\s|present\s|above-?mentioned\s)?(?:optional\s|additional\s)?"
    r"(?:convention|protocol|covenant|agreement|treaty|statute)\b(?!\s(?:on|for|of|against|establish|relat|concern))",
    re.IGNORECASE,
)
# A treaty by its title: "of the International Covenant on Civil and Political Rights". A State may follow "for".
_TITLED = re.compile(
    r"^\s?of\s(?:the|this)\s(?P<kind>(?:[A-Z][\w-]*\s){0,5}(?:Convention|Covenant|Protocol|Treaty|Agreement|Statute))"
    r"\s(?:(?:on|against|to|relating\sto|concerning|regarding|establishing)\s(?:the\s)?"
    r"|for\sthe\s(?=[A-Z]\w+(?:ion|ment|ance|ing)\b))"
    r"(?P<about>[A-Z][\w-]*(?:[ ,]+(?:and|or|of|the|other|in|all|[A-Z][\w-]*))*)"
)
_KIND_OF_TREATY = re.compile(r"convention|covenant|protocol|treaty|agreement|statute")
_LETTERED = re.compile(r"bis|ter|quater|quinquies|sexies|septies")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ADJECTIVES = frozenset(
    {"amended", "amending", "new", "revised", "present", "above-mentioned", "aforementioned", "aforesaid"}
)
_SHORTEST = 4
_AT_ONCE = re.compile(r"^\s?(?:of|common)\b")
_FAR = 90
_SAME = frozenset({"this", "that", "same", "said"})
_SMALL_ROMAN = re.compile(r"[ivx]{2,5}")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    end: int


def provisions_in(text: str, title: str = "") -> tuple[str, ...]:
    """Return the provisions of the treaty that a text names, in its order, each once.

    Articles of other texts are left out where the words after them say so, a title that is not the treaty's among
    them. A range ("articles 2 to 5") gives its two ends, as printed; where an article and a part of it are named, the
    part alone.

    Args:
        text: the text.
        title: the treaty's own title.
    """
    own_words = _words(title)
    reading = _Reading(text)
    found: dict[str, None] = {}
    foreign: set[str] = set()
    while not reading.is_over:
        start = reading.at
        named = reading.provisions()
        after = text[reading.end : reading.end + _FAR]
        if named and _is_foreign(after, own_words):
            foreign |= {_article(one) for one in named if _AT_ONCE.match(after)}
            reading.article = ""
        elif named:
            own = [one for one in named if _article(one) not in foreign or _OWN.match(after)]
            found |= dict.fromkeys(own)
            reading.article = _article(own[-1]) if own else ""
        reading.at = max(reading.at, start + 1)
    return tuple(one for one in found if not any(other.startswith(f"{one}(") for other in found))


def _is_foreign(after: str, own_words: list[str]) -> bool:
    """Return whether the words after an article say that it is of another text."""
    if own_words and (named := _TITLED.match(after)):
        kind, *_ = _KIND_OF_TREATY.findall(" ".join(own_words)) or [""]
        other_kind = bool(kind) and not named["kind"].lower().endswith(kind)
        return other_kind or not set(_words(named["about"])[:3]) <= set(own_words)
    foreign = _FOREIGN.match(after)
    if foreign is None or _OWN.match(after):
        return False
    return foreign[0].lower().rpartition(" ")[2] not in own_words


def _words(title: str) -> list[str]:
    return [word for word in re.findall(r"[\w-]+", title.lower()) if len(word) >= _SHORTEST]


def _article(provision: str) -> str:
    return provision.partition("(")[0]


class _Reading:
    """The tokens of a text, read from left to right; `article` is the one that was named last."""

    def __init__(self, text: str) -> None:
        self.tokens = [
            _Token(_kind(match), match[match.lastgroup or 0], match.end()) for match in _TOKEN.finditer(text)
        ]
        self.at = 0
        self.end = 0
        self.article = ""

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.tokens)

    def provisions(self) -> list[str]:
        """Read what begins here: a list of articles, or paragraphs of an article."""
        if article := self._take("article"):
            return self._articles(several="s" in article.text.lower())
        if self._take("paragraph"):
            return self._paragraphs_of(self._paragraphs())
        if ordinal := self._take("ordinal"):
            return self._paragraphs_of([_ordinal(ordinal)])
        return []

    def _articles(self, *, several: bool) -> list[str]:
        """Read "11, paragraph 1 (a)", "14, 16 and 20 (2)", "7 (1) and (2)"."""
        found: list[str] = []
        while number := self._article_number():
            article = _arabic(number)
            if self._is("other") and _LETTERED.fullmatch(self._text):
                break  # the record has no way to write article 11 bis, which is not article 11
            parts = self._parts()
            if (
                self._is("join")
                and self._text == ","
                and self._kind_at(1) in {"paragraph", "ordinal", "item"}
            ):
                self.at += 1  # after "and", a paragraph belongs to the article that follows it
            if self._is("other") and self._text == "(" and self._kind_at(1) == "paragraph":
                self.at += 1  # "article 3 (paragraph 9)"
            if ordinal := self._take("ordinal"):
                found.append(f"{article}{parts}{_ordinal(ordinal)}")
            elif paragraph := self._take("paragraph") or self._take("item"):
                plural = paragraph.text.lower().rstrip(".").endswith("s")
                read = self._paragraphs(several=plural)
                if not several and not plural and self._is("join") and self._text in {"and", "or"}:
                    read += self._paragraphs() if self._take_before("join", "number") else []
                found += [f"{article}{parts}{each}" for each in read]
            else:
                found += [f"{article}{each}" for each in self._alternatives(parts)]
            self.end = self.tokens[self.at - 1].end
            if not self._joined():
                break
        return found

    def _paragraphs_of(self, paragraphs: list[str]) -> list[str]:
        """Read what follows "paragraphs 1 (c) and (d)", "paragraph (b)": "of article 16"; else nothing."""
        while self._take_before("join", "paragraph") and self._take("paragraph"):
            paragraphs += self._paragraphs()
        if paragraphs and self._is("join") and self._text == "," and self._kind_at(1) == "article":
            self.at += 1  # "paragraph 3, article 16"
        else:
            self._take_before("join", "of")
            if not paragraphs or not self._take("of"):
                return []
        self._take("the")
        if self._take("paragraph"):
            return [
                f"{outer}{part}"
                for outer in self._paragraphs_of(self._paragraphs())[:1]
                for part in paragraphs
            ]
        same = self._is("other") and self._text.lower() in _SAME and self._kind_at(1) == "article"
        self.at += same or (
            self._is("other") and self._text.lower() in _ADJECTIVES and self._kind_at(1) == "article"
        )
        if not self._take("article"):
            return []
        if same and self.article and not self._is("number"):  # "paragraph 1 of that article"
            self.end = self.tokens[self.at - 1].end
            return [f"{self.article}{paragraph}" for paragraph in paragraphs]
        found: list[str] = []
        while number := self._article_number():  # "paragraph 2 of articles 6 and 7"
            found += [f"{_arabic(number)}{paragraph}" for paragraph in paragraphs]
            self.end = self.tokens[self.at - 1].end
            if self._kind_at(1) == "article" or not self._joined():
                break
        return found

    def _paragraphs(self, *, several: bool = True) -> list[str]:
        """Read "1", "2 and 3"; after "article 46, paragraph" one alone, for the next number is an article's."""
        found: list[str] = []
        if self._is("other") and _SMALL_ROMAN.fullmatch(self._text):  # "paragraph ix"
            self.at += 1
            return [f"({self.tokens[self.at - 1].text})"]
        while self._is("number") or self._is("part"):
            number = self._number()
            parts = f"({number}){self._parts()}" if number else self._parts()
            found += self._alternatives(parts)
            if not several or not self._take_before("join", "number"):
                break
        return found

    def _parts(self) -> str:
        """Read "(1) (a)", ".3", "litra (a)"."""
        parts = ""
        while self._take("point") and (number := self._take("number")):
            parts += f"({number.text})"
        if self._is("item") and self._kind_at(1) == "part":
            self.at += 1
        while part := self._take("part"):
            parts += f"({part.text.lower()})"
        if parts or not self._is("other") or len(self._text) != 1 or not self._text.isalpha():
            return parts
        if self._kind_at(1) == "part":  # "paragraph 1 a (iv)"
            letter = self._take("other")
            return f"({letter.text.lower()}){self._parts()}" if letter else ""
        return parts

    def _alternatives(self, parts: str) -> list[str]:
        """Read "and (d)" after "(1)(c)": another last part of the same provision."""
        found = [parts]
        while parts and self._is("join") and self._kind_at(1) == "part":
            self.at += 1
            found.append(f"{parts.rpartition('(')[0]}{self._parts()}")
        return found

    def _joined(self) -> bool:
        """Read what leads to the next article of the list, if there is one."""
        ahead = 0
        while self._kind_at(ahead) == "join":
            ahead += 1
        if ahead and self._kind_at(ahead) == "article":
            ahead += 1
        if not ahead or self._kind_at(ahead) != "number":
            return False
        following = self.at + ahead + 1
        if following < len(self.tokens) and self.tokens[following].text.lower() in _MONTHS:
            return False
        self.at += ahead
        return True

    def _number(self) -> str:
        token = self._take("number")
        return token.text if token else ""

    def _article_number(self) -> str:
        """Read the number of an article; "article (23)" is 23."""
        if self._is("part") and self._text.isdecimal():
            self.at += 1
            return self.tokens[self.at - 1].text
        return self._number()

    def _take(self, kind: str) -> _Token | None:
        if not self._is(kind):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def _take_before(self, kind: str, following: str) -> bool:
        """Read the tokens of a kind that stand before another one, if it follows."""
        ahead = 0
        while self._kind_at(ahead) == kind:
            ahead += 1
        if not ahead or self._kind_at(ahead) != following:
            return False
        self.at += ahead
        return True

    def _is(self, kind: str) -> bool:
        return self._kind_at(0) == kind

    @property
    def _text(self) -> str:
        return self.tokens[self.at].text

    def _kind_at(self, ahead: int) -> str:
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""


def _kind(match: re.Match[str]) -> str:
    is_word = match.lastgroup == "number" and not _is_number(match["number"])
    return "other" if is_word else match.lastgroup or "other"


def _is_number(text: str) -> bool:
    """Return whether a token is a number of an article: in figures, or in Roman capitals."""
    return (text.isdecimal() and not text.startswith("0")) or text.isupper()


def _ordinal(token: _Token) -> str:
    """Return the part that "second paragraph" names: (2)."""
    return f"({_ORDINALS[token.text.lower().split()[0]]})"


def _arabic(number: str) -> int:
    """Return the number of an article: 9 for IX."""
    if number.isdecimal():
        return int(number)
    values = [_ROMAN[sign] for sign in number]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
