"""Doubt about an action."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that speaks against an action: impossible, or unusual and to be explained."""

    rule: str
    sentence: str
    impossible: bool = True
