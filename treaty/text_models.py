"""Tables of what stands beside the articles: texts in the official languages, and annexed interpretative notes."""

from django.db import models
from django.utils.translation import get_language_info
from simple_history.models import HistoricalRecords

from treaty.languages import LANGUAGES


class OfficialText(models.Model):
    """A text of a treaty in one language, as a file of an operator has it. The last one of a language is shown."""

    treaty = models.ForeignKey("treaty.Treaty", on_delete=models.CASCADE, related_name="official_texts")
    language = models.CharField(
        max_length=2, choices=[(code, language.name) for code, language in LANGUAGES.items()]
    )
    origin = models.CharField(
        max_length=500, help_text="Where the file comes from: its address, or its name where none was given."
    )
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the file.")
    format = models.CharField(max_length=4, choices=[("html", "HTML"), ("pdf", "PDF")])
    loaded_at = models.DateTimeField()
    differences = models.JSONField(
        default=list, blank=True, help_text="Titles and numbers of the record that the text has otherwise."
    )

    class Meta:
        ordering = ["treaty", "language", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "language", "sha256"], name="treaty_officialtext_file")
        ]

    def __str__(self) -> str:
        return f"{self.treaty}, text in {self.name}"

    @property
    def name(self) -> str:
        """Name of the language in English."""
        return LANGUAGES[self.language].name

    @property
    def address(self) -> str:
        """Address that the file comes from; "" where its name alone is known."""
        return self.origin if self.origin.startswith("https://") else ""

    @property
    def own_name(self) -> str:
        """Name of the language in the language itself."""
        return str(get_language_info("zh-hans" if self.language == "zh" else self.language)["name_local"])

    @property
    def direction(self) -> str:
        """Direction of the script: `ltr` or `rtl`."""
        return LANGUAGES[self.language].direction


class ArticleText(models.Model):
    """An article in an official text: its title and its paragraphs, each with its number."""

    text = models.ForeignKey(OfficialText, on_delete=models.CASCADE, related_name="articles")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=500, blank=True, help_text="As printed; empty: it has none.")
    paragraphs = models.JSONField(help_text="Number and text of each paragraph.")

    class Meta:
        ordering = ["text", "number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="treaty_articletext_number")]

    def __str__(self) -> str:
        return f"{self.text}, article {self.number}"


class InterpretativeNote(models.Model):
    """An interpretative note that is annexed to a treaty, as far as it is known."""

    treaty = models.ForeignKey("treaty.Treaty", on_delete=models.CASCADE, related_name="interpretative_notes")
    article = models.ForeignKey(
        "treaty.Article",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="interpretative_notes",
        help_text="The article that it concerns; empty: it is not known which.",
    )
    title = models.CharField(max_length=250)
    status = models.CharField(
        max_length=10,
        choices=[
            ("verified", "seen in the text"),
            ("reported", "reported by a source, not seen in the text"),
        ],
    )
    source = models.ForeignKey("treaty.Source", on_delete=models.PROTECT, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["treaty", "article__number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "article", "title"],
                name="treaty_interpretativenote_title",
                violation_error_message="The treaty already has a note of this title on this article.",
            ),
            models.UniqueConstraint(
                fields=["treaty", "title"],
                condition=models.Q(article=None),
                name="treaty_interpretativenote_title_alone",
                violation_error_message="The treaty already has a note of this title.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
