"""What happened, and the copy of what follows from it."""

from ratification.models.ledger import Action, Record
from ratification.models.status import Change, Standing, TreatyStatus, Window

__all__ = ["Action", "Change", "Record", "Standing", "TreatyStatus", "Window"]
