"""Parsing of what a treaty admits: signatures and consents (`[acts]`), and reservations (`[reservations]`)."""

import re

from treaty.clauses.kinds import ADMISSIBLE, ActionKind
from treaty.clauses.reader import TomlTable
from treaty.clauses.shapes import AdmittedActs, PermittedReservations, ReservationRule

_PROVISION = re.compile(r"[1-9]\d{0,3}(\([0-9a-z]{1,5}\))*", re.ASCII)


def read_acts(table: TomlTable) -> AdmittedActs:
    """Read the kinds of act that the treaty admits."""
    kinds = []
    for word in table.words("kinds"):
        if word in ADMISSIBLE:
            kinds.append(ActionKind(word))
        else:
            known = ", ".join(sorted(ADMISSIBLE))
            table.refuse("kinds", f'"{word}" is no act that a treaty admits; known are {known}')
    return AdmittedActs(table.text("article"), tuple(kinds))


def read_reservations(table: TomlTable) -> ReservationRule:
    """Read which reservations the treaty permits: none, those named `only`, or all `except` those named."""
    article, said = table.text("article"), table.peek("permitted")
    if said is None:
        table.refuse("permitted", 'is missing; write "none", "only" or "except"')
    known: tuple[PermittedReservations, ...] = ("none", "only", "except")
    permitted = table.choice("permitted", known)
    named = table.words("provisions", required=said in ("only", "except"))
    if said == "none" and named:
        table.refuse("provisions", 'names provisions, and permitted = "none" forbids every reservation')
    for provision in named:
        if not _PROVISION.fullmatch(provision):
            table.refuse("provisions", f'"{provision}" is no provision; write one like 42 or 11(1)(a)')
    return ReservationRule(article, permitted, named)
