"""How well texts fit diagnosis codes, against real texts and against a panel of other codes.

Three voices speak of a text and a code, each in standard deviations of what real texts score for
that code: ``sentences`` (the closest of the text's chunks by sentence vectors, to the description),
``characters`` (how much of the description's character 4-5-grams, by TF-IDF, the text holds) and,
of codes whose signs are known, ``signs`` (the same, of how the disorder shows in reports; what the
text denies or says of relatives is left out). A code's score is the weighted mean of the voices
that it has.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import char_tfidf, context, embedding, taxonomy
from auditor.indexes.meanings import Meanings

Matrix = NDArray[np.float64]
Scale = tuple[Matrix, Matrix]  # mean and deviation of each code

PER_CHAPTER = 24  # categories of each chapter in the panel; more add time and no power
OWN_CHAPTER = 1 / 3  # its part in the centre: more tells neighbours apart, less finds strays
# How much each voice counts; chosen on chapter F of CodiEsp's training part, in both languages.
WEIGHTS = {"sentences": 1.0, "characters": 1.0, "signs": 4.0}
SHRINKAGE = 0.02  # of the deviation over all codes: a code may be all but constant
DIGITS = 5  # of a share of spelling: what is added to it later stays the same in any order
FIXED_POINT = 2.0**24


@dataclass(frozen=True, eq=False)
class Fit:
    """Scores of some records (rows) for the panel and some codes, in background deviations."""

    meanings: Meanings
    columns: dict[str, int]
    scores: Matrix

    def agreement(self, row: int, codes: Sequence[str]) -> float:
        """Mean over the codes of the score less the row's centre."""
        return float(self.relative[row, [self.columns[code] for code in codes]].mean())

    def rank(self, row: int, codes: Sequence[str]) -> float:
        """Mean over the codes of the share of the panel's other categories that fit as well."""
        return float(np.mean([self._rank(row, code) for code in codes]))

    def closest(self, row: int, codes: Sequence[str]) -> list[str]:
        """The codes in order of how well the text fits them, the best first."""
        scores = self.relative[row, [self.columns[code] for code in codes]]
        return [codes[at] for at in np.argsort(-scores, kind="stable")]

    def _rank(self, row: int, code: str) -> float:
        at = self._panel_place.get(self.meanings.category(code))
        rivals = self.scores[row, : len(panel())]
        better = rivals >= self.scores[row, self.columns[code]]
        if at is None:
            return float(better.mean())
        return float((int(better.sum()) - int(better[at])) / (len(better) - 1))

    @cached_property
    def relative(self) -> Matrix:
        """Scores less the row's centre for the chapter of each code."""
        centres = [self._centre(code) for code in self.columns]
        relative: Matrix = self.scores - np.stack(centres, axis=1)
        return relative

    def _centre(self, code: str) -> Matrix:
        of_chapter = self._by_chapter.get(self.meanings.chapter(code), self._overall)
        return (1 - OWN_CHAPTER) * self._overall + OWN_CHAPTER * of_chapter

    @cached_property
    def _panel_place(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(panel())}

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
class Told:
    """Codes as what texts are compared with, (codes, features) each; signs of some codes only."""

    meant: Matrix
    native: Any
    signs: Any
    with_signs: list[int]


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts as what codes are compared with: vectors of chunks, n-grams of all, of what is so."""

    chunks: Sequence[embedding.Vectors]
    whole: Any
    asserted: Any


@dataclass(frozen=True, eq=False)
class Background:
    """Records of a corpus that say what a text scores for a code that it need not be about."""

    corpus: Corpus
    indices: tuple[int, ...]
    meanings: Meanings
    _known: dict[tuple[str, ...], tuple[Told, dict[str, Scale]]] = field(default_factory=dict)

    def fit(self, corpus: Corpus, indices: Sequence[int], codes: Sequence[str]) -> Fit:
        """The mean of all voices, of some records of a corpus for the panel and known codes.

        Raises CannotMeasure when the sentence model is missing or altered.
        """
        columns = {code: at for at, code in enumerate(dict.fromkeys((*panel(), *codes)))}
        return Fit(self.meanings, columns, fused(self.voices(corpus, indices, list(columns))))

    def voices(
        self, corpus: Corpus, indices: Sequence[int], codes: Sequence[str]
    ) -> dict[str, Matrix]:
        """Each voice, (records, codes); NaN where it has nothing to say. The panel stands first."""
        if (key := tuple(codes)) not in self._known:
            told = self._told(codes)
            real = _scores(self._own, told)
            self._known[key] = told, {name: _scale(scores) for name, scores in real.items()}
        told, scales = self._known[key]
        scores = _scores(self._texts(corpus, indices), told)
        return {name: _standardised(scores[name], *scale) for name, scale in scales.items()}

    def _told(self, codes: Sequence[str]) -> Told:
        signs = {at: text for at, code in enumerate(codes) if (text := self.meanings.signs(code))}
        return Told(
            _vectors([self.meanings.in_english(code) for code in codes]),
            self._weights.described([self.meanings.native(code) for code in codes]),
            self._weights.described(list(signs.values())) if signs else None,
            list(signs),
        )

    def _texts(self, corpus: Corpus, indices: Sequence[int]) -> Texts:
        texts = [corpus.records[index].text for index in indices]
        asserted = [context.masked(text, self.meanings.language) for text in texts]
        return Texts(
            embedding.chunk_vectors(corpus, indices),
            self._weights.found(texts),
            self._weights.found(asserted),
        )

    @cached_property
    def _own(self) -> Texts:
        return self._texts(self.corpus, self.indices)

    @cached_property
    def _weights(self) -> char_tfidf.CharTfidf:
        texts = (self.corpus.records[index].text for index in self.indices)
        return char_tfidf.fitted([*texts, *map(self.meanings.native, panel())])


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


def fused(voices: dict[str, Matrix]) -> Matrix:
    """The weighted mean of the voices that have something to say, (records, codes)."""
    weights = [WEIGHTS[name] * ~np.isnan(voice) for name, voice in voices.items()]
    told = [WEIGHTS[name] * np.nan_to_num(voice) for name, voice in voices.items()]
    mean: Matrix = np.sum(told, axis=0) / np.sum(weights, axis=0)
    return mean


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Chance that a right score exceeds a wrong one, ties counting half; NaN without either."""
    if not len(right) or not len(wrong):
        return float("nan")
    ordered = np.sort(wrong)
    below = np.searchsorted(ordered, right, "left") + np.searchsorted(ordered, right, "right")
    return float(below.mean() / 2 / len(wrong))


