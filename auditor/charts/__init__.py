"""Geometry of the audit's charts: numbers in, coordinates out. Knows no page and no colour."""
