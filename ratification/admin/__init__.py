"""The data-entry panel: entries, the people who make them, and what they look things up in."""

from ratification.admin import accounts, actions, partners, reports, runs, timeline

__all__ = ["accounts", "actions", "partners", "reports", "runs", "timeline"]
