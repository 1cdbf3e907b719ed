"""Scenarios: hypothetical deposits added to the record and evaluated by the same rules. Nothing is stored."""

from ratification.scenario.document import headline, scenario_document, sentences
from ratification.scenario.evaluate import Assumed, LeftOut, Scenario, scenario_of
from ratification.scenario.soonest import Soonest, soonest_of
from ratification.scenario.text import LONGEST, ScenarioError, ScenarioLine, Who, parse_scenario, written

__all__ = [
    "LONGEST",
    "Assumed",
    "LeftOut",
    "Scenario",
    "ScenarioError",
    "ScenarioLine",
    "Soonest",
    "Who",
    "headline",
    "parse_scenario",
    "scenario_document",
    "scenario_of",
    "sentences",
    "soonest_of",
    "written",
]
