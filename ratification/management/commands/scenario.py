"""`manage.py scenario SLUG "AUT, BEL on 2027-03-01" "26 more by 2027-06-30"`: what would follow if."""

import json as plain
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.management.base import TrackerCommand, day, revision_number, treaty_named
from ratification.record import selectors
from ratification.rules.reasons import day_words
from ratification.scenario import Scenario, parse_scenario, scenario_document, scenario_of, sentences


class Command(TrackerCommand):
    """Print what would follow from deposits that nobody has made."""

    help = "Print what would follow from deposits that nobody has made: arithmetic on the record, stored nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the treaty, the lines of the scenario, and both clocks."""
        parser.add_argument("slug")
        parser.add_argument(
            "line",
            nargs="+",
            help='Who deposits when: "AUT, BEL on 2027-03-01", "signatories of eu on 2027-03-01", '
            '"members of asean on 2027-06", "26 more by 2027-06-30".',
        )
        parser.add_argument("--as-of", type=day, help="Legal date; today (UTC) when it is not given.")
        parser.add_argument(
            "--revision", type=revision_number, help="State of the record; the latest when it is not given."
        )
        parser.add_argument("--json", action="store_true", help="The whole document, as the API gives it.")

    def handle(
        self,
        *,
        slug: str,
        line: list[str],
        as_of: date | None,
        revision: int | None,
        json: bool,
        **_options: Any,  # noqa: ANN401 - named as the option
    ) -> None:
        """Evaluate and print."""
        treaty, lines = treaty_named(slug), parse_scenario(";".join(line))
        view = selectors.view_of(treaty, today=timezone.now().date(), as_of=as_of, revision=revision)
        scenario = scenario_of(view, lines)
        if json:
            self.stdout.write(plain.dumps(scenario_document(scenario), ensure_ascii=False))
            return
        for sentence in [*sentences(scenario), *_each(scenario)]:
            self.stdout.write(sentence)


def _each(scenario: Scenario) -> Iterator[str]:
    """Say for each deposit whether it counts and from when on the treaty is in force for who made it."""
    for each in scenario.assumed:
        who = each.participant.iso3 if each.participant else f"{each.instruments} more"
        own = f" In force for it {day_words(each.in_force)}." if each.in_force else ""
        yield f"{who}: {each.entry.reason}{own}"
    for left in scenario.left_out:
        yield f"{left.participant.iso3}: left out. {left.reason}"
