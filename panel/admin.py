"""Entry point of Django's autodiscovery: imports every module that registers a page."""

from panel import (
    accounts,
    actions,
    followers,
    notifications,
    partners,
    reports,
    runs,
    states,
    timeline,
    treaty,
    treaty_facts,
    treaty_proposals,
)

__all__ = [
    "accounts",
    "actions",
    "followers",
    "notifications",
    "partners",
    "reports",
    "runs",
    "states",
    "timeline",
    "treaty",
    "treaty_facts",
    "treaty_proposals",
]
