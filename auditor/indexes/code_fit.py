"""How well texts fit diagnosis codes, against real texts and against a panel of other codes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import char_tfidf, embedding, taxonomy

Matrix = NDArray[np.float64]

PER_CHAPTER = 24  # categories of each chapter in the panel; more add time and no power
OWN_CHAPTER = 1 / 3  # its part in the centre: more tells neighbours apart, less finds strays
SHRINKAGE = 0.02  # of the deviation over all codes: a code may be all but constant
DIGITS = 5  # of a cosine; the last bits depend on the number of threads


@dataclass(frozen=True, eq=False)
class Fit:
    """Scores of some records (rows) for the panel and some codes, in background deviations."""

    columns: dict[str, int]
    scores: Matrix

    def agreement(self, row: int, codes: Sequence[str]) -> float:
        """Mean over the codes of the score less the row's centre."""
        own = [self.scores[row, self.columns[code]] - self._centre(row, code) for code in codes]
        return float(np.mean(own))

    def rank(self, row: int, codes: Sequence[str]) -> float:
        """Mean over the codes of the share of other categories that score at least as high."""
        return float(np.mean([self._rank(row, code) for code in codes]))

    def _rank(self, row: int, code: str) -> float:
        others = [c for c in panel() if c != taxonomy.category(code)]
        rivals = self.scores[row, [self.columns[other] for other in others]]
        return float((rivals >= self.scores[row, self.columns[code]]).mean())

    def _centre(self, row: int, code: str) -> float:
        own = self._by_chapter[taxonomy.chapter(code)][row]
        return float((1 - OWN_CHAPTER) * self._overall[row] + OWN_CHAPTER * own)

    @cached_property
    def _overall(self) -> Matrix:
        return self._mean(panel())

    @cached_property
    def _by_chapter(self) -> dict[str, Matrix]:
        chapters = {taxonomy.chapter(code) for code in panel()}
        return {
            chapter: self._mean([c for c in panel() if taxonomy.chapter(c) == chapter])
            for chapter in sorted(chapters)
        }

    def _mean(self, codes: Sequence[str]) -> Matrix:
        mean: Matrix = self.scores[:, [self.columns[code] for code in codes]].mean(axis=1)
        return mean


@dataclass(frozen=True, eq=False)
class Background:
    """Records of a corpus that say what a text scores for a code that it need not be about."""

    corpus: Corpus
    indices: tuple[int, ...]

    def fit(self, corpus: Corpus, indices: Sequence[int], codes: Sequence[str]) -> Fit:
        """Sentence and character scores, added, of some records of a corpus for known codes.

        Raises CannotMeasure when the sentence model is missing or altered.
        """
        columns = {code: at for at, code in enumerate(dict.fromkeys((*panel(), *codes)))}
        sentences, characters = self.voices(corpus, indices, list(columns))
        return Fit(columns, sentences + characters)

    def voices(
        self, corpus: Corpus, indices: Sequence[int], codes: Sequence[str]
    ) -> tuple[Matrix, Matrix]:
        """Sentence and character scores, (records, codes) each; the codes begin with the panel."""
        sentences = _standardised(
            _closest(corpus, indices, codes), _closest(self.corpus, self.indices, codes)
        )
        characters = _standardised(
            self._characters(corpus, indices, codes),
            self._characters(self.corpus, self.indices, codes),
        )
        return sentences, characters

    def _characters(self, corpus: Corpus, indices: Sequence[int], codes: Sequence[str]) -> Matrix:
        texts = [corpus.records[index].text for index in indices]
        return self._weights.cosines(texts, _descriptions(codes)).round(DIGITS)

    @cached_property
    def _weights(self) -> char_tfidf.CharTfidf:
        texts = [self.corpus.records[index].text for index in self.indices]
        return char_tfidf.fitted([*texts, *_descriptions(panel())])


@cache
def panel() -> tuple[str, ...]:
    """Categories of all chapters, always the same ones: what a text is compared with besides."""
    by_chapter: dict[str, list[str]] = {}
    for code in taxonomy.categories():
        by_chapter.setdefault(taxonomy.chapter(code), []).append(code)

    def digest(code: str) -> bytes:
        return hashlib.sha256(code.encode()).digest()

    return tuple(
        c for codes in by_chapter.values() for c in sorted(codes, key=digest)[:PER_CHAPTER]
    )


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Chance that a right score exceeds a wrong one, ties counting half; NaN without either."""
    if not right or not wrong:
        return float("nan")
    ordered = np.sort(wrong)
    below = np.searchsorted(ordered, right, "left") + np.searchsorted(ordered, right, "right")
    return float(below.mean() / 2 / len(wrong))


def _standardised(scores: Matrix, background: Matrix) -> Matrix:
    """z-scores per column by the background; 0 where nothing varies. The panel stands first."""
    overall = background[:, : len(panel())].std()
    deviation = background.std(axis=0) + SHRINKAGE * overall
    z: Matrix = np.divide(
        scores - background.mean(axis=0),
        deviation,
        out=np.zeros_like(scores),
        where=deviation > 0,
    )
    return z


def _closest(corpus: Corpus, indices: Sequence[int], codes: Sequence[str]) -> Matrix:
    """Cosine of each record's closest chunk to each code's description, (records, codes)."""
    meanings = _meanings(codes).T
    chunks = embedding.chunk_vectors(corpus, indices)
    rows = [(vectors.astype(np.float64) @ meanings).max(axis=0) for vectors in chunks]
    return np.stack(rows).round(DIGITS)


def _meanings(codes: Sequence[str]) -> Matrix:
    known = _vectors_by_code()
    if missing := sorted(set(codes) - known.keys()):
        known.update(zip(missing, embedding.vectors(_descriptions(missing)), strict=True))
    return np.stack([known[code] for code in codes]).astype(np.float64)


@cache
def _vectors_by_code() -> dict[str, embedding.Vectors]:
    return {}  # filled when asked; descriptions are the same in every run of the process


def _descriptions(codes: Sequence[str]) -> list[str]:
    return [taxonomy.describe(code) or "" for code in codes]
