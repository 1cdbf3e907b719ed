"""Tables of the text: treaties, chapters, articles, themes, requirements, measures, claims about them, and sources."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from common import local_formats
from treaty.clauses.parse import timezones
from treaty.text_models import ArticleText, InterpretativeNote, OfficialText

__all__ = [
    "ArticleText",
    "InterpretativeNote",
    "OfficialText",
]


def legal_day(timezone: str, now: datetime) -> date:
    """Return the day that it is in a depositary's time zone at a moment."""
    return now.astimezone(ZoneInfo(timezone)).date()


class Treaty(models.Model):
    """A treaty and, where known, the definition from which its dates are computed."""

    slug = models.SlugField(unique=True, help_text="Stable identifier in addresses and commands.")
    title = models.TextField(help_text="Full title.")
    short_title = models.CharField(max_length=200)
    popular_name = models.CharField(max_length=120, blank=True, help_text="What the press calls it.")
    about = models.TextField(
        blank=True,
        help_text="What the treaty does, in one sentence that begins with a verb: “obliges parties to …”.",
    )
    depositary = models.CharField(max_length=200)
    depositary_reference = models.CharField(
        max_length=30, blank=True, db_index=True, help_text="The depositary's number, e.g. XVIII-16."
    )
    depositary_timezone = models.CharField(
        max_length=64,
        default="UTC",
        help_text="IANA time zone where the depositary is: there a treaty's last days end, e.g. America/New_York.",
    )
    adopted_on = models.DateField(null=True, blank=True)
    adopted_by = models.CharField(max_length=200, blank=True, help_text="The instrument of adoption.")
    record_as_of = models.DateField(
        null=True,
        blank=True,
        help_text="For a list taken over whole: the day on which it was true. Empty: kept up to date.",
    )
    definition = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="treaty.toml with its tables, as checked by treaty.clauses; empty: no clause is known.",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "treaties"
        indexes = [models.Index(fields=["short_title", "id"], name="treaty_by_short_title")]

    def __str__(self) -> str:
        return self.popular_name or self.short_title

    def clean(self) -> None:
        """Refuse a time zone that there is not: in it every page counts the treaty's days."""
        if self.depositary_timezone not in timezones():
            raise ValidationError(
                f'"{self.depositary_timezone}" is no IANA time zone; write one like America/New_York.'
            )

    @property
    def in_full(self) -> str:
        """Name with the depositary's number: among thousands several have one name."""
        return f"{self}, {self.depositary_reference}" if self.depositary_reference else str(self)

    def legal_day(self, now: datetime) -> date:
        """Return the depositary's day at a moment."""
        return legal_day(self.depositary_timezone, now)

    @property
    def depositary_city(self) -> str:
        """City that names the time zone: New York."""
        return local_formats.city(self.depositary_timezone)


class Source(models.Model):
    """A citation that states a fact; it may name two documents that support each other."""

    class Confidence(models.TextChoices):
        PRIMARY = (
            "primary",
            pgettext_lazy("confidence in a source", "primary: the depositary or the State itself"),
        )
        SECONDARY = (
            "secondary",
            pgettext_lazy(
                "confidence in a source", "secondary: press, other treaty databases, reference works"
            ),
        )
        KNOWLEDGE = (
            "knowledge",
            pgettext_lazy("confidence in a source", "general knowledge of the field, to be checked"),
        )

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="sources")
    key = models.SlugField(max_length=80, help_text="Short name by which rows refer to the source.")
    title = models.TextField(help_text="Author, title, date, as one would cite it.")
    url = models.URLField(max_length=500, blank=True, help_text="Where it can be read.")
    publisher = models.CharField(max_length=200, blank=True)
    published_on = models.CharField(
        max_length=30, blank=True, help_text="EDTF level 0: day, month, year or interval."
    )
    confidence = models.CharField(max_length=10, choices=Confidence)
    note = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "key"],
                name="treaty_source_key",
                violation_error_message="The treaty already has a source with this key.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def in_full(self) -> str:
        """The source with the treaty that it is about."""
        return f"{self.title} ({self.treaty})"


