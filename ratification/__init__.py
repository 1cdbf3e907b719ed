"""WHAT HAPPENED to a treaty, and what follows from it."""
