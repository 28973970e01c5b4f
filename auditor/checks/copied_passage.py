"""Copied passages: the longest run of words and of characters shared with any one source record.

Exact at any size of the source: every shared run of at least `min_words` words or `min_characters`
characters is found, wherever it stands; shorter ones count as 0. Compared is the text with case
folded and white space collapsed; words are runs of letters and digits, so punctuation cannot hide a
copy.

Shared language is told apart: a phrase of `shared_words` words that stands in three or more groups
(patients) of real records, of source and holdout together, is nobody's. Its words are not counted
in `longest_run`, `longest_run_characters`, `coverage`, `coverage_any` and `mosaic`, though the
places shown may hold them: a copy of 50 words of which 20 are shared language counts 30.
`longest_shared_run` is the longest run of such words, shown for itself. `holders` is the number of
source groups in which the run of `longest_run` stands.

`coverage` is the share of a record's words that lie in runs of at least `min_words` words shared
with one source record, the one that covers most: it sees the copy that was broken up by changes.
`coverage_any` is that share for runs with any source records, and `mosaic` the share of the
record's sentences of six words or more of which one source record each covers at least 80 %, and
`min_words` words: they see the patchwork of many records. Sentences end at . ! ? and line breaks.

What it cannot see: a copy with a change every few words (near_duplicate sees most of those),
paraphrase, translation. And a phrase that three patients share because one text was copied from
one record to the next is taken for shared language. What unrelated texts share anyway beyond that
is what a relative limit is for.

Method: an index of the records, through which the source is read once; suffix arrays for the exact
length. The measure: Lee et al. 2022, Deduplicating Training Data Makes Language Models Better (50
tokens); Carlini et al. 2023, Quantifying Memorization (k-eidetic, here by patients).
"""

import re
from collections.abc import Generator, Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference
from auditor.indexes import packing, substring_passages
from auditor.indexes.short import is_long_enough
from auditor.indexes.substring import Runs
from auditor.indexes.substring_passages import Passages

Length = Annotated[int, Field(ge=1, le=1000)]
SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "longest_run": Metric("longest run of words shared with one source record", "words"),
    "longest_shared_run": Metric("longest run of words in shared language", "words"),
    "longest_run_characters": Metric(
        "longest run of characters shared with one source record", "characters"
    ),
    "coverage": Metric(
        "share of the record's words in runs shared with one source record", "", 0, 1
    ),
    "coverage_any": Metric(
        "share of the record's words in runs shared with any source records", "", 0, 1
    ),
    "mosaic": Metric("share of sentences taken from one source record each", "", 0, 1),
    "holders": Metric("source groups in which the longest run stands", "groups"),
}
SENTENCE_WORDS, SENTENCE_SHARE = 6, 0.8
_SENTENCE_END = re.compile(r"[.!?]+(?!\w)|\n")


def measure(
    corpora: Corpora,
    *,
    min_words: Length = 5,
    min_characters: Length = 40,
    shared_words: Length = 5,
) -> Iterator[Finding]:
    """The metrics of every record. Raises CannotMeasure without a source."""
    found = substring_passages.passages(corpora, min_words, shared_words)
    at = yield from _longest("longest_run", corpora, packing.words, found.runs, ~found.shared)
    holders = substring_passages.holding_groups(corpora, found, at)
    for record, number in zip(corpora.synthetic.records, holders, strict=True):
        yield Finding("holders", float(number), record.id)
    yield from _longest(
        "longest_shared_run", corpora, packing.words, found.shared_runs(), found.shared
    )
    runs = substring_passages.characters(corpora, min_characters)
    own = ~_shared_characters(corpora.synthetic, found)
    yield from _longest("longest_run_characters", corpora, packing.characters, runs, own)
    yield from _covered(corpora, found)


def _longest(
    metric: str, corpora: Corpora, pack: packing.Units, runs: Runs, counted: NDArray[np.bool_]
) -> Generator[Finding, None, NDArray[np.int64]]:
    """The findings of the runs with most counted units; returns where they begin, or -1."""
    from auditor.indexes.substring_cover_kernels import best_runs

    source, mine = corpora.real(), corpora.synthetic.memo(pack)
    at, most = best_runs(mine.starts, runs.length, counted)
    holders = np.unique(runs.record[at[at >= 0]])
    theirs = pack(Corpus(source.name, tuple(source.records[holder] for holder in holders)))
    for i, record in enumerate(corpora.synthetic.records):
        if at[i] < 0:
            yield Finding(metric, 0.0, record.id)
            continue
        length, holder = int(runs.length[at[i]]), int(runs.record[at[i]])
        first = theirs.starts[np.searchsorted(holders, holder)] + runs.first[at[i]]
        reference = Reference(source.fingerprint(holder), theirs.span(int(first), length))
        span = mine.span(int(at[i]), length)
        yield Finding(metric, float(most[i]), record.id, (span,), reference)
    return at


def _shared_characters(synthetic: Corpus, found: Passages) -> NDArray[np.bool_]:
    """Whether each character stands in shared language, from its first word to its last."""
    packed = synthetic.memo(packing.characters)
    within = np.zeros(len(packed.values), np.bool_)
    for i in range(len(synthetic.records)):
        own = slice(packed.starts[i], packed.starts[i + 1])
        for span in found.words.spans(found.shared, i):
            first, last = np.searchsorted(packed.begins[own], (span.start, span.end))
            within[own][first:last] = True
    return within


def _covered(corpora: Corpora, found: Passages) -> Iterator[Finding]:
    words, source = found.words, corpora.real()
    sentences = _sentences(corpora.synthetic, words)
    sizes = np.bincount(sentences)
    cover = substring_passages.cover(found, sentences)
    own = np.bincount(sentences[~found.shared], minlength=len(sizes))
    counted = sizes >= SENTENCE_WORDS
    taken = counted & (cover.of_sentence >= np.maximum(SENTENCE_SHARE * own, found.floor))
    begins = np.cumsum(sizes) - sizes
    anywhere = found.owned()
    for i, record in enumerate(corpora.synthetic.records):
        first, last = int(words.starts[i]), int(words.starts[i + 1])
        if first == last:
            for metric in ("coverage", "coverage_any", "mosaic"):
                yield Finding(metric, 0.0, record.id)
            continue
        owner, share = int(cover.owner[i]), float(cover.most[i] / (last - first))
        reference = Reference(source.fingerprint(owner)) if owner >= 0 else None
        yield Finding("coverage", share, record.id, words.spans(cover.covered, i), reference)
        share = float(anywhere[first:last].mean())
        yield Finding("coverage_any", share, record.id, words.spans(anywhere, i))
        told = np.arange(sentences[first], sentences[last - 1] + 1)
        share = float(taken[told].sum() / max(1, counted[told].sum()))
        spans = tuple(words.span(int(begins[s]), int(sizes[s])) for s in told[taken[told]])
        yield Finding("mosaic", share, record.id, spans)


def _sentences(synthetic: Corpus, words: packing.Packed) -> NDArray[np.int64]:
    """The sentence of each word, numbered through all records; only those with words count."""
    breaks = np.zeros(len(words.values), np.bool_)
    for i, record in enumerate(synthetic.records):
        own = slice(words.starts[i], words.starts[i + 1])
        ends = [found.end() for found in _SENTENCE_END.finditer(record.text)]
        number = np.searchsorted(ends, words.begins[own], side="right")
        breaks[own] = np.diff(number, prepend=-1) > 0
    return np.cumsum(breaks) - 1
