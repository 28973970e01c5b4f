"""Edited passages: the stretch copied from one source record, however it was changed since.

`surprisal` is the evidence in bits that a passage was copied rather than written: every word that
it shares in order with one source record counts with its surprisal under a trigram model of all
other real records, every changed, missing or added word takes 8 bits off, the best stretch decides.
Five rare words outweigh thirty of boilerplate, and a copied paragraph with every third word changed
still stands out. `similarity` is the share of characters that this passage keeps in order, by
rapidfuzz, over its first 250 characters; it tells a reader how literal the copy is.

A passage of b bits comes about by chance once in 2^b places, if the model were perfect. It is not:
turns of phrase that the real records do not know look like secrets. What synthetic records reach
against a holdout shows how often; a relative limit is read off that.

What it cannot see: a passage of which less than every third word is kept, paraphrase, translation.
Compared are the eight most promising source records of each synthetic one.

Method: local alignment (Smith and Waterman 1981) of seeds chained on a diagonal (Altschul et al.
1990), scored by information (Altschul 1991; Lin 1998).
"""

from collections.abc import Iterator

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference, Span
from auditor.indexes import alignment
from auditor.indexes.short import is_long_enough
from auditor.normalise import normalise

WINDOW = 250  # characters: what is compared beyond that costs more and tells no more
SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "surprisal": Metric("evidence that the best passage was copied, changes allowed", "bits"),
    "similarity": Metric("share of characters that this passage keeps in order", "", 0, 1),
}


def measure(corpora: Corpora) -> Iterator[Finding]:
    """Both metrics of every record. Raises CannotMeasure without a source."""
    source = corpora.real()
    found = alignment.alignments(corpora).edited
    for i, record in enumerate(corpora.synthetic.records):
        theirs = int(found.record[i])
        if theirs < 0:
            yield Finding("surprisal", 0.0, record.id)
            yield Finding("similarity", 0.0, record.id)
            continue
        here, there = alignment.place(corpora, found, i)
        reference = Reference(source.fingerprint(theirs), there)
        yield Finding("surprisal", round(float(found.bits[i]), 2), record.id, (here,), reference)
        alike = _similarity(corpora.synthetic, i, here, source, theirs, there)
        yield Finding("similarity", alike, record.id, (here,), reference)


def _similarity(one: Corpus, i: int, here: Span, other: Corpus, j: int, there: Span) -> float:
    from rapidfuzz.distance import Indel

    places = ((one, i, here), (other, j, there))
    texts = [corpus.records[n].text[span.start : span.end] for corpus, n, span in places]
    windows = [normalise([text]).text()[:WINDOW] for text in texts]
    return float(Indel.normalized_similarity(*windows))
