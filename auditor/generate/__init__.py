"""The generation stage: what is asked of a model, and what comes of its answers."""
