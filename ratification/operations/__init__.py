"""Keeping the installation: archive, audit, heartbeat, roles."""
