"""The REST API: read-only, public, strict. docs/api.md is its guide, docs/api-changes.md its change log."""

RELEASE = "1.1"
"""Named in every validator, so that answers cached before a release are asked for anew after it."""
