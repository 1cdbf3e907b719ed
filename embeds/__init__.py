"""Embeds for other sites: a progress card and a table for a frame, a badge and a map as images, and oEmbed."""
