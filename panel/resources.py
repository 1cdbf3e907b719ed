"""Export of entries: the columns of a table that can be imported again, and how it came about."""

from datetime import date
from typing import Any

from import_export import fields, resources

from ratification.intake.rows import ACTIONS, HISTORY, REPORTS, TREATY_FACTS, Layout
from ratification.models import Action, Report, TreatyFact
from ratification.rules.dates import Span


def _columns(layout: Layout[Any]) -> tuple[str, ...]:
    """Return the columns of an export, the bounds of each day beside it."""
    bounds = [column for column in layout.columns for column in (column, *_bounds(column, layout))]
    return ("treaty", *bounds, *HISTORY)


def _bounds(column: str, layout: Layout[Any]) -> list[str]:
    stem = column.removesuffix("on")
    return [bound for bound in layout.bounds if column.endswith("_on") and bound.startswith(stem)]


def _day(span: Span | None) -> date | str | None:
    """Return the day, or the text of a day that is not known."""
    return (span.on or span.edtf) if span else None


_FLAGS = {None: "", True: "yes", False: "no"}


class _EntryResource(resources.ModelResource):  # type: ignore[misc]  # it ships no types
    """An entry as a row."""

    participant = fields.Field("participant__iso3", "participant")
    taken_on = fields.Field(column_name="taken_on")
    source = fields.Field("source__key", "source")
    treaty = fields.Field("treaty__slug", "treaty")
    supersedes = fields.Field("supersedes__revision", "supersedes")
    author = fields.Field("author__username", "author")
    reviewer = fields.Field("reviewer__username", "reviewer")

    def dehydrate_taken_on(self, entry: Action | Report | TreatyFact) -> date | str | None:
        """Return the day or interval."""
        return _day(entry.taken)


class ActionResource(_EntryResource):
    """A treaty action as a row."""

    effective_on = fields.Field(column_name="effective_on")
    articles = fields.Field(column_name="articles")
    relates_to = fields.Field("relates_to__revision", "relates_to")
    territories = fields.Field(column_name="territories")
    predecessor = fields.Field("predecessor__iso3", "predecessor")
    excludes = fields.Field(column_name="excludes")
    precludes = fields.Field(column_name="precludes")

    class Meta:
        model = Action
        fields = export_order = _columns(ACTIONS)

    def dehydrate_effective_on(self, entry: Action) -> date | str | None:
        """Return the day or interval."""
        return _day(entry.effective)

    def dehydrate_articles(self, entry: Action) -> str:
        """Return the provisions as in actions.csv."""
        return ";".join(entry.provisions)

    def dehydrate_excludes(self, entry: Action) -> str:
        """Return yes or no; empty where it is not known."""
        return _FLAGS[entry.excludes]

    def dehydrate_precludes(self, entry: Action) -> str:
        """Return yes or no; empty where it is not said."""
        return _FLAGS[entry.precludes]

    def dehydrate_territories(self, entry: Action) -> str:
        """Return the codes of the territories."""
        return ";".join(entry.territories)


class ReportResource(_EntryResource):
    """A report as a row. Details of contact points are in no column."""

    measure = fields.Field("measure__slug", "measure")

    class Meta:
        model = Report
        fields = export_order = _columns(REPORTS)


class TreatyFactResource(_EntryResource):
    """A treaty fact as a row."""

    class Meta:
        model = TreatyFact
        fields = export_order = _columns(TREATY_FACTS)
