"""Profiles: data sets side by side on three axes, from their audits alone, and how that is told."""
