"""How much of the spelling of a short description a long text holds, by character n-grams.

4- and 5-grams within words, weighted by sublinear TF-IDF (Salton and Buckley 1988). Accents are
dropped: between Spanish text and English descriptions the shared Latin roots carry the comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEATURES = 2**20  # a clinical corpus has some 10^5 distinct n-grams; few share a column


@dataclass(frozen=True)
class CharTfidf:
    """Weights learned from some texts, for comparing any others."""

    counts: Any
    weights: Any

    def cosines(self, texts: Sequence[str], descriptions: Sequence[str]) -> NDArray[np.float64]:
        """Cosine of each text and description, (texts, descriptions), 0 to 1.

        n-grams that the weights were not learned from count as the rarest, so that a cosine does
        not depend on which other texts and descriptions are compared.
        """
        left, right = self._rows(texts), self._rows(descriptions)
        result: NDArray[np.float64] = (left @ right.T).toarray()
        return result

    def _rows(self, texts: Sequence[str]) -> Any:
        return self.weights.transform(self.counts.transform(texts))


def fitted(texts: Sequence[str]) -> CharTfidf:
    """Weights by how many of these texts (at least one) hold an n-gram."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    counts = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(4, 5),
        n_features=FEATURES,
        strip_accents="unicode",
        alternate_sign=False,
        norm=None,
    )
    weights = TfidfTransformer(sublinear_tf=True).fit(counts.transform(texts))
    return CharTfidf(counts, weights)
