"""Paraphrase: the passage of a record that is nearest in meaning to a passage of the source.

Records are divided into passages of 40 to 60 words, at the end of a sentence where there is one,
and compared by sentence vectors (MiniLM). `cosine` is that of the record's and a source record's
nearest passages; `ratio` says how far such a passage stands out: the distance (1 less the cosine)
of the nearest source record of another group, divided by that of the nearest, 0.02 added to both;
the largest over the record's passages. It reads meaning, so a passage may share no word with what
it was taken from; but any two texts on one subject are near, and so it is `ratio`, not `cosine`,
that tells copies.

What it cannot see: names, numbers and doses, which hardly move a sentence vector; single copied
sentences inside a passage; most of what was told anew rather than reworded; translations, of which
it finds four in ten, and Spanish with less power, for the model is English. On every kind of copy
measured so far linkage finds more (of half rewritten Spanish reports 10 in 10 against 6, of notes
that language models wrote from the transcript of a visit 72 in 80 against 3). What it adds is the
place, and a second opinion where a rewording leaves no word as it was. It costs a hundred times as
much, about 120 passages a second on one thread, the source's included; AUDITOR_CACHE keeps vectors.

Source: embeddings by Reimers and Gurevych 2019 (Sentence-BERT, all-MiniLM-L6-v2); the ratio is
Lowe's test (IJCV 2004), in privacy the nearest neighbour distance ratio.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Reference, Span
from auditor.indexes import embedding
from auditor.indexes.short import is_long_enough

SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "cosine": Metric("cosine of the nearest passages of record and source", "", -1, 1),
    "ratio": Metric("distance to the next source record, to the nearest", "times", 0, None, True),
}
SHORT, LONG = 40, 60  # words of a passage that ends with a sentence, and of any
REST = 15  # words at the end that are no passage of their own
SMALLEST_DISTANCE = 0.02  # added to both sides of a ratio, so that a perfect copy has one
FEWEST = 3  # groups, as in linkage: the own one, the nearest, and another
BLOCK = 128  # passages at a time
DIGITS = 4  # of a value; the last bits depend on the number of threads
WORD = re.compile(r"\S+")
ENDS = tuple(".!?;:")
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Passages:
    """All passages of a corpus: ``owners`` (n,) whose, ``spans`` where, ``vectors`` (n, 384)."""

    owners: NDArray[np.int64]
    spans: list[Span]
    vectors: embedding.Vectors


def measure(corpora: Corpora) -> Iterator[Finding]:
    """Both metrics of every record.

    Raises CannotMeasure without a source, with fewer than three groups of source records that have
    words, and when the sentence model is missing or altered.
    """
    synthetic, source = corpora.synthetic, corpora.real()
    own, groups = corpora.apart()
    of_group = np.array(groups or source.groups)
    theirs = source.memo(embedded)
    if len(np.unique(of_group[theirs.owners])) < FEWEST:
        raise CannotMeasure(f"fewer than {FEWEST} groups of source records with words")
    mine = synthetic.memo(embedded)
    hidden = np.array(own)[mine.owners] if own else None
    cosines, records, ratios = _nearest(mine.vectors, theirs, of_group, hidden)
    best: dict[tuple[str, int], int] = {}  # metric and record -> its passage
    for metric, values in (("cosine", cosines), ("ratio", ratios)):
        for at, owner in enumerate(mine.owners.tolist()):
            if (metric, owner) not in best or values[at] > values[best[metric, owner]]:
                best[metric, owner] = at
        for number, record in enumerate(synthetic.records):
            if (metric, number) not in best:  # a text without a word is near to nothing
                yield Finding(metric, 0.0 if metric == "cosine" else 1.0, record.id)
                continue
            at = best[metric, number]
            where = theirs.spans[records[at]]
            reference = Reference(source.fingerprint(int(theirs.owners[records[at]])), where)
            value = round(float(values[at]), DIGITS)
            yield Finding(metric, value, record.id, (mine.spans[at],), reference)


def passages(text: str) -> list[Span]:
    """Where the passages of a text are: together they hold every word once."""
    cuts, first = [], 0
    words = [match.span() for match in WORD.finditer(text)]
    for count in range(1, len(words) + 1):
        ends = text[words[count - 1][1] - 1] in ENDS
        if count - first >= LONG or (count - first >= SHORT and ends):
            cuts.append((first, count))
            first = count
    if first < len(words):
        if cuts and len(words) - first < REST:
            first = cuts.pop()[0]
        cuts.append((first, len(words)))
    return [Span(words[begin][0], words[end - 1][1]) for begin, end in cuts]


def embedded(corpus: Corpus) -> Passages:
    """The passages of all records, with their vectors."""
    found = [(i, span) for i, r in enumerate(corpus.records) for span in passages(r.text)]
    texts = [corpus.records[i].text[span.start : span.end] for i, span in found]
    owners = np.array([i for i, _ in found], np.int64)
    return Passages(owners, [span for _, span in found], embedding.vectors(texts))


def _nearest(
    vectors: embedding.Vectors,
    real: Passages,
    of_group: NDArray[np.int64],
    hidden: NDArray[np.int64] | None,
) -> tuple[Matrix, NDArray[np.int64], Matrix]:
    """For each passage the nearest real one: its cosine, its number and the ratio of distances."""
    order = np.argsort(of_group[real.owners], kind="stable")
    group, starts = np.unique(of_group[real.owners][order], return_index=True)
    columns = real.vectors[order].astype(np.float64).T
    parts: list[Sequence[NDArray[np.float64]]] = [(np.empty(0),) * 3]
    for first in range(0, len(vectors), BLOCK):
        cosines = vectors[first : first + BLOCK].astype(np.float64) @ columns
        by_group = np.maximum.reduceat(cosines, starts, axis=1)
        if hidden is not None:
            same = hidden[first : first + BLOCK, None] == group
            by_group[same] = -1
            cosines[np.repeat(same, np.diff([*starts, len(order)]), axis=1)] = -1
        second, nearest = np.partition(by_group, -2, axis=1)[:, -2:].T
        distances = [1 - side + SMALLEST_DISTANCE for side in (second, nearest)]
        parts.append((nearest, order[cosines.argmax(axis=1)], distances[0] / distances[1]))
    nearest, numbers, ratios = (np.concatenate(column) for column in zip(*parts, strict=True))
    return nearest, numbers.astype(np.int64), ratios
