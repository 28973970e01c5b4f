"""What checks share: indexes over a corpus, built once and read-only."""
