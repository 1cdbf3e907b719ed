"""Official texts that an operator brings as a file: read, split into articles, checked, stored. None is bundled."""
