"""Tables and definition directories that users bring in."""
