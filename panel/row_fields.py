"""Rows that a request names by their numbers: a text that is none, or that no column holds, names no row."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.db.models import ForeignKey

_MOST_DIGITS = 18
"""Digits of the largest number that every column for primary keys holds."""


def number_in(text: str | None) -> int:
    """Return a text as a number; 0, which no row has, if it is none or is too long."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


class RowSelect(AutocompleteSelect):
    """Django's search field; shown again with what was sent, it asks the database only for numbers of rows."""

    known: Model | None = None
    """The row that is chosen where the form was opened, if it was read with the form's own."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Return the rows chosen."""
        if self.known and self.is_required and value == [str(self.known.pk)]:
            words = self.choices.field.label_from_instance(self.known)
            return [(None, [self.create_option(name, self.known.pk, words, True, 0)], 0)]  # noqa: FBT003 - it is chosen
        return super().optgroups(name, [each for each in value if not each or number_in(str(each))], attrs)


class SearchedRows(BaseModelAdmin):  # type: ignore[type-arg]  # of any model
    """Forms of the panel whose search fields are `RowSelect`."""

    def formfield_for_foreignkey(
        self,
        db_field: "ForeignKey[Any, Any]",
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> Any:  # noqa: ANN401 - as above
        """Return the form field of a reference to another row."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
