"""The gate between a generator of synthetic clinical text and everyone downstream."""

__version__ = "0.1.0"
