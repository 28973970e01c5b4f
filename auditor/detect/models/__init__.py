"""Name models: the two that are shipped, and those of the user."""
