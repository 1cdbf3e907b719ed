"""SQLite as the site's database: Django's own backend, with each statement rewritten once."""
