"""The pages: what analysts see, question and cite."""
