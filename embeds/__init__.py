"""For pages that cannot program: a progress card and a table in a frame, a badge and a map as images, and oEmbed."""
