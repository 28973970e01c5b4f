"""How much of a code's own description a text repeats word for word, and where (label leakage)."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from auditor.corpus import Corpus
from auditor.finding import Span
from auditor.indexes.meanings import Meanings
from auditor.indexes.packing import words
from auditor.record import Record

FEWEST_WORDS = 4  # of a description: "type 2 diabetes" stands in any text about it


def restated(
    corpus: Corpus, index: int, codes: Sequence[str], meanings: Meanings
) -> tuple[float, tuple[Span, ...]]:
    """The largest share of a description that the record holds in one run of words, and its place.

    Descriptions of fewer than four words count as 0.
    """
    packed = corpus.memo(words)
    text = packed.of(index)
    best, place = 0.0, (0, 0)
    for description in dict.fromkeys(d for code in codes for d in meanings.own(code)):
        told = _words(description)
        if len(told) < FEWEST_WORDS:
            continue
        run = SequenceMatcher(None, text, told, autojunk=False).find_longest_match()
        if run.size / len(told) > best:
            best, place = run.size / len(told), (int(packed.starts[index]) + run.a, run.size)
    return best, (packed.span(*place),) if best else ()


@cache
def _words(description: str) -> list[int]:
    return words(Corpus("", (Record("", description),))).of(0)
