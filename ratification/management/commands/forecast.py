"""Print the forecast of a treaty, made anew or as it was kept."""

import json
from typing import TYPE_CHECKING, Any

from django.core.management import CommandParser
from django.utils import timezone

from common.lazy import lazy_module
from ratification.forecast import stored
from ratification.management.base import Error, TrackerCommand, day, revision_number, treaty_named
from ratification.record import selectors

if TYPE_CHECKING:
    from ratification.forecast import job
else:
    job = lazy_module("ratification.forecast.job")


class Command(TrackerCommand):
    """Print the forecast of a treaty as JSON, or keep it as the job does."""

    help = (
        "Print the forecast of a treaty's threshold as JSON (docs/forecast.md). It is no part of the record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the treaty, the clocks, and the earlier day to compare with."""
        parser.add_argument("treaty", metavar="TREATY")
        parser.add_argument("--as-of", type=day, help="Legal date; today if not given.")
        parser.add_argument(
            "--revision", type=revision_number, help="State of the record; the latest if not given."
        )
        parser.add_argument("--since", type=day, help="Earlier day: what has moved it since then.")
        parser.add_argument(
            "--store", action="store_true", help="Keep it among the forecasts; the job draws it."
        )

    def handle(self, *, treaty: str, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print or keep it."""
        found = treaty_named(treaty)
        now = timezone.now()
        today = found.legal_day(now)
        as_of = options["as_of"] or today
        if options["since"] and options["since"] >= as_of:
            raise Error(f"--since is {options['since']}, which is not before {as_of}.")
        if options["store"]:
            kept = stored.store(found, today=today, now=now, as_of=as_of)
            if kept is None:
                self.stdout.write("Not kept: its list is not kept up to date.")
            else:
                self.stdout.write("Kept." if kept.computed_at == now else "Kept already.")
            return
        view = selectors.view_of(found, today=today, as_of=as_of, revision=options["revision"])
        earlier = None
        if options["since"]:
            before = selectors.view_of(
                found, today=today, as_of=options["since"], revision=options["revision"]
            )
            earlier = job.forecast_document(before)
        self.stdout.write(json.dumps(job.forecast_document(view, earlier), indent=1))
