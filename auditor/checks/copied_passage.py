"""Copied passages: the longest run of words and of characters shared with any one source record.

Exact at any size of the source: every shared run of at least `min_words` words or `min_characters`
characters is found, wherever it stands, and the longest is reported with its place in both records;
shorter ones count as 0. Compared is the text with case folded and white space collapsed; words are
runs of letters and digits, so punctuation cannot hide a copy. `coverage` is the share of a record's
words that lie in runs of at least `min_words` words shared with one source record, the one that
covers most: it sees the copy that was broken up by changes.

What it cannot see: a copy with a change every few words (near_duplicate sees most of those),
paraphrase, translation. And it does not tell a common phrase from a secret: what unrelated texts of
this kind share anyway is what a relative limit is for.

Method: sampled seeds with exact extension. The measure: Lee et al. 2022, Deduplicating Training
Data Makes Language Models Better (50 tokens); Carlini et al. 2023, Quantifying Memorization.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference
from auditor.indexes import packing, substring

Length = Annotated[int, Field(ge=1, le=1000)]
SCOPE = "record"
METRICS = {
    "longest_run": Metric("longest run of words shared with one source record", "words"),
    "longest_run_characters": Metric(
        "longest run of characters shared with one source record", "characters"
    ),
    "coverage": Metric(
        "share of the record's words in runs shared with one source record", "", 0, 1
    ),
}


def measure(
    corpora: Corpora, *, min_words: Length = 5, min_characters: Length = 40
) -> Iterator[Finding]:
    """The three metrics of every record. Raises CannotMeasure without a source."""
    source = corpora.real()
    groups = source.groups if corpora.leave_out else ()
    words = corpora.synthetic.memo(packing.words)
    in_words = substring.longest(source.memo(_words, min_words), words, groups)
    yield from _runs("longest_run", corpora.synthetic, source, packing.words, in_words)
    characters = corpora.synthetic.memo(packing.characters)
    in_characters = substring.longest(source.memo(_characters, min_characters), characters, groups)
    yield from _runs(
        "longest_run_characters", corpora.synthetic, source, packing.characters, in_characters
    )
    for i, record in enumerate(corpora.synthetic.records):
        owner = int(in_words.owner[i])
        if owner < 0:
            yield Finding("coverage", 0.0, record.id)
            continue
        share = float(in_words.cover[i] / (words.starts[i + 1] - words.starts[i]))
        spans = words.spans(in_words.covered, i)
        yield Finding("coverage", share, record.id, spans, Reference(source.fingerprint(owner)))


def _words(corpus: Corpus, floor: int) -> substring.SeedIndex:
    return substring.build(corpus.memo(packing.words), floor, _seed(floor))


def _characters(corpus: Corpus, floor: int) -> substring.SeedIndex:
    return substring.build(corpus.memo(packing.characters), floor, _seed(floor))


def _seed(floor: int) -> int:
    """Length of a seed: long enough to be rare, short enough to be sampled thinly."""
    return max(min(floor, 6), round(0.64 * floor))


def _runs(
    metric: str, synthetic: Corpus, source: Corpus, units: packing.Units, shared: substring.Shared
) -> Iterator[Finding]:
    mine, theirs = synthetic.memo(units), source.memo(units)
    for i, record in enumerate(synthetic.records):
        length = int(shared.length[i])
        if not length:
            yield Finding(metric, 0.0, record.id)
            continue
        span = mine.span(int(shared.at[i]), length)
        place = theirs.span(int(shared.where[i]), length)
        reference = Reference(source.fingerprint(int(shared.record[i])), place)
        yield Finding(metric, float(length), record.id, (span,), reference)
