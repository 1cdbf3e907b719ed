"""Loading of an official text from a file."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from treaty.languages import LANGUAGES
from treaty.models import ArticleText, OfficialText, Treaty
from treaty.official_text.check import differences_from, refuse_foreign
from treaty.official_text.files import blocks_of
from treaty.official_text.split import SplitText, split


@transaction.atomic
def load_text(
    treaty: Treaty,
    content: bytes,
    *,
    language: str,
    origin: str,
    now: datetime,
    provisions: Iterable[str] = (),
) -> tuple[OfficialText, bool]:
    """Read a text, check it against the record, and store it with its hash. No status of a provision changes.

    Args:
        treaty: the treaty.
        content: the file's bytes, HTML or PDF.
        language: the code of its language.
        origin: where the file comes from.
        now: the moment of loading.
        provisions: provisions that the record's statements name, such as `7(2)`.

    Returns:
        The text with the differences found, and whether it is new; the same file is stored once.

    Raises:
        TextFileError: if the file cannot be read, is cut short, or is not this treaty's text in this language.
    """
    form, blocks = blocks_of(content)
    text = split(blocks, LANGUAGES[language], lines=form == "pdf")
    refuse_foreign(treaty, text, language, " ".join(blocks), _numbers(treaty, language))
    stored, new = OfficialText.objects.get_or_create(
        treaty=treaty,
        language=language,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "origin": origin[:500],
            "format": form,
            "loaded_at": now,
        },
    )
    stored.differences = list(differences_from(treaty, text, language, provisions))
    stored.save(update_fields=["differences"])
    if new:
        _store(stored, text)
    return stored, new


def texts_in_force(treaty: Treaty) -> list[OfficialText]:
    """Return the last text of each language, by the name of the language. One query."""
    latest = {text.language: text for text in treaty.official_texts.order_by("pk")}
    return sorted(latest.values(), key=lambda text: text.name)


def texts_of_article(treaty: Treaty, number: int) -> list[ArticleText]:
    """Return an article in each language, English first. Two queries."""
    shown = texts_in_force(treaty)
    if not shown:
        return []
    rows = ArticleText.objects.filter(text__in=shown, number=number).select_related("text__treaty")
    return sorted(rows, key=lambda row: (row.text.language != "en", row.text.name))


def _numbers(treaty: Treaty, language: str) -> dict[int, set[str]]:
    """Return the numbers of paragraphs by article of a text that is stored in another language, English first."""
    others = [text for text in texts_in_force(treaty) if text.language != language]
    other = min(others, key=lambda text: (text.language != "en", text.language), default=None)
    if other is None:
        return {}
    return {
        article.number: {str(paragraph["number"]) for paragraph in article.paragraphs}
        for article in other.articles.all()
    }


def _store(stored: OfficialText, text: SplitText) -> None:
    ArticleText.objects.bulk_create(
        ArticleText(
            text=stored,
            number=article.number,
            title=article.title[:500],
            paragraphs=[asdict(paragraph) for paragraph in article.paragraphs],
        )
        for article in text.articles
    )
