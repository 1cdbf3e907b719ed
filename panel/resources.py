"""What an export of entries holds: the columns of a table that can be imported again, and how it came about."""

from import_export import fields, resources

from ratification.intake.rows import ACTIONS, REPORTS
from ratification.models import Action, Report

_AFTER = (
    "state",
    "entry",
    "supersedes",
    "reason",
    "revision",
    "author",
    "reviewer",
    "created_at",
    "published_at",
)


class _EntryResource(resources.ModelResource):  # type: ignore[misc]  # it ships no types
    """An entry as a row."""

    participant = fields.Field("participant__iso3", "participant")
    taken_on = fields.Field(column_name="taken_on")
    source = fields.Field("source__key", "source")
    treaty = fields.Field("treaty__slug", "treaty")
    supersedes = fields.Field("supersedes__revision", "supersedes")
    author = fields.Field("author__username", "author")
    reviewer = fields.Field("reviewer__username", "reviewer")

    def dehydrate_taken_on(self, entry: Action | Report) -> str:
        """Return the day or interval."""
        return entry.taken.edtf


class ActionResource(_EntryResource):
    """A treaty action as a row."""

    effective_on = fields.Field(column_name="effective_on")
    articles = fields.Field(column_name="articles")
    relates_to = fields.Field("relates_to__revision", "relates_to")

    class Meta:
        model = Action
        fields = export_order = ("treaty", *ACTIONS.columns, *_AFTER)

    def dehydrate_effective_on(self, entry: Action) -> str:
        """Return the day or interval."""
        return entry.effective.edtf if entry.effective else ""

    def dehydrate_articles(self, entry: Action) -> str:
        """Return the provisions as in actions.csv."""
        return ";".join(entry.provisions)


class ReportResource(_EntryResource):
    """A report as a row. Details of contact points are in no column."""

    measure = fields.Field("measure__slug", "measure")

    class Meta:
        model = Report
        fields = export_order = ("treaty", *REPORTS.columns, *_AFTER)
