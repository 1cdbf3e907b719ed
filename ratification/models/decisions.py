"""Changes that a second person decides: of accounts, and of reference data that published entries cite.

The change waits until somebody other than its proposer accepts or refuses it; the database refuses the same person
twice, as it does for entries.
"""

from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q

from states.models import Participant
from treaty.models import Treaty


class Amended(NamedTuple):
    """One value that a change or a correction amends."""

    subject: str
    wrong: str
    right: str


class Decision(models.Model):
    """A proposed change, and the decision of a second person."""

    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.TextField(blank=True, help_text="Why the change is right.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True, help_text="Empty: not decided yet.")

    class Meta:
        abstract = True
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message="A change is decided by somebody other than its proposer.",
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="%(app_label)s_%(class)s_decided",
                violation_error_message="A decision has its moment and the person who took it.",
            ),
        ]

    @property
    def page(self) -> str:
        """The name of its page in the panel."""
        return f"admin:{self._meta.app_label}_{self._meta.model_name}_change"

    @property
    def outcome(self) -> str:
        """The decision in a word."""
        if self.accepted is None:
            return "waits for a second person"
        return "accepted" if self.accepted else "refused"


class StaffRole(Group):
    """A role of staff accounts; Django calls it a group, which in the panel is a group of participants."""

    class Meta:
        proxy = True
        verbose_name = "role"
        default_permissions = ()  # those of Django's groups hold


class AccountChange(Decision):
    """A role that publishes or administers, access with a new password, or the loss of a second factor."""

    class Kind(models.TextChoices):
        ROLE = "role", "give a role"
        ACCESS = "access", "access with a new password"
        FACTOR = "factor", "remove the second factor"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="account_changes"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    password_set_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the one-time link was used; the account is closed from then on.",
    )
    email = models.EmailField(
        blank=True, help_text="Address to which the one-time link was sent; empty: it was handed over."
    )

    class Meta(Decision.Meta):
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="role", role__isnull=False)
                | Q(kind__in=["access", "factor"], role__isnull=True),
                name="ratification_accountchange_role",
                violation_error_message="A change of roles names the role.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")) | Q(accepted=False),
                name="ratification_accountchange_not_own",
                violation_error_message="A change of one's own account is accepted by somebody else.",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(accepted__isnull=True, role__isnull=False),
                name="ratification_accountchange_role_once",
                violation_error_message="This role has been proposed already.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(accepted__isnull=True, kind="access"),
                name="ratification_accountchange_access_once",
                violation_error_message="A link has been made already.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(accepted__isnull=True, kind="factor"),
                name="ratification_accountchange_factor_once",
                violation_error_message="This has been proposed already.",
            ),
        ]

    def __str__(self) -> str:
        what = f"the role {self.role}" if self.role else self.get_kind_display()
        sent = f", link sent to {self.email}" if self.email else ""
        return f"{self.user}: {what}{sent}"


class TreatyProposal(Decision):
    """A new treaty as a definition directory, with a known case on which its clause is tried before it goes live."""

    slug = models.SlugField(help_text="Stable identifier in addresses and commands.")
    title = models.TextField(help_text="Full title.")
    files = models.JSONField(help_text="Content of treaty.toml and of the tables beside it, by name.")
    trial_acts = models.TextField(
        blank=True, help_text="Acts of a known case: participant, kind, taken_on; one a line."
    )
    trial_day = models.DateField(
        null=True, blank=True, help_text="Official day of entry into force of the known case."
    )

    class Meta(Decision.Meta):
        constraints = [
            *Decision.Meta.constraints,
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(accepted__isnull=True),
                name="ratification_treatyproposal_once",
                violation_error_message="A treaty of this name has been proposed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}: {self.title}"


class ReferenceChange(Decision):
    """A change of reference data that published entries cite: a row's values, a new row, or its removal.

    `before` and `after` have the values of the columns that change; `before` is null for a new row, `after` for a
    removed one.
    """

    table = models.CharField(max_length=40, help_text="Label of the model, such as states.Participant.")
    row = models.PositiveBigIntegerField(null=True, blank=True, help_text="Id of the row; empty: a new one.")
    name = models.CharField(max_length=300, help_text="What it is about, in words.")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="reference_changes"
    )
    treaty = models.ForeignKey(
        Treaty, on_delete=models.PROTECT, null=True, blank=True, related_name="reference_changes"
    )

    class Meta(Decision.Meta):
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="ratification_referencechange_reason",
                violation_error_message="A change of reference data needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amended(self) -> list[Amended]:
        """The columns that change, each with its earlier and its new value as text; of rows, their codes."""
        before, after = _leaves(self.before), _leaves(self.after)
        return [
            Amended(
                name.replace("_", " "), self._text(name, before.get(name)), self._text(name, after.get(name))
            )
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        ]

    def _text(self, name: str, value: object) -> str:
        """Return a value as text. Who decides must read which row it is, and the codes of cited rows stay."""
        if value is None:
            return ""
        fields = {field.name: field for field in apps.get_model(self.table)._meta.concrete_fields}  # noqa: SLF001 - documented API
        related: Any = fields[name].related_model if name in fields else None
        row = related and related._default_manager.filter(pk=value).first()  # noqa: SLF001 - documented API
        codes = (getattr(row, code, None) for code in ("iso3", "slug", "key", "number"))
        return str(next((code for code in codes if code is not None), value))


def _leaves(values: object, name: str = "") -> dict[str, object]:
    """Return values by name; of what has values of its own, such as a definition, each by its path."""
    if isinstance(values, list) and not any(isinstance(each, (dict, list)) for each in values):
        values = ", ".join(map(str, values))
    if isinstance(values, (dict, list)):
        pairs = values.items() if isinstance(values, dict) else enumerate(values, 1)
        found: dict[str, object] = {}
        for key, value in pairs:
            found |= _leaves(value, f"{name} {key}".strip())
        return found
    return {name: values} if name else {}
