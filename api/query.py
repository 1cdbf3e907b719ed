"""Parameters of the query: django-filter's filters over form fields that read strictly, and the filter backend."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.fields import get_attribute
from rest_framework.request import Request

from api.problems import invalid_value, unknown_parameter
from ratification.record.clocks import read_day

Values = dict[str, Any]


class Texts(forms.Widget):
    """All texts of a parameter, joined by commas; None where it is not given."""

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> str | None:  # noqa: ANN401 - Django's signature
        """Return the text."""
        return ",".join(data.getlist(name)) if name in data else None


class QueryField(forms.Field):
    """Value of a parameter: None where it is not given, else what `read` makes of its text.

    `read` raises ValueError with a sentence. `schema` describes the values; `allowed` lists them where there is a list
    of them. A parameter of which `many` are taken may be given more than once, or with commas.
    """

    widget = Texts

    def __init__(
        self,
        *,
        read: Callable[[str], Any],
        schema: Values,
        allowed: Iterable[str] = (),
        many: bool = False,
        **options: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(**options)
        self.read, self.schema, self.allowed, self.many = read, schema, list(allowed), many

    def __deepcopy__(self, memo: object) -> "QueryField":
        """Return the field itself, which no request changes: a form copies its fields for each."""
        return self

    def clean(self, value: str | None) -> Any:  # noqa: ANN401 - of any type
        """Read the text."""
        try:
            return None if value is None else self.read(value)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class Parameter(django_filters.Filter):  # type: ignore[misc]  # ships no types
    """Parameter of the query: it selects rows of a table if it names a field or a method.

    Of rows that are computed it selects those that have its value, or one of its values, at `computed`, such as
    `participant.iso3`. The resource uses the value of any other.
    """

    field_class = QueryField

    def __init__(self, label: str, *, computed: str = "", **options: Any) -> None:  # noqa: ANN401 - django-filter's and the field's
        super().__init__(label=label, **options)
        self.computed = computed.split(".") if computed else []
        self.selects = bool(self.field_name or self.method)

    def __deepcopy__(self, memo: object) -> "Parameter":
        """Copy without the schema and the field, which no request changes."""
        copied = type(self).__new__(type(self))
        copied.__dict__.update(self.__dict__)
        copied.method = self.method  # its wrapper names the filter that it belongs to
        return copied

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:  # noqa: ANN401 - django-filter's signature
        """Select rows."""
        rows: QuerySet[Any] = super().filter(qs, value) if self.selects else qs
        return rows


class Known(Parameter):
    """Value of the reference data: `known` selects those that there are."""

    def __init__(
        self,
        label: str,
        *,
        known: Callable[[], QuerySet[Any, Any]],
        pattern: str = r"^[-a-zA-Z0-9_]+$",
        **options: Any,  # noqa: ANN401 - django-filter's
    ) -> None:
        super().__init__(label, **_text(pattern), **options)
        self.known = known

    def values(self) -> list[str]:
        """Return the values that there are. One query."""
        return sorted({value for value in self.known() if value})


def day(label: str, **options: Any) -> Parameter:  # noqa: ANN401 - django-filter's
    """A day such as 2026-12-31."""
    return Parameter(label, read=read_day, schema={"type": "string", "format": "date"}, **options)


def whole(label: str, least: int, most: int = 2**31 - 1, **options: Any) -> Parameter:  # noqa: ANN401 - the same
    """A whole number between two bounds, both included."""

    def read(text: str) -> int:
        # The length is bounded too: Python refuses to read very long numbers.
        if re.fullmatch(r"-?\d{1,12}", text, re.ASCII) and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"{text!r} is not a whole number from {least} to {most}.")

    return Parameter(
        label, read=read, schema={"type": "integer", "minimum": least, "maximum": most}, **options
    )


def choice(label: str, allowed: Iterable[str], **options: Any) -> Parameter:  # noqa: ANN401 - the same
    """One of a few values."""
    values = {text: text for text in allowed}
    return Parameter(label, **_one_of(values, {"type": "string", "enum": list(values)}), **options)


def choices(label: str, allowed: Iterable[str], **options: Any) -> Parameter:  # noqa: ANN401 - the same
    """One or more of a few values."""
    values = {text: text for text in allowed}
    one = _one_of(values, {"type": "string", "enum": list(values)})
    schema = {"type": "array", "items": one["schema"], "minItems": 1}
    several: Values = {"read": lambda text: [one["read"](part) for part in text.split(",")], "schema": schema}
    return Parameter(label, lookup_expr="in", many=True, **one | several, **options)


def flag(label: str, **options: Any) -> Parameter:  # noqa: ANN401 - the same
    """Yes or no, as `true` and `false`."""
    return Parameter(label, **_one_of({"true": True, "false": False}, {"type": "boolean"}), **options)


def switch(label: str) -> Parameter:
    """Something more, as `1`."""
    return Parameter(label, **_one_of({"0": 0, "1": 1}, {"type": "integer", "enum": [0, 1]}))


def words(label: str, longest: int = 100, **options: Any) -> Parameter:  # noqa: ANN401 - the same
    """Words in any script, without control characters."""
    return Parameter(label, **_text(r"^[^\x00-\x1f]+$", longest), **options)


def _one_of(values: Mapping[str, Any], schema: Values) -> Values:
    def read(text: str) -> Any:  # noqa: ANN401 - the value behind the text
        if text not in values:
            raise ValueError(f"{text!r} is not one of: {', '.join(values)}.")
        return values[text]

    return {"read": read, "schema": schema, "allowed": values}


def _text(pattern: str, longest: int = 100) -> Values:
    def read(given: str) -> str:
        if not 1 <= len(given) <= longest:
            raise ValueError(f"a value of {len(given)} characters; 1 to {longest} are allowed.")
        if not re.search(pattern, given):
            several = " One value is taken, not several." if "," in given else ""
            raise ValueError(f"{given!r} does not match {pattern}.{several}")
        return given

    return {
        "read": read,
        "schema": {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern},
    }


class _Form(forms.Form):
    """Form that is read and never shown, so that it looks up no words."""

    def __init__(self, data: QueryDict, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix, label_suffix="")


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """The parameters of a resource; none, unless a subclass names them."""

    base_filters: dict[str, Parameter]
    as_of: date
    """The day on which memberships and existence are asked about."""

    def __init__(self, data: QueryDict, **options: Any) -> None:  # noqa: ANN401 - django-filter's
        # One that is not given selects nothing: copying it, and its field, for each request took a tenth of the time.
        self.base_filters = {
            name: parameter for name, parameter in type(self).base_filters.items() if name in data
        }
        super().__init__(data, **options)

    @property
    def asked(self) -> Values:
        """The values that were given."""
        return {name: value for name, value in self.form.cleaned_data.items() if value is not None}

    def get_form_class(self) -> type[forms.Form]:
        """Return the form of the parameters that are given, made once: nothing in it depends on the request."""
        return self._form_of(tuple(self.base_filters))

    @classmethod
    @lru_cache(maxsize=256)
    def _form_of(cls, names: tuple[str, ...]) -> type[forms.Form]:
        fields = {name: cls.base_filters[name].field for name in names}
        return type(f"{cls.__name__}Form", (_Form,), fields)

    def select(self, rows: Iterable[Any]) -> list[Any]:
        """Select computed rows."""
        wanted = [
            (parameter.computed, value if isinstance(value, list) else [value])
            for name, value in self.asked.items()
            if (parameter := self.filters[name]).computed
        ]
        return [row for row in rows if all(get_attribute(row, place) in values for place, values in wanted)]

    def refuse_unknown(self) -> None:
        """Refuse a value that the reference data do not have, naming those that they do.

        Such a value finds no rows, so that it is looked for only then.
        """
        for name, text in self.asked.items():
            parameter = self.filters[name]
            if isinstance(parameter, Known) and text not in (allowed := parameter.values()):
                raise invalid_value(name, f"{name!r}: {text!r} is not one of: {', '.join(allowed)}.", allowed)


class PagesFilterSet(FilterSet):
    """The parameters of a list that comes page by page, with the fields of each ordering; the first is the default."""

    orderings: ClassVar[dict[str, tuple[str, ...]]] = {}

    @classmethod
    def get_filters(cls) -> dict[str, Parameter]:
        """Add what every such list takes."""
        names = [sign + name for name in cls.orderings for sign in ("", "-")]
        pages = {
            "ordering": choice(f"Order of the rows; {', '.join(names[:1])} if not given.", names),
            "limit": whole(
                "Rows of one page. If not given, 100 of JSON, and all rows of CSV and XLSX.", 1, 250
            ),
            "cursor": words(
                "Where the page begins: taken from `next` or `previous`, never made by hand.", longest=400
            ),
        }
        return {**super().get_filters(), **pages}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Order the rows too."""
        name = self.asked.get("ordering", next(iter(self.orderings)))
        sign, fields = name[: name.startswith("-")], self.orderings[name.removeprefix("-")]
        rows: QuerySet[Any] = super().filter_queryset(queryset).order_by(*(sign + field for field in fields))
        return rows


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # ships no types
    """django-filter's backend, in the order of the query, with unknown and repeated parameters refused."""

    def get_filterset(self, request: Request, queryset: QuerySet[Any], view: Any) -> FilterSet:  # noqa: ANN401 - a Resource
        """Read the query.

        Raises:
            Problem: 400, for an unknown parameter, one given twice, or a value that is not allowed.
        """
        filterset: FilterSet = super().get_filterset(request, queryset, view)
        errors = filterset.errors
        for name, texts in request.query_params.lists():
            if name not in filterset.filters:
                raise unknown_parameter(name, sorted(type(filterset).base_filters))
            field = filterset.form.fields[name]
            if len(texts) > 1 and not field.many:
                detail = f"{name!r} is given {len(texts)} times; give it once."
                raise invalid_value(name, detail, field.allowed)
            if name in errors:
                raise invalid_value(name, f"{name!r}: {errors[name][0]}", field.allowed)
        return filterset


def as_query(values: Mapping[str, Any]) -> dict[str, str]:
    """Write values as they stand in an address: the inverse of reading."""
    return {name: _written(value) for name, value in values.items() if value is not None}


def _written(value: Any) -> str:  # noqa: ANN401 - of any type
    match value:
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case list():
            return ",".join(value)
    return str(value)
