"""Recognizers as data: rules, the arithmetic they may name, and what keeps them linear."""
