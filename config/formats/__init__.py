"""Formats of days and moments, by language."""
