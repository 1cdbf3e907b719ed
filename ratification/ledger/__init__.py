"""Writing of entries: content, checks, preview, corrections. The only writer of actions and reports."""
