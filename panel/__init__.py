"""Data-entry panel: Django's admin for the staff."""
