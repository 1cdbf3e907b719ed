"""numpy comes with the development tools alone; the shipped set has none, so the processes measured get none."""

raise ImportError("numpy is not part of what is shipped")
