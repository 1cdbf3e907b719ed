"""Measurements of the site as it is installed, beside its peers and beside itself (docs/performance.md)."""
