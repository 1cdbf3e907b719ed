"""The pages: server-rendered, complete without script, each for any date and any state of the record."""
