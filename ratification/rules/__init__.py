"""The law: pure functions over frozen data. No Django, no database, no clock, no input or output."""
