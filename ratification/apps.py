"""The app of the ledger and of the status computed from it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RatificationConfig(AppConfig):
    """The ledger of treaty actions and the status computed from it."""

    name = "ratification"
    verbose_name = "Record"

    def ready(self) -> None:
        """Set the panel's roles after each `migrate`, and the triggers of tables that are only added to."""
        from ratification.models import added_rows  # noqa: PLC0415 - models are loaded only before this
        from ratification.operations import roles  # noqa: PLC0415 - as above

        pre_migrate.connect(added_rows.lift, sender=self, dispatch_uid="ratification.added_rows")
        post_migrate.connect(added_rows.install, sender=self, dispatch_uid="ratification.added_rows")
        post_migrate.connect(roles.install, sender=self, dispatch_uid="ratification.roles")
