"""WHAT the text says: treaties, their articles, and their final clauses as data."""
