"""Participants, their names, and their groups.

Intervals are half-open: `valid_from` is the first day, `valid_until` the first day after; an empty end is open.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from states.names import normalise
from states.validity import ends_after_it_begins


class Validity(models.Model):
    """An interval of days on which a row holds."""

    valid_from = models.DateField(
        "valid from", null=True, blank=True, help_text="First day; empty: before the record."
    )
    valid_until = models.DateField(
        "valid until", null=True, blank=True, help_text="First day after; empty: still."
    )

    class Meta:
        abstract = True


class Participant(Validity):
    """A State, an organization or a territory that can appear in a status list."""

    class Kind(models.TextChoices):
        MEMBER_STATE = "member_state", pgettext_lazy("kind of participant", "Member of the United Nations")
        OBSERVER_STATE = "observer_state", pgettext_lazy("kind of participant", "observer State")
        OTHER_STATE = "other_state", pgettext_lazy("kind of participant", "other State")
        LISTED_STATE = (
            "listed_state",
            pgettext_lazy("kind of participant", "listed as a State by some depositaries"),
        )
        FORMER_STATE = "former_state", pgettext_lazy("kind of participant", "State that no longer exists")
        REIO = "reio", pgettext_lazy("kind of participant", "regional economic integration organization")
        ORGANIZATION = "organization", pgettext_lazy("kind of participant", "international organization")
        TERRITORY = "territory", pgettext_lazy("kind of participant", "territory")

    class UNGroup(models.TextChoices):
        AFRICAN = "african", pgettext_lazy("regional group", "African States")
        ASIA_PACIFIC = "asia_pacific", pgettext_lazy("regional group", "Asia-Pacific States")
        EASTERN_EUROPEAN = "eastern_european", pgettext_lazy("regional group", "Eastern European States")
        GRULAC = "grulac", pgettext_lazy("regional group", "Latin American and Caribbean States")
        WEOG = "weog", pgettext_lazy("regional group", "Western European and other States")
        NONE = "none", pgettext_lazy("regional group", "no regional group")

    iso3 = models.CharField(
        "code",
        max_length=3,
        unique=True,
        help_text="ISO 3166-1 alpha-3; EUE for the European Union; docs/participants.md explains the other codes.",
    )
    iso2 = models.CharField(
        "ISO alpha-2", max_length=2, blank=True, help_text="ISO 3166-1 alpha-2, where there is one."
    )
    m49 = models.CharField(
        "M49", max_length=3, blank=True, help_text="United Nations M49 code, where there is one."
    )
    name = models.CharField(max_length=200, unique=True, help_text="The United Nations' short name.")
    kind = models.CharField(
        max_length=20, choices=Kind, help_text="What the participant is in treaty practice."
    )
    region = models.CharField(max_length=60, blank=True, help_text="United Nations M49 region.")
    subregion = models.CharField(max_length=60, blank=True, help_text="United Nations M49 sub-region.")
    un_group = models.CharField(
        "regional group",
        max_length=20,
        choices=UNGroup,
        default=UNGroup.NONE,
        help_text="United Nations regional group.",
    )
    source = models.TextField(help_text="Where these facts come from.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            ends_after_it_begins(
                "states_participant_interval", "The participant's last day lies before its first."
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="states_participant_source",
                violation_error_message="A participant needs a source.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_full(self) -> str:
        """The name with the code, and the end of a participant that has one."""
        end = f", until {self.valid_until - timedelta(days=1):%-d %B %Y}" if self.valid_until else ""
        return f"{self.name} ({self.iso3}{end})"


class ParticipantName(Validity):
    """Another name of a participant: earlier, formal, the depositary's spelling, or in common use."""

    class Kind(models.TextChoices):
        FORMER = "former", "earlier name"
        FORMAL = "formal", "formal name"
        DEPOSITARY = "depositary", "depositary's spelling"
        ALIAS = "alias", "common name"
        TRANSLATED = "translated", "name in another language"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200, help_text="As printed.")
    normalised = models.CharField(
        max_length=200,
        db_index=True,
        editable=False,
        help_text="The name as it is looked up; one participant a name.",
    )
    language = models.CharField(
        max_length=12, default="en", help_text="Language tag (BCP 47): en, fr, zh-Hans, ..."
    )
    kind = models.CharField(max_length=12, choices=Kind)
    source = models.TextField(help_text="Where this name is printed.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [
            # Languages share names: Germany is Alemania in Spanish, and Chile is Chile in three languages.
            models.UniqueConstraint(
                fields=["normalised", "language"],
                name="states_name_once_a_language",
                violation_error_message="This name is already recorded in this language.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Set the normalised form; refuse a name of another participant."""
        self.normalised = normalise(self.name)
        if not self.normalised:
            raise ValidationError({"name": "A name has letters."})
        owners = {normalise(participant.name): participant for participant in Participant.objects.all()}
        others = ParticipantName.objects.filter(normalised=self.normalised).exclude(pk=self.pk)
        here = others.filter(language=self.language).first()
        other = here or others.exclude(participant=self.participant_id).first()
        owner = other.participant if other else owners.get(self.normalised)
        is_own = owner is not None and not here and owner.pk == self.participant_id
        # In another language a participant may be called as in English; in English the name is there already.
        if owner is not None and not (is_own and self.language != "en"):
            raise ValidationError({"name": f"“{self.name}” is already a name of {owner}."})


class Group(models.Model):
    """A group of participants, for analysts or for a clause."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True, help_text="Political, economic, development, ...")
    organization = models.OneToOneField(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="member_group",
        help_text="The regional economic integration organization that these members form.",
    )
    description = models.TextField(blank=True)
    source = models.TextField(help_text="Where the group and its members come from.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(Validity):
    """One participant's membership of a group over an interval."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="memberships")
    source = models.TextField(help_text="Where the membership and its dates come from.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["group", "participant", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "participant", "valid_from"],
                name="states_membership_once",
                violation_error_message="This membership is already recorded.",
            ),
            # A second constraint, because an empty first day is distinct from every other in SQL.
            models.UniqueConstraint(
                fields=["group", "participant"],
                condition=Q(valid_from__isnull=True),
                name="states_membership_once_undated",
                violation_error_message="This membership is already recorded without a first day.",
            ),
            ends_after_it_begins("states_membership_interval", "The membership ends before it begins."),
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.group}"


class Responsibility(Validity):
    """A State's responsibility for the international relations of a territory, over an interval."""

    territory = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="responsibilities")
    state = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="territories")
    source = models.TextField(help_text="Where the responsibility and its dates come from.")
    history = HistoricalRecords()

    class Meta:
        ordering = ["territory", "valid_from"]
        verbose_name_plural = "responsibilities"
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "state", "valid_from"], name="states_responsibility_once"
            ),
            models.UniqueConstraint(
                fields=["territory", "state"],
                condition=Q(valid_from__isnull=True),
                name="states_responsibility_once_undated",
            ),
            ends_after_it_begins(
                "states_responsibility_interval", "The responsibility ends before it begins."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.territory}"
