"""From the course of past treaties to the distribution of the day of the nth counted instrument.

Pure: no Django, no database, no clock. numpy is needed, so only the job imports it, never a web process.
"""
