"""Resources of the text: treaties, chapters, articles. They depend on the edition, not on the clocks."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from api import renderers, text_serializers
from api.filters import ArticleFilter, TreatyFilter
from api.problems import not_found, or_404
from api.resource import BEGINNING, Basis, ListOf, PagesOf, Resource
from ratification.models import Edition
from ratification.record import reach
from ratification.record.heads import edition_columns
from ratification.status import linked_data
from treaty.models import Article, Chapter, InterpretativeNote, OfficialText, Requirement, Treaty
from treaty.official_text.loading import texts_in_force, texts_of_article


class OfEdition(Resource):
    """Resource that depends on the reference data only."""

    tag = "reference"

    def basis_of(self) -> Basis:
        """Read the edition: one query."""
        reach.note_reference()
        edition = Edition.objects.order_by("-pk").first()
        if edition is None:
            return Basis("", BEGINNING)
        return Basis(edition.digest, edition.noted_at)


class OfText(Resource):
    """Resource that depends on the text of one treaty."""

    tag = "text"
    treaty: Treaty

    def basis_of(self) -> Basis:
        """Read the treaty and the edition: one query."""
        reach.note_reference()
        slug = self.path["slug"]
        rows: QuerySet[Any] = Treaty.objects.filter(slug=slug).annotate(**edition_columns())
        treaty = or_404(rows.first(), "treaty", slug)
        self.treaty = treaty
        return Basis(treaty.edition_digest or "", treaty.edition_at or BEGINNING)


class Treaties(PagesOf, OfEdition):
    """The treaties of the tracker."""

    operation = "list_treaties"
    tag = "text"
    serializer_class = text_serializers.TreatySerializer
    filterset_class = TreatyFilter
    renderer_classes = [*PagesOf.renderer_classes, renderers.JsonLd]

    def linked_data(self) -> Mapping[str, Any]:
        """Return the catalogue of all records."""
        return linked_data.catalogue(self.get_queryset(), self.request.build_absolute_uri)

    def get_queryset(self) -> QuerySet[Treaty]:
        """Select all treaties."""
        return Treaty.objects.all()


class OneTreaty(OfText):
    """One treaty, with links to all its resources."""

    operation = "get_treaty"
    serializer_class = text_serializers.TreatySerializer
    renderer_classes = [renderers.Json, renderers.JsonLd]

    def linked_data(self) -> Mapping[str, Any]:
        """Return the treaty and its record."""
        absolute = self.request.build_absolute_uri
        described = (
            linked_data.legislation(self.treaty, absolute),
            linked_data.dataset(self.treaty, absolute),
        )
        return linked_data.graph(*described)

    def get_object(self) -> Treaty:
        """Return the treaty."""
        return self.treaty


class Chapters(ListOf, OfText):
    """The chapters of the adopted text."""

    operation = "list_chapters"
    serializer_class = text_serializers.ChapterSerializer

    def get_queryset(self) -> QuerySet[Chapter]:
        """Select all chapters."""
        articles = Prefetch("articles", Article.objects.order_by("number").only("number", "chapter"))
        rows = self.treaty.chapters.select_related("source").prefetch_related(articles)
        return rows.order_by("position")


class Articles(ListOf, OfText):
    """The adopted articles; `status=reported` gives those that are only reported to exist."""

    operation = "list_articles"
    serializer_class = text_serializers.ArticleSerializer
    filterset_class = ArticleFilter

    def get_queryset(self) -> QuerySet[Article]:
        """Select the articles; those that are not in the adopted text only if they are asked for."""
        rows = _articles(self.treaty)
        return rows if "status" in self.asked else rows.filter(status=Article.Status.ADOPTED)


class OneArticle(OfText):
    """One article with its requirements to declare, reserve or notify."""

    operation = "get_article"
    serializer_class = text_serializers.ArticleInFullSerializer

    def get_object(self) -> Article:
        """Return the article with all that belongs to it."""
        slug, number = self.path["slug"], self.path["number"]
        requirements = Prefetch("requirements", Requirement.objects.select_related("source").order_by("pk"))
        notes = Prefetch("interpretative_notes", InterpretativeNote.objects.select_related("source"))
        row: Any = _articles(self.treaty).prefetch_related(requirements, notes).filter(number=number).first()
        if row is None:
            raise not_found(f"{slug} has no article {number}; /api/v1/treaties/{slug}/articles/ lists them.")
        row.texts = texts_of_article(self.treaty, number)
        article: Article = row
        return article


class OfficialTexts(ListOf, OfText):
    """The texts of the treaty that were loaded, the last of each language, with their differences from the record."""

    operation = "list_texts"
    serializer_class = text_serializers.OfficialTextSerializer

    def rows(self) -> list[OfficialText]:
        """Select the texts. One query."""
        return texts_in_force(self.treaty)


class InterpretativeNotes(ListOf, OfText):
    """The interpretative notes annexed to the treaty, as far as they are known."""

    operation = "list_interpretative_notes"
    serializer_class = text_serializers.InterpretativeNoteSerializer

    def get_queryset(self) -> QuerySet[InterpretativeNote]:
        """Select the notes. One query."""
        return self.treaty.interpretative_notes.select_related("article", "source")


def _articles(treaty: Treaty) -> QuerySet[Article]:
    rows = treaty.articles.select_related("chapter", "source")
    return rows.prefetch_related("themes").order_by("number")
