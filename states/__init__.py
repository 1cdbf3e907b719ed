"""WHO can act: participants, the names they are known by, and their groups."""