def _scores(texts: Texts, told: Told) -> dict[str, Matrix]:
    """Each voice as it is, (texts, codes): cosines, and shares of spelling."""
    closest = [(_whole(chunks) @ told.meant.T).max(axis=0) for chunks in texts.chunks]
    signs: Matrix = np.full((len(closest), len(told.meant)), np.nan)
    if told.with_signs:
        signs[:, told.with_signs] = char_tfidf.held(texts.asserted, told.signs).round(DIGITS)
    return {
        "sentences": np.stack(closest) / FIXED_POINT**2,
        "characters": char_tfidf.held(texts.whole, told.native).round(DIGITS),
        "signs": signs,
    }


def _scale(real: Matrix) -> Scale:
    """Mean and deviation per code of what real texts score; the panel stands first."""
    mean, deviation = real.mean(axis=0), real.std(axis=0)
    of_panel = real[:, : len(panel())]
    told = of_panel[:, ~np.isnan(of_panel[0])]
    return mean, deviation + SHRINKAGE * (told.std() if told.size else 0.0)


def _standardised(scores: Matrix, mean: Matrix, deviation: Matrix) -> Matrix:
    """z-scores per column; 0 where nothing varies, NaN where there is no score."""
    z: Matrix = np.where(np.isnan(mean), np.nan, 0.0) * np.ones_like(scores)
    np.divide(scores - mean, deviation, out=z, where=deviation > 0)
    return z


def _vectors(texts: Sequence[str]) -> Matrix:
    """Sentence vectors of descriptions, which are the same in every run of the process."""
    known = _vectors_by_text()
    if missing := sorted(set(texts) - known.keys()):
        known.update(zip(missing, embedding.vectors(missing), strict=True))
    return _whole(np.stack([known[text] for text in texts]))


def _whole(vectors: embedding.Vectors) -> Matrix:
    """Vectors in whole units of 2^-24: their products have no rounding, in any order of adding."""
    units: Matrix = np.rint(vectors.astype(np.float64) * FIXED_POINT)
    return units


@cache
def _vectors_by_text() -> dict[str, embedding.Vectors]:
    return {}  # filled when asked
