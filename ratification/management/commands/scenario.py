"""`manage.py scenario SLUG "AUT, BEL on 2027-03-01" "26 more by 2027-06-30"`: effects of assumed deposits."""

import json as plain
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.management.base import TrackerCommand, add_treaty_at, treaty_named
from ratification.record import selectors
from ratification.rules.reasons import day_words
from ratification.scenario import Scenario, parse_scenario, scenario_document, scenario_of, sentences


class Command(TrackerCommand):
    """Print the effects of assumed deposits."""

    help = "Print the effects of assumed deposits. Nothing is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the treaty, both clocks and the lines of the scenario."""
        add_treaty_at(parser)
        parser.add_argument(
            "line",
            nargs="+",
            help='Participants and day of deposit: "AUT, BEL on 2027-03-01", "signatories of eu on 2027-03-01", '
            '"members of asean on 2027-06", "26 more by 2027-06-30".',
        )

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
        """Evaluate the scenario and print its effects."""
        treaty, lines = treaty_named(slug), parse_scenario(";".join(line))
        view = selectors.view_of(
            treaty, today=treaty.legal_day(timezone.now()), as_of=as_of, revision=revision
        )
        scenario = scenario_of(view, lines)
        if json:
            self.stdout.write(plain.dumps(scenario_document(scenario), ensure_ascii=False))
            return
        for sentence in [*sentences(scenario), *_each(scenario)]:
            self.stdout.write(sentence)


def _each(scenario: Scenario) -> Iterator[str]:
    """Yield for each deposit whether it counts and the entry into force for its participant."""
    for each in scenario.assumed:
        who = each.participant.iso3 if each.participant else f"{each.instruments} more"
        own = f" In force for it {day_words(each.in_force)}." if each.in_force else ""
        yield f"{who}: {each.entry.reason}{own}"
    for left in scenario.left_out:
        yield f"{left.participant.iso3}: left out. {left.reason}"
