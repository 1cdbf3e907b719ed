"""Reading of the record at a date and a revision."""
