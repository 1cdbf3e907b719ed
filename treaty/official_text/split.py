"""Articles and paragraphs of a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from treaty.languages import Language, number_of

_TITLE_LENGTH = 250
_NUMBERED = re.compile(r"\(?(\d{1,2})\s?(?:[.)、．:]|[-–—](?=\s))\s*(?=\S)")
_CHINESE_NUMBERED = re.compile(r"([一二三四五六七八九十]{1,3})\s*、\s*(?=\S)")
_LETTERED = re.compile(r"\(?([a-z])\)\s+(?=\S)")
_ENDS = tuple(".;:,。；：，؛،")


@dataclass(slots=True)
class TextParagraph:
    """A paragraph: its number as provisions are cited, such as `3` or `3(a)`, "" where it has none, and its text."""

    number: str
    text: str


@dataclass(slots=True)
class TextArticle:
    """An article as printed: number, title ("" where it has none) and paragraphs."""

    number: int
    title: str = ""
    paragraphs: list[TextParagraph] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Number of characters."""
        return sum(len(paragraph.text) for paragraph in self.paragraphs)

    @property
    def numbers(self) -> set[str]:
        """The numbers of its paragraphs."""
        return {paragraph.number for paragraph in self.paragraphs if paragraph.number}


@dataclass(frozen=True, slots=True)
class SplitText:
    """A text split into articles; `chapters` has the titles of chapters, each with the first article after it."""

    articles: tuple[TextArticle, ...]
    chapters: tuple[tuple[int, str], ...]


def split(blocks: Sequence[str], language: Language, *, lines: bool) -> SplitText:
    """Split blocks into articles.

    The articles are the longest run of headings that begins with article 1 and goes on without a gap: a table of
    contents is a shorter one, and a line that begins with a mention of an article does not go on with the run.

    Args:
        blocks: the blocks of the file in their order.
        language: the language of the headings.
        lines: whether a block is a line, so that a paragraph goes over several.
    """
    runs: list[list[tuple[int, int, str]]] = []
    for at, block in enumerate(blocks):
        found = _heading(block, language)
        if found is None:
            continue
        number, title = found
        if number == 1:
            runs.append([])
        if runs and number == len(runs[-1]) + 1:
            runs[-1].append((at, number, title))
    ends = [run[0][0] for run in runs[1:]] + [len(blocks)]
    candidates = [
        _articles(blocks[:end], run, language, lines=lines) for run, end in zip(runs, ends, strict=False)
    ]
    return max(
        candidates,
        key=lambda text: sum(article.length for article in text.articles),
        default=SplitText((), ()),
    )


def _heading(block: str, language: Language) -> tuple[int, str] | None:
    """Read a heading: alone in its block, or with the title after a point, a dash, a colon or a line."""
    match = language.article.match(block)
    if match is None:
        return None
    rest = block[match.end() :]
    number = number_of(match[1])
    if number is None or (rest and not re.match(r"\s*[.:–—-]\s*|\s", rest)):
        return None
    title = re.sub(r"^\s*[.:–—-]?\s*", "", rest)
    separated = bool(re.match(r"\s*[.:–—-]", rest)) or language.code == "zh"
    if title and not (separated and _may_be_title(title)):
        return None
    return number, title


def _articles(
    blocks: Sequence[str], run: Sequence[tuple[int, int, str]], language: Language, *, lines: bool
) -> SplitText:
    before = next((at for at, _number, _title in run[:1]), 0)
    ends = [at for at, _number, _title in run[1:]] + [len(blocks)]
    articles, chapters = [], list(_chapter_before(blocks[max(0, before - 4) : before], language))
    for (at, number, printed), end in zip(run, ends, strict=True):
        title = printed
        body = list(blocks[at + 1 : end])
        parts = [place for place, block in enumerate(body) if language.chapter.match(block)]
        if parts and end < len(blocks):
            chapters += [(number + 1, title_of) for _first, title_of in _chapter_before(body, language)]
            body = body[: parts[0]]
        if end == len(blocks):
            body = body[
                : next((place for place, block in enumerate(body) if language.annex.match(block)), None)
            ]
        if not title and body and _may_be_title(body[0]) and len(body) > 1:
            title = _title(body, lines=lines)
        articles.append(TextArticle(number, title, list(_paragraphs(body, language, lines=lines))))
    return SplitText(tuple(articles), tuple(chapters))


def _title(body: list[str], *, lines: bool) -> str:
    """Take the title off a body: its first block, with the lines that go on with it."""
    words = [body.pop(0)]
    while lines and len(body) > 1 and body[0][0].islower():
        words.append(body.pop(0))
    return " ".join(words)


def _chapter_before(body: Sequence[str], language: Language) -> Iterator[tuple[int, str]]:
    """Yield the title of the last chapter heading among some blocks; the number of its article is not known yet."""
    parts = [place for place, block in enumerate(body) if language.chapter.match(block)]
    if parts:
        heading = " ".join(body[parts[-1] :])
        yield 1, language.chapter.sub("", heading, count=1).lstrip(" .:–—-")


def _may_be_title(block: str) -> bool:
    numbered = _NUMBERED.match(block) or _CHINESE_NUMBERED.match(block) or _LETTERED.match(block)
    return not numbered and len(block) <= _TITLE_LENGTH and not block.endswith(_ENDS)


def _paragraphs(body: Sequence[str], language: Language, *, lines: bool) -> Iterator[TextParagraph]:
    """Yield the paragraphs: each that begins with the next number or letter, and each block where these are paragraphs.

    A number that is not the next one belongs to the text before it.
    """
    current: TextParagraph | None = None
    number = letter = 0
    for block in body:
        found = _next_number(block, number)
        lettered = _LETTERED.match(block) if language.letters else None
        if found:
            number, letter, text = number + 1, 0, block[found:]
            label = str(number)
        elif lettered and lettered[1] == language.letters[letter : letter + 1]:
            letter, text = letter + 1, block[lettered.end() :]
            label = f"{number or ''}({lettered[1]})"
        elif current and lines:
            current.text = _joined(current.text, block, language)
            continue
        else:
            text, label = block, ""
        if current:
            yield current
        current = TextParagraph(label, text)
    if current:
        yield current


def _next_number(block: str, last: int) -> int:
    """Return where the text after a paragraph's number begins, if the number is the next one; else 0."""
    for pattern in (_NUMBERED, _CHINESE_NUMBERED):
        match = pattern.match(block)
        if match and number_of(match[1]) == last + 1:
            return match.end()
    return 0


def _joined(text: str, line: str, language: Language) -> str:
    if language.code == "zh":
        return text + line
    return f"{text[:-1]}{line}" if re.search(r"\w-$", text) and line[:1].islower() else f"{text} {line}"
