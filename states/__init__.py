"""Participants, their names and their groups."""
