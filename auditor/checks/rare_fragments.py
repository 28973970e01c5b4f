"""Rare fragments: phrases that only one patient's records hold, found again in a synthetic record.

A fragment is a run of words that stands in the source records of exactly one group, and neither in
any other group nor in the holdout. `rare_run` is the longest stretch of words made of fragments of
`run_words` words, all of one group: boilerplate breaks it, so it tells a copy from shared language
better than the longest run does. `owned` is the largest number of distinct fragments of
`fragment_words` words that one group owns, wherever they stand: it sees a copy that was cut up or
edited. `surprisal` weighs by rarity: the bits of the dearest words in a row shared with one source
record (see edited_passage, which allows for changes). `identifier_words` counts the distinct words
inside owned fragments that are shaped like an identifier: four digits or more, digits with letters,
or a capital within a sentence on a word that no second group uses.

What it cannot see: what two groups share (a phrase of one patient that another's record repeats is
nobody's alone), paraphrase, translation. In a small source most phrases have a single owner, and
coincidence is common: a limit relative to a control allows for that.

Method: source-unique n-grams by group, as in the study of k-eidetic memorisation (Carlini et al.
2021) and in k-anonymity (Sweeney 2002).
"""

import re
from collections.abc import Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from auditor.corpus import Corpora
from auditor.finding import Finding, Metric, Reference, Span
from auditor.indexes import alignment, ownership
from auditor.indexes.fragments import Fragments, fragments
from auditor.indexes.packing import words
from auditor.indexes.short import is_long_enough

Words = Annotated[int, Field(ge=1, le=50)]
SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "rare_run": Metric("longest stretch of phrases that one group alone holds", "words"),
    "owned": Metric("most distinct phrases that one group alone holds", "phrases"),
    "surprisal": Metric("evidence that the dearest words in a row were copied", "bits"),
    "identifier_words": Metric("words in such phrases that are shaped like an identifier", "words"),
}
_NUMBER = re.compile(r"\d{4,}|(?=\w*\d)(?=\w*[^\W\d_])\w{4,}")
_WITHIN = re.compile(r"[\w,;)]\s$")  # before a word that does not begin a sentence


def measure(
    corpora: Corpora, *, run_words: Words = 5, fragment_words: Words = 3
) -> Iterator[Finding]:
    """The four metrics of every record. Raises CannotMeasure without a source."""
    references = _References(corpora)
    runs, short = fragments(corpora, run_words), fragments(corpora, fragment_words)
    for i, record in enumerate(corpora.synthetic.records):
        yield _rare_run(corpora, runs, i, references)
        yield _owned(corpora, short, i, references)
        yield _surprisal(corpora, i)
        found = _identifier_words(corpora, short, i)
        yield Finding("identifier_words", float(len(found)), record.id, tuple(found.values()))


class _References:
    """The first source record of a group, by its fingerprint."""

    def __init__(self, corpora: Corpora) -> None:
        self.source = corpora.real()
        self.first: dict[int, int] = {}
        for j, key in enumerate(self.source.group_keys):
            self.first.setdefault(key, j)

    def __call__(self, owner: int) -> Reference | None:
        if owner == ownership.NOBODY:
            return None
        return Reference(self.source.fingerprint(self.first[owner]))


def _rare_run(corpora: Corpora, runs: Fragments, i: int, references: _References) -> Finding:
    packed, record = corpora.synthetic.memo(words), corpora.synthetic.records[i]
    length, at, owner = runs.longest(packed.starts[i], packed.starts[i + 1])
    spans = (packed.span(at, length),) if length else ()
    return Finding("rare_run", float(length), record.id, spans, references(owner))


def _owned(corpora: Corpora, short: Fragments, i: int, references: _References) -> Finding:
    packed, record = corpora.synthetic.memo(words), corpora.synthetic.records[i]
    first, end = packed.starts[i], packed.starts[i + 1]
    count, owner = short.most(first, end)
    if not count:
        return Finding("owned", 0.0, record.id)
    covered = short.covered(short.owner[first:end] == owner)
    spans = tuple(_spans(corpora, i, covered))
    return Finding("owned", float(count), record.id, spans, references(owner))


def _surprisal(corpora: Corpora, i: int) -> Finding:
    record, exact = corpora.synthetic.records[i], alignment.alignments(corpora).exact
    if exact.record[i] < 0:
        return Finding("surprisal", 0.0, record.id)
    here, there = alignment.place(corpora, exact, i)
    reference = Reference(corpora.real().fingerprint(int(exact.record[i])), there)
    return Finding("surprisal", round(float(exact.bits[i]), 2), record.id, (here,), reference)


def _identifier_words(corpora: Corpora, short: Fragments, i: int) -> dict[str, Span]:
    """The distinct identifier-shaped words inside owned fragments, each with its first place."""
    packed, text = corpora.synthetic.memo(words), corpora.synthetic.records[i].text
    first, end = packed.starts[i], packed.starts[i + 1]
    covered = short.covered(short.owner[first:end] != ownership.NOBODY)
    groups = ownership.held(corpora, 1).groups
    found: dict[str, Span] = {}
    for at in np.flatnonzero(covered) + first:
        place = packed.span(int(at), 1)
        word = text[place.start : place.end]
        named = word[0].isupper() and groups[at] == 1 and _WITHIN.search(text[: place.start][-2:])
        if named or _NUMBER.fullmatch(word):
            found.setdefault(word.casefold(), place)
    return found


def _spans(corpora: Corpora, i: int, covered: NDArray[np.bool_]) -> Iterator[Span]:
    """Places of the covered words of a record, neighbours joined."""
    packed = corpora.synthetic.memo(words)
    edges = np.flatnonzero(np.diff(covered.astype(np.int8), prepend=0, append=0))
    for begin, end in edges.reshape(-1, 2):
        yield packed.span(int(packed.starts[i] + begin), int(end - begin))
