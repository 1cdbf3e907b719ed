"""Tools that know nothing of treaties: the HTTP client, spreadsheets."""
