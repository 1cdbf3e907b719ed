"""Reading of tables and definition directories that people bring in."""
