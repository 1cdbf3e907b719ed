"""Partner sites: tokens, webhooks, data packages."""
