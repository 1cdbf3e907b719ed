"""WHAT a treaty's final clauses say, as data. Pure: no Django, no database, no clock, no input or output."""

from treaty.clauses.kinds import CONSENTS, SIGNATURES, ActionKind
from treaty.clauses.parse import parse_definition
from treaty.clauses.reader import DefinitionError
from treaty.clauses.shapes import (
    Amendment,
    Clause,
    Cooperation,
    Definition,
    Delay,
    Denunciation,
    DomesticApproval,
    EntryIntoForce,
    LaterParties,
    Organizations,
    Share,
    SignatureWindow,
    Subset,
)
from treaty.clauses.stored import definition_from_json, definition_to_json

__all__ = [
    "CONSENTS",
    "SIGNATURES",
    "ActionKind",
    "Amendment",
    "Clause",
    "Cooperation",
    "Definition",
    "DefinitionError",
    "Delay",
    "Denunciation",
    "DomesticApproval",
    "EntryIntoForce",
    "LaterParties",
    "Organizations",
    "Share",
    "SignatureWindow",
    "Subset",
    "definition_from_json",
    "definition_to_json",
    "parse_definition",
]
