"""Serializers of treaties and their text: chapters, articles, and requirements to declare, reserve or notify."""

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    ListField,
    Serializer,
)

from api.fields import AttributesField, CheckedField, LinksField, TreatyField
from api.serializers import SourceSerializer
from ratification.status.api_urls import address
from treaty.languages import LANGUAGES
from treaty.models import Article, Chapter, Treaty

RECORD = ("status", "participants", "actions", "windows", "changes", "corrections")
PARTS = (
    *RECORD,
    "measures",
    "reports",
    "stages",
    "chapters",
    "articles",
    "texts",
    "interpretative-notes",
    "dataset",
)


class FinalClausesField(BooleanField):
    """Whether a treaty has final clauses."""

    def get_attribute(self, instance: Treaty) -> bool:
        """Return whether the final clauses are known."""
        return instance.definition is not None


def _links_of_treaty(row: Treaty, _treaty: str) -> dict[str, str]:
    parts = {part: address("treaties", row.slug, part) for part in PARTS}
    return {"self": address("treaties", row.slug), **parts}


def _links_of_chapter(row: Chapter, treaty: str) -> dict[str, str]:
    return {"articles": address("treaties", treaty, "articles", chapter=row.number)}


def _links_of_article(row: Article, treaty: str) -> dict[str, str]:
    return {
        "self": address("treaties", treaty, "articles", row.number),
        "actions": address("treaties", treaty, "actions", article=row.number),
    }


class TreatySerializer(Serializer[Any]):
    """A treaty."""

    slug = CharField()
    title = CharField()
    short_title = CharField()
    popular_name = CharField()
    depositary = CharField()
    depositary_reference = CharField()
    depositary_timezone = CharField(
        help_text="IANA time zone where a last day ends, and by which today is told."
    )
    adopted_on = DateField(allow_null=True)
    adopted_by = CharField()
    record_as_of = DateField(
        allow_null=True,
        help_text="For a list taken over whole, the day on which it was true; null: kept up to date.",
    )
    clause = FinalClausesField(
        help_text="Whether its final clauses are known, so that dates can be computed."
    )
    links = LinksField(of=_links_of_treaty)


class ChapterSerializer(Serializer[Any]):
    """A chapter of the adopted text."""

    treaty = TreatyField()
    position = IntegerField()
    number = CharField()
    title = CharField()
    articles = AttributesField("number", child=IntegerField())
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links_of_chapter)


class ArticleSerializer(Serializer[Any]):
    """An article, adopted or only reported."""

    treaty = TreatyField()
    number = IntegerField()
    chapter = CharField(
        source="chapter.number", allow_null=True, help_text="The chapter's number as printed."
    )
    status = ChoiceField(choices=["adopted", "reported"])
    title = CharField()
    title_status = CheckedField(help_text="How far the title has been checked.")
    summary_status = CheckedField(help_text="How far the summary has been checked against the text.")
    summary = CharField(help_text="In this project's own words; the text itself is authoritative.")
    themes = AttributesField("slug", child=CharField())
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links_of_article)


class RequirementSerializer(Serializer[Any]):
    """A declaration, reservation or notification that an article permits or requires."""

    paragraph = CharField()
    paragraph_certain = BooleanField()
    kind = CharField()
    occasion = CharField()
    description = CharField()
    status = CharField(help_text="How far the statement has been checked.")
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields


class InterpretativeNoteSerializer(Serializer[Any]):
    """An interpretative note annexed to a treaty, as far as it is known."""

    article = IntegerField(source="article.number", allow_null=True, help_text="null: it is not known which.")
    title = CharField()
    status = ChoiceField(
        choices=["verified", "reported"], help_text="Seen in the text, or reported by a source and not seen."
    )
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields


class OfficialTextSerializer(Serializer[Any]):
    """A text of the treaty as an operator's file has it, held against the record."""

    treaty = TreatyField()
    language = ChoiceField(choices=sorted(LANGUAGES))
    direction = ChoiceField(choices=["ltr", "rtl"])
    origin = CharField(help_text="The address that the file comes from, or its name.")
    sha256 = CharField(help_text="SHA-256 of the file.")
    loaded_at = DateTimeField()
    differences = ListField(
        child=CharField(), help_text="Titles and numbers of provisions that the record has otherwise."
    )


class TextParagraphSerializer(Serializer[Any]):
    """A paragraph of an official text."""

    number = CharField(help_text="As provisions are cited, such as 3 or 3(a); empty: it has none.")
    text = CharField()


class ArticleTextSerializer(Serializer[Any]):
    """An article in an official text."""

    language = CharField(source="text.language")
    direction = CharField(source="text.direction")
    title = CharField(help_text="As printed; empty: it has none.")
    paragraphs = TextParagraphSerializer(many=True)
    sha256 = CharField(source="text.sha256", help_text="SHA-256 of the file.")


class ArticleInFullSerializer(ArticleSerializer):
    """An article with its requirements, interpretative notes and official texts."""

    requirements = RequirementSerializer(many=True)
    interpretative_notes = InterpretativeNoteSerializer(many=True)
    texts = ArticleTextSerializer(many=True, help_text="In the languages in which an operator has loaded it.")
