"""Tools without a word of treaties: HTTP client, spreadsheets, lazy modules, lifetimes of processes."""
