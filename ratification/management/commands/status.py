"""`manage.py status SLUG`: status of a treaty, on any date and at any revision."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.management.base import TrackerCommand, add_treaty_at, treaty_named
from ratification.record import selectors
from ratification.record.selectors import View
from ratification.rules.caveats import caveat_on_force, may_be_earlier


class Command(TrackerCommand):
    """Print the status of a treaty."""

    help = "Print the status of a treaty, on any date and at any revision of the record."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the treaty and both clocks."""
        add_treaty_at(parser)

    def handle(
        self,
        *,
        slug: str,
        as_of: date | None,
        revision: int | None,
        json: bool,
        **_options: Any,  # noqa: ANN401 - named as the option
    ) -> None:
        """Compute the status and print it."""
        treaty = treaty_named(slug)
        today = treaty.legal_day(timezone.now())
        if json:
            self.stdout.write(selectors.document_of(treaty, today=today, as_of=as_of, revision=revision))
            return
        view = selectors.view_of(treaty, today=today, as_of=as_of, revision=revision)
        for line in _lines(view):
            self.stdout.write(line)


def _needed(required: int | None) -> str:
    return f"the {required} instruments needed" if required else "entry into force"


def _lines(view: View) -> Iterator[str]:
    """Yield the status in sentences, with the three numbers separate."""
    outcome = view.outcome
    threshold = outcome.threshold
    popular = f" ({view.treaty.popular_name})" if view.treaty.popular_name else ""
    yield f"{view.treaty.short_title}{popular}, as of {view.as_of}, revision {view.revision}."
    yield outcome.entry_into_force.reason
    if may_be_earlier(outcome):
        yield caveat_on_force(outcome)
    numbers = [
        ("signatories", outcome.signatories),
        ("contracting States and organizations", outcome.contracting),
        ("parties", outcome.parties),
        (f"counting toward {_needed(threshold.required)}", threshold.counted),
    ]
    for words, count in numbers:
        possible = f" (at most {count.possible}: a date is open)" if count.possible > count.certain else ""
        yield f"{count.certain:>5}  {words}{possible}"
    for window in outcome.windows:
        if window.state == "open" and not window.reported:
            who = f" of {window.participant}" if window.participant else ""
            until = f", {window.days_left} days left" if window.days_left is not None else ""
            yield f"Open: {window.kind.replace('_', ' ')}{who}{until} ({window.basis})."
