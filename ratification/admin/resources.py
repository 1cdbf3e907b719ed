"""What an export of entries holds: the columns of actions.csv, which can be imported again, and how it came about."""

from import_export import fields, resources

from ratification.models import Action


class ActionResource(resources.ModelResource):  # type: ignore[misc]  # it ships no types
    """An entry as a row."""

    participant = fields.Field("participant__iso3", "participant")
    taken_on = fields.Field(column_name="taken_on")
    effective_on = fields.Field(column_name="effective_on")
    articles = fields.Field(column_name="articles")
    relates_to = fields.Field("relates_to__revision", "relates_to")
    source = fields.Field("source__key", "source")
    treaty = fields.Field("treaty__slug", "treaty")
    supersedes = fields.Field("supersedes__revision", "supersedes")
    author = fields.Field("author__username", "author")
    reviewer = fields.Field("reviewer__username", "reviewer")

    class Meta:
        model = Action
        fields = (
            "treaty",
            "participant",
            "kind",
            "taken_on",
            "effective_on",
            "articles",
            "relates_to",
            "summary",
            "notification",
            "source",
            "confidence",
            "note",
            "override",
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
        export_order = fields

    def dehydrate_taken_on(self, entry: Action) -> str:
        """Return the day or interval."""
        return entry.taken.edtf

    def dehydrate_effective_on(self, entry: Action) -> str:
        """Return the day or interval."""
        return entry.effective.edtf if entry.effective else ""

    def dehydrate_articles(self, entry: Action) -> str:
        """Return the provisions as in actions.csv."""
        return ";".join(entry.provisions)
