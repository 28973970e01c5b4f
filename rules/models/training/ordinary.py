"""Ordinary words of a language: those that are written in lower case more often than not.

From the word probabilities of ``spacy-lookups-data`` (MIT), which tell "mark" from "Mark".
"""

import gzip
import json
from importlib.resources import files

from auditor.detect.models.features import folded

LEAST = {"en": -15.7, "es": -15.2}  # natural logarithm of a word's probability
SHORTEST, LONGEST = 3, 20  # letters


def ordinary(language: str) -> frozenset[str]:
    """The words, without case and accents."""
    path = files("spacy_lookups_data") / "data" / f"{language}_lexeme_prob.json.gz"
    likely: dict[str, float] = json.loads(gzip.decompress(path.read_bytes()))
    return frozenset(
        folded(word)
        for word, log in likely.items()
        if log > LEAST[language]
        and word.isalpha()
        and word.islower()
        and SHORTEST <= len(word) <= LONGEST
        and log >= likely.get(word.capitalize(), -99.0)
    )
