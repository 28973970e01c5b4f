"""How well texts compress together: what is said again and again takes hardly any room.

LZMA looks back over all of the text; zlib sees the last 32 kB and misses most of what records of a
set have in common.
"""

import lzma
from collections.abc import Iterable

from auditor.corpus import Corpus

FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 1}]


def ratio(text: bytes) -> float:
    """Bytes before and after; 0 for no text."""
    if not text:
        return 0.0
    return len(text) / len(lzma.compress(text, format=lzma.FORMAT_RAW, filters=FILTERS))


def first(corpus: Corpus, records: Iterable[int], budget: int) -> bytes:
    """The first ``budget`` bytes of the records' texts in this order, a line end after each."""
    encoded = corpus.memo(_encoded)
    taken, length = [], 0
    for record in records:
        if length >= budget:
            break
        taken.append(encoded[record])
        length += len(encoded[record])
    return b"".join(taken)[:budget]


def size(corpus: Corpus, records: Iterable[int]) -> int:
    """Bytes of the records' texts."""
    encoded = corpus.memo(_encoded)
    return sum(len(encoded[record]) for record in records)


def _encoded(corpus: Corpus) -> list[bytes]:
    return [f"{record.text}\n".encode() for record in corpus.records]
