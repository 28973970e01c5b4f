"""Hashes of the source's word n-grams, and its MinHash signatures.

The words themselves are not kept: they are hashed as fast as they could be read back.
"""

import numpy as np

from auditor.corpus import Corpus
from auditor.indexes import minhash
from auditor.kept import Arrays, Options, check, column

CHECK = "near_duplicate"


def keep(source: Corpus, options: Options) -> Arrays:
    """The distinct shingles of every record, and its signature."""
    k = options["shingle_words"]
    shingles = source.memo(minhash.shingles, k)
    return {
        "hashes": shingles.hashes,
        "starts": shingles.starts,
        "signatures": source.memo(minhash.signatures, k),
    }


def recall(source: Corpus, options: Options, arrays: Arrays) -> None:
    """Both, as they were built."""
    k, count = options["shingle_words"], len(source.records)
    hashes = column(arrays, "hashes", np.uint32, None)
    starts = column(arrays, "starts", np.int64, count + 1)
    signatures = column(arrays, "signatures", np.uint32, count, minhash.PERMUTATIONS)
    check(starts[0] == 0 and starts[-1] == len(hashes) and (np.diff(starts) >= 0).all())
    source.recall(minhash.shingles, minhash.Shingles(hashes, starts), k)
    source.recall(minhash.signatures, signatures, k)
