"""Operation of an installation: archive, audit, heartbeat, roles."""
