"""What happened, the copy of what follows from it, and what was compared with the depositary's record."""

from ratification.models.imports import Difference, ImportRun, StatusDocument
from ratification.models.ledger import Action, Record
from ratification.models.status import Change, Standing, TreatyStatus, Window

__all__ = [
    "Action",
    "Change",
    "Difference",
    "ImportRun",
    "Record",
    "Standing",
    "StatusDocument",
    "TreatyStatus",
    "Window",
]
