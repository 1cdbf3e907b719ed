"""Forecast of the day on which a threshold is reached; separate from the record (docs/forecast.md)."""
