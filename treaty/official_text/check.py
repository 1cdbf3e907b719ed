"""Check of a text against the record: whether it is the treaty's and whole, and where titles and numbers differ."""

import re
from collections.abc import Iterable, Iterator, Mapping

from treaty.languages import LANGUAGES, language_of, plain
from treaty.models import Article, Treaty
from treaty.official_text.files import TextFileError
from treaty.official_text.split import SplitText

_LIKENESS = 0.6
"""Least part of the articles that have the titles, or the paragraphs, of the record or of a text that is stored."""
_SENTENCE_ENDS = tuple('.。؟!?”"»)')
_FINAL_CLAUSES = (
    "signature",
    "entry_into_force",
    "later_parties",
    "denunciation",
    "amendment",
    "organizations",
    "acts",
)


def refuse_foreign(
    treaty: Treaty, text: SplitText, code: str, whole: str, stored: Mapping[int, set[str]]
) -> None:
    """Refuse a text that is in another language, cut short, or not this treaty's.

    That it is the treaty's is seen from the resolution that it is annexed to, from its titles in English, or from the
    paragraphs of a text of the treaty that is stored in another language.

    Args:
        treaty: the treaty.
        text: the text, split.
        code: the language that it is said to be in.
        whole: all words of the file.
        stored: the numbers of paragraphs by article of a text that is stored; empty where there is none.

    Raises:
        TextFileError: with the reason.
    """
    name = LANGUAGES[code].name
    if not text.articles:
        raise TextFileError(f"No articles with headings in {name} were found.")
    body = " ".join(paragraph.text for article in text.articles for paragraph in article.paragraphs)
    if body and (found := language_of(body)) != code:
        raise TextFileError(f"The text is in {LANGUAGES[found].name}, not in {name}.")
    titles = titles_of(treaty)
    last = text.articles[-1].number
    if titles and last > max(titles):
        raise TextFileError(
            f"The text has {last} articles and {treaty} has {max(titles)}: it is that of another treaty."
        )
    if titles and last < max(titles):
        raise TextFileError(
            f"The text is cut short, or of another treaty: its last article is {last}, of {max(titles)}."
        )
    if empty := [str(article.number) for article in text.articles if not article.length]:
        raise TextFileError(f"The text is cut short: article {empty[0]} has a heading and nothing else.")
    if not text.articles[-1].paragraphs[-1].text.endswith(_SENTENCE_ENDS):
        raise TextFileError(f"The text is cut short: article {last} ends within a sentence.")
    if not (_names(treaty, whole) or _alike(text, titles, stored, code)):
        raise TextFileError(
            f"Nothing in the file shows that it is the text of {treaty}: it does not name "
            f"{treaty.adopted_by or 'it'}, and its {'titles' if code == 'en' else 'paragraphs'} are not those recorded."
        )


def titles_of(treaty: Treaty) -> dict[int, str]:
    """Return the titles of the adopted articles by number."""
    return dict(treaty.articles.filter(status=Article.Status.ADOPTED).values_list("number", "title"))


def _names(treaty: Treaty, whole: str) -> bool:
    """Whether the file has the title of the treaty, or the symbol of the resolution that adopted it: 79/243."""
    symbol = re.search(r"\d+/\d+$", treaty.adopted_by)
    named = symbol and re.search(rf"(?<!\d){re.escape(symbol[0])}(?![\d/])", whole)
    return bool(named) or _key(treaty.title) in _key(whole)


def _alike(text: SplitText, titles: Mapping[int, str], stored: Mapping[int, set[str]], code: str) -> bool:
    pairs: list[bool] = []
    if code == "en":
        pairs = [
            _key(article.title) == _key(titles[article.number])
            for article in text.articles
            if article.number in titles
        ]
    elif stored:
        pairs = [
            _digits(article.numbers) == _digits(stored.get(article.number, set()))
            for article in text.articles
        ]
    return bool(pairs) and sum(pairs) >= _LIKENESS * len(pairs)


def differences_from(treaty: Treaty, text: SplitText, code: str, provisions: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each title and each paragraph number of the record that the text has otherwise.

    Titles are recorded in English and compared with an English text alone; letters of subparagraphs with a text in
    Latin letters.

    Args:
        treaty: the treaty.
        text: the text, split.
        code: its language.
        provisions: provisions that the record's statements name.

    """
    by_number = {article.number: article for article in text.articles}
    if code == "en":
        yield from _titles(treaty, text)
    numbers = {number: article.numbers for number, article in by_number.items()}
    for requirement in treaty.requirements.exclude(paragraph="").select_related("article"):
        if requirement.article:
            about = f"{requirement.kind.replace('_', ' ')} under {requirement.article.number}({requirement.paragraph})"
            yield from _missing(
                f"{requirement.article.number}({requirement.paragraph})", numbers, code, about
            )
    definition = treaty.definition or {}
    for part in _FINAL_CLAUSES:
        cited = definition.get(part) or {}
        if isinstance(cited, dict) and (provision := cited.get("article")):
            yield from _missing(
                str(provision), numbers, code, f"the final clause on {part.replace('_', ' ')}, {provision}"
            )
    for provision in sorted(set(provisions)):
        yield from _missing(provision, numbers, code, f"a statement on {provision}")


def _titles(treaty: Treaty, text: SplitText) -> Iterator[str]:
    titles = titles_of(treaty)
    for article in text.articles:
        recorded = titles.get(article.number)
        if recorded is not None and _key(recorded) != _key(article.title):
            printed = f"“{article.title}”" if article.title else "none"
            yield f"Article {article.number}: the title recorded is “{recorded}”, in the text {printed}."
    firsts = dict(treaty.chapters.values_list("position", "title"))
    for position, (_first, title) in enumerate(text.chapters, 1):
        recorded = firsts.get(position)
        if len(text.chapters) == len(firsts) and recorded is not None and _key(recorded) != _key(title):
            yield f"Chapter {position}: the title recorded is “{recorded}”, in the text “{title}”."


def _missing(provision: str, numbers: Mapping[int, set[str]], code: str, about: str) -> Iterator[str]:
    """Yield what a citation names and the text does not have: `64(2) to (4)`, `17(2)(d)`, `40(13-14)`, `67`."""
    match = re.match(r"(\d+)", provision)
    if match is None:
        return
    number, rest = int(match[1]), provision[match.end() :]
    if number not in numbers:
        yield f"{about[:1].upper()}{about[1:]}: the text has no article {number}."
        return
    for paragraph, letter in _paragraphs_cited(rest):
        wanted = f"{paragraph}({letter})" if letter and LANGUAGES[code].letters else paragraph
        if wanted not in numbers[number]:
            yield f"{about[:1].upper()}{about[1:]}: article {number} of the text has no paragraph {wanted}."


def _paragraphs_cited(text: str) -> list[tuple[str, str]]:
    ranges = re.findall(r"(\d+)\)?\s*(?:-|–|to)\s*\(?(\d+)", text)
    if ranges:
        return [(str(number), "") for first, last in ranges for number in range(int(first), int(last) + 1)]
    return re.findall(r"(\d+)\)?(?:\(([a-z])\))?", text)


def _digits(numbers: set[str]) -> set[str]:
    return {number for number in numbers if number.isdecimal()}


def _key(text: str) -> str:
    """Give a title without case, punctuation and quotation marks."""
    return " ".join(re.findall(r"\w+", plain(text).casefold()))
