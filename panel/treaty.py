"""Treaties, their text and sources, edited with a history. Clauses come from treaty.toml and are read-only."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from panel.base import FIELDS, ReferenceAdmin, SpanTextField
from panel.decisions import GuardedAdmin
from panel.row_fields import number_in
from panel.treaty_proposals import zip_response
from treaty.models import Article, Chapter, Claim, InterpretativeNote, Requirement, Source, Theme, Treaty
from treaty.writing import NoDefinitionError, definition_directory

if TYPE_CHECKING:
    from django.db.models import Field, QuerySet


class WithPublication(BaseModelAdmin):  # type: ignore[type-arg]  # of any model
    """Forms with the day, month or year of publication, which is EDTF in every answer."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Return the form field of a column."""
        if db_field.name == "published_on":
            kwargs["form_class"] = SpanTextField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Treaty)
class TreatyAdmin(GuardedAdmin):
    """Treaties. A new one is proposed by forms (`treaty_proposals`), or loaded as a definition directory."""

    change_form_template = "admin/panel/treaty.html"

    list_display = ("__str__", "slug", "depositary_reference", "adopted_on", "record_as_of")
    search_fields = ("slug", "title", "short_title", "popular_name", "depositary_reference")
    readonly_fields = ("slug", "depositary_reference", "record_as_of")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Forbid adding: a treaty is proposed with its clause, which a second person accepts."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the export."""
        export = self.admin_site.admin_view(self.export_definition)
        return [path("<int:pk>/definition/", export, name="treaty_treaty_definition"), *super().get_urls()]

    def export_definition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the treaty as the definition directory that `load_treaty` reads."""
        treaty = get_object_or_404(Treaty, pk=pk)
        if not self.has_view_permission(request, treaty):
            raise PermissionDenied
        try:
            return zip_response(treaty.slug, definition_directory(treaty))
        except NoDefinitionError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:treaty_treaty_change", args=[pk]))


@admin.register(Source)
class SourceAdmin(WithPublication, GuardedAdmin):
    """Sources of facts."""

    list_display = ("title", "treaty", "key", "publisher", "published_on", "confidence")
    list_filter = ("confidence", "treaty")
    formfield_overrides = {**FIELDS, URLField: {"assume_scheme": "https"}}
    search_fields = ("key", "title", "publisher", "url")
    autocomplete_fields = ("treaty",)
    prepopulated_fields = {"key": ("title",)}

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Source]", search_term: str
    ) -> "tuple[QuerySet[Source], bool]":
        """Offer an entry the sources of the treaty that is chosen: it takes no others."""
        treaty = number_in(request.GET.get("treaty"))
        if treaty and request.GET.get("app_label") == "ratification":
            queryset = queryset.filter(treaty=treaty)
        return super().get_search_results(request, queryset, search_term)


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    """Subjects of articles."""

    list_display = ("name", "slug", "description")


@admin.register(Chapter)
class ChapterAdmin(ReferenceAdmin):
    """Chapters of the adopted text."""

    list_display = ("__str__", "treaty")
    list_filter = ("treaty",)
    search_fields = ("title", "number")
    autocomplete_fields = ("treaty", "source")


@admin.register(Article)
class ArticleAdmin(GuardedAdmin):
    """Articles, with the state of their verification."""

    list_display = ("__str__", "chapter", "status", "title_status", "treaty")
    list_filter = ("status", "title_status", "themes", "treaty")
    search_fields = ("number", "title", "summary")
    autocomplete_fields = ("treaty", "chapter", "source")


@admin.register(Requirement)
class RequirementAdmin(GuardedAdmin):
    """Declarations, reservations and notifications that the text permits or requires."""

    list_display = ("description", "article", "paragraph", "kind", "paragraph_certain", "treaty")
    list_filter = ("kind", "paragraph_certain", "treaty")
    search_fields = ("description", "kind", "article__number")
    autocomplete_fields = ("treaty", "article", "source")


@admin.register(InterpretativeNote)
class InterpretativeNoteAdmin(GuardedAdmin):
    """Interpretative notes annexed to the treaty."""

    list_display = ("title", "article", "status", "treaty")
    list_filter = ("status", "treaty")
    search_fields = ("title", "article__number")
    autocomplete_fields = ("treaty", "article", "source")


@admin.register(Claim)
class ClaimAdmin(WithPublication, ReferenceAdmin):
    """Claims about the treaty, with the findings of the sources."""

    list_display = ("claim", "claimed_by", "published_on", "treaty")
    search_fields = ("claim", "claimed_by", "finding")
    autocomplete_fields = ("treaty", "source")
