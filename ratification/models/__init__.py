"""Tables of the ledger, of the computed status, and of comparisons with the depositary's record."""

from ratification.models.decisions import AccountChange, ReferenceChange, StaffRole, TreatyProposal
from ratification.models.entry import LedgerEntry
from ratification.models.following import Mail, MailSubscription, Suppression
from ratification.models.forecasts import Forecast
from ratification.models.heartbeat import Heartbeat
from ratification.models.imports import Difference, ImportRun, StatusDocument
from ratification.models.ledger import Action, Record
from ratification.models.notifications import Notification
from ratification.models.partners import Dataset, Delivery, PartnerToken, Subscription
from ratification.models.reference import Edition
from ratification.models.reports import Contact, ContactLookup, Report
from ratification.models.revisions import Revision
from ratification.models.second_factors import SecondFactor
from ratification.models.status import Change, Standing, TreatyStatus, Window
from ratification.models.treaty_facts import TreatyFact
from ratification.models.unfinished import UnfinishedForm

__all__ = [
    "AccountChange",
    "Action",
    "Change",
    "Contact",
    "ContactLookup",
    "Dataset",
    "Delivery",
    "Difference",
    "Edition",
    "Forecast",
    "Heartbeat",
    "ImportRun",
    "LedgerEntry",
    "Mail",
    "MailSubscription",
    "Notification",
    "PartnerToken",
    "Record",
    "ReferenceChange",
    "Report",
    "Revision",
    "SecondFactor",
    "StaffRole",
    "Standing",
    "StatusDocument",
    "Subscription",
    "Suppression",
    "TreatyFact",
    "TreatyProposal",
    "TreatyStatus",
    "UnfinishedForm",
    "Window",
]
