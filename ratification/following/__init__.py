"""Following: questions about changes, and the mail that answers them."""
