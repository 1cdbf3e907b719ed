"""Forecast of the day on which a threshold is reached, beside the record and never part of it (docs/forecast.md)."""
