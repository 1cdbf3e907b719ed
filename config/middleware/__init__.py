"""Middleware above every view, in the order of settings.MIDDLEWARE."""
