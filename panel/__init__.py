"""The data-entry panel: Django's admin for the people who keep the record."""
