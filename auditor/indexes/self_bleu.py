"""Self-BLEU: how well each record of a sample is foretold by the others, by BLEU-4.

Of each record's n-grams (n = 1 to 4), the share that some other record has as often; their
geometric mean, less a penalty when the other of nearest length is longer. Orders of which nothing
is shared count as half a match, as in sacreBLEU's smoothing ("exp" with one zero).

Sources: Papineni et al. 2002 (BLEU); Zhu et al. 2018, Texygen (Self-BLEU).
"""

import math

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import ngrams
from auditor.indexes.ngrams import Ids

Ints = NDArray[np.int64]
ORDERS = (1, 2, 3, 4)


def self_bleu(corpus: Corpus, records: Ints) -> float:
    """Mean over at least two records, 0 to 1. Records without a 4-gram are left out."""
    orders = [corpus.memo(ngrams.ids, n) for n in ORDERS]
    long_enough = np.array([r for r in records if len(orders[-1].of(r))], np.int64)
    if len(long_enough) < 2:
        return 0.0
    precision = np.stack([_precision(grams, long_enough) for grams in orders])
    lengths = np.diff(orders[0].starts)[long_enough]
    bleu = np.exp(np.mean(np.log(precision), axis=0)) * _brevity(lengths)
    return float(np.mean(bleu))


def _precision(grams: Ids, records: Ints) -> NDArray[np.float64]:
    """For each record, the clipped share of its n-grams that another record has."""
    values, owner = grams.taken(records)
    pairs, counts = np.unique(values * len(records) + owner, return_counts=True)
    kinds, owners = np.divmod(pairs, len(records))
    matched = np.minimum(counts, _most_elsewhere(kinds, counts))
    hits = np.bincount(owners, weights=matched, minlength=len(records))
    totals = np.bincount(owner, minlength=len(records))
    return np.asarray(np.maximum(hits, 0.5) / totals)


def _most_elsewhere(kinds: Ints, counts: Ints) -> Ints:
    """For each pair of an n-gram and a record, how often another record has it at most."""
    order = np.lexsort((-counts, kinds))
    ranked = kinds[order]
    first = np.flatnonzero(np.diff(ranked, prepend=-1))
    group = np.cumsum(np.diff(ranked, prepend=-1) != 0) - 1
    largest = counts[order][first]
    alone = np.diff(first, append=len(order)) == 1
    second = np.where(alone, 0, counts[order][np.minimum(first + 1, len(order) - 1)])
    elsewhere = np.empty_like(counts)
    elsewhere[order] = largest[group]
    elsewhere[order[first]] = second
    return elsewhere


def _brevity(lengths: Ints) -> NDArray[np.float64]:
    """The penalty of each record: the reference is the other one of nearest length."""
    penalties = []
    for place, length in enumerate(lengths):
        others = np.delete(lengths, place)
        nearest = int(others[np.argmin(np.abs(others - length))])
        penalties.append(min(1.0, math.exp(1 - nearest / length)))
    return np.array(penalties)