class Theme(models.Model):
    """A subject by which articles are grouped."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Chapter(models.Model):
    """A chapter of the adopted text."""

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="chapters")
    position = models.PositiveSmallIntegerField(help_text="1 for chapter I.")
    number = models.CharField(max_length=8, help_text="As printed, in Roman numerals.")
    title = models.CharField(max_length=200)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "position"]
        constraints = [models.UniqueConstraint(fields=["treaty", "position"], name="treaty_chapter_position")]

    def __str__(self) -> str:
        return f"Chapter {self.number}: {self.title}"


class Article(models.Model):
    """An article: adopted, or merely reported to exist."""

    class Status(models.TextChoices):
        ADOPTED = "adopted", pgettext_lazy("status of an article", "in the adopted text")
        REPORTED = "reported", pgettext_lazy("status of an article", "reported, not in the adopted text")

    class Checked(models.TextChoices):
        VERIFIED = (
            "verified",
            pgettext_lazy("how a summary was checked", "seen in the text or the depositary's record"),
        )
        PARTLY = "partly", pgettext_lazy("how a summary was checked", "partly seen")
        OVERVIEW = "overview", pgettext_lazy("how a summary was checked", "taken from an official overview")
        KNOWLEDGE = (
            "knowledge",
            pgettext_lazy("how a summary was checked", "from general knowledge, to be checked"),
        )
        NONE = "", pgettext_lazy("how a summary was checked", "has none")

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="articles")
    number = models.PositiveSmallIntegerField()
    chapter = models.ForeignKey(
        Chapter, on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    status = models.CharField(
        max_length=10, choices=Status, help_text="Whether the adopted text has this article."
    )
    title = models.CharField(max_length=250, blank=True)
    title_status = models.CharField(
        max_length=10, choices=Checked, blank=True, help_text="How far the title has been checked."
    )
    summary_status = models.CharField(
        max_length=10, choices=Checked, blank=True, help_text="How far the summary has been checked."
    )
    summary = models.TextField(
        blank=True, help_text="In this project's own words; the text itself is authoritative."
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="articles")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "number"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "number"], name="treaty_article_number"),
            models.CheckConstraint(
                condition=Q(status="adopted", chapter__isnull=False) & ~Q(title="")
                | Q(status="reported", chapter__isnull=True, title="", summary=""),
                name="treaty_article_status",
                violation_error_message=(
                    "An adopted article has a chapter and a title; a reported one has no content of its own."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Article {self.number}" + (f": {self.title}" if self.title else "")

    @property
    def summary_is_checked(self) -> bool:
        """Whether at least part of the summary was seen in the text."""
        return self.summary_status in SEEN


SEEN = (Article.Checked.VERIFIED, Article.Checked.PARTLY)
"""What is not of these is folded away on pages."""


def provision_name(article: int, paragraph: str) -> str:
    """Return a paragraph as statements name it: `23(3)(a)` for paragraph 3(a) of article 23."""
    number, bracket, letter = paragraph.partition("(")
    return f"{article}({number}){bracket}{letter}" if number else f"{article}{paragraph}"


class Requirement(models.Model):
    """A declaration, reservation or notification that the text permits or requires."""

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="requirements")
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    paragraph = models.CharField(max_length=20, blank=True)
    paragraph_certain = models.BooleanField(
        default=False, help_text="Whether the paragraph's number has been checked."
    )
    kind = models.CharField(max_length=40, help_text="docs/convention.md lists the kinds.")
    occasion = models.CharField(max_length=200, blank=True, help_text="When it may or must be made.")
    description = models.TextField(help_text="In this project's own words.")
    status = models.CharField(max_length=200, help_text="How far the statement has been checked.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "article__number", "pk"]

    def __str__(self) -> str:
        return f"{self.article or 'General'}: {self.kind}"

    @property
    def is_checked(self) -> bool:
        """Whether at least part of the statement was seen in the text."""
        return self.status in SEEN

    @property
    def provision(self) -> str:
        """Its place in the text; empty where it concerns the treaty as a whole."""
        return provision_name(self.article.number, self.paragraph) if self.article else ""


class Claim(models.Model):
    """A claim reported about the treaty, the finding of the sources, and its treatment here."""

    class Counted(models.TextChoices):
        SIGNATORIES = "signatories", pgettext_lazy("what is counted", "signatories")
        CONTRACTING = "contracting", pgettext_lazy("what is counted", "contracting States and organizations")
        PARTIES = "parties", pgettext_lazy("what is counted", "parties")

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="claims")
    slug = models.SlugField(max_length=80)
    claim = models.TextField()
    claimed_by = models.TextField()
    published_on = models.CharField(max_length=30, blank=True, help_text="EDTF level 0.")
    finding = models.TextField(help_text="What the sources say.")
    evidence = models.TextField()
    treatment = models.TextField(help_text="How the tracker treats it.")
    counted = models.CharField(
        "number",
        max_length=12,
        blank=True,
        choices=Counted,
        help_text="The number that a total was reported for.",
    )
    reported = models.PositiveSmallIntegerField(
        "reported total", null=True, blank=True, help_text="The total reported, the least where several were."
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "slug"], name="treaty_claim_slug"),
            models.CheckConstraint(
                condition=Q(counted="", reported__isnull=True) | (~Q(counted="") & Q(reported__isnull=False)),
                name="treaty_claim_reported",
                violation_error_message="A reported total says of what, and how many.",
            ),
        ]

    def __str__(self) -> str:
        return self.claim


class Measure(models.Model):
    """A measure that a participant takes because of the treaty, and the stages that can be reported of it."""

    class Theme(models.TextChoices):
        RATIFICATION = "ratification", pgettext_lazy("theme of measures", "steps to ratification")
        CRIMINALIZATION = "criminalization", pgettext_lazy("theme of measures", "criminal law")
        PROCEDURE = "procedure", pgettext_lazy("theme of measures", "procedural powers")
        COOPERATION = "cooperation", pgettext_lazy("theme of measures", "cooperation in law")
        AUTHORITIES = "authorities", pgettext_lazy("theme of measures", "authorities and contact points")
        UNITS = "units", pgettext_lazy("theme of measures", "units and guidelines")
        ASSISTANCE = "assistance", pgettext_lazy("theme of measures", "technical assistance")
        SAFEGUARDS = "safeguards", pgettext_lazy("theme of measures", "safeguards")

    class Stage(models.TextChoices):
        SIGNED = "signed", pgettext_lazy("stage of a measure", "signed")
        BEFORE_PARLIAMENT = "before_parliament", pgettext_lazy("stage of a measure", "before parliament")
        APPROVED_AT_HOME = "approved_at_home", pgettext_lazy("stage of a measure", "domestic approval given")
        DEPOSITED = "deposited", pgettext_lazy("stage of a measure", "instrument deposited")
        UNDER_PREPARATION = "under_preparation", pgettext_lazy("stage of a measure", "under preparation")
        DRAFT_BEFORE_PARLIAMENT = (
            "draft_before_parliament",
            pgettext_lazy("stage of a measure", "draft before parliament"),
        )
        IN_FORCE = "in_force", pgettext_lazy("stage of a measure", "in force")
        ALREADY_COVERED = "already_covered", pgettext_lazy("stage of a measure", "covered by earlier law")
        DESIGNATED = "designated", pgettext_lazy("stage of a measure", "designated")
        NOTIFIED = "notified", pgettext_lazy("stage of a measure", "notified to the depositary")
        IN_PLACE = "in_place", pgettext_lazy("stage of a measure", "in place")
        ASKED = "asked", pgettext_lazy("stage of a measure", "asked for")
        OFFERED = "offered", pgettext_lazy("stage of a measure", "offered")
        ASKED_AND_OFFERED = "asked_and_offered", pgettext_lazy("stage of a measure", "asked for and offered")

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="measures")
    slug = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(help_text="Place in lists.")
    articles = models.JSONField(default=list, help_text="Numbers of the articles that it serves.")
    name = models.CharField(max_length=120)
    theme = models.CharField(max_length=20, choices=Theme)
    stages = models.JSONField(help_text="The stages that can be reported, from first to last.")
    description = models.TextField(help_text="In this project's own words.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["treaty", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "slug"],
                name="treaty_measure_slug",
                violation_error_message="The treaty already has a measure of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
