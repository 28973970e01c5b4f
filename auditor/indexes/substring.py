"""Longest runs that a record shares with any record of a corpus, exactly, and never pairwise.

Sampled seeds: every match of at least ``floor`` units holds a complete seed (a run of ``seed``
units) that starts at a multiple of ``floor - seed + 1`` in its record, so indexing those positions
of the corpus and probing every position of the query finds them all. Each maximal match is
extended once: a hit whose match reaches back to the seed before was already seen from there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.indexes.packing import Packed


@dataclass(frozen=True, eq=False)
class SeedIndex:
    """The seeds of a packed corpus, chained by hash, and the record that each unit belongs to."""

    packed: Packed
    floor: int
    seed: int
    records: NDArray[np.int32]
    positions: NDArray[np.int64]
    heads: NDArray[np.int32]
    chain: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Shared:
    """What each query record shares with the corpus; length 0 where nothing reaches the floor.

    ``length``   shape (records,): units of its longest shared run; the first one of equals
    ``at``       where that run starts, as a position in the query's units, or -1
    ``where``    and in the corpus's units; ``record`` is the corpus record that holds it, or -1
    ``owner``    the corpus record whose runs of at least the floor cover most of it, or -1;
    ``cover``    how many of its units they cover
    ``covered``  shape (units,): whether that owner's runs cover the unit
    """

    length: NDArray[np.int64]
    at: NDArray[np.int64]
    where: NDArray[np.int64]
    record: NDArray[np.int64]
    owner: NDArray[np.int64]
    cover: NDArray[np.int64]
    covered: NDArray[np.bool_]


def build(packed: Packed, floor: int, seed: int) -> SeedIndex:
    """Index of a packed corpus for matches of at least ``floor`` units; 1 <= seed <= floor."""
    from auditor.indexes.substring_kernels import index_seeds

    lengths = np.diff(packed.starts)
    records = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    arrays = index_seeds(packed.values, packed.starts, seed, floor - seed + 1)
    return SeedIndex(packed, floor, seed, records, *arrays)


def longest(index: SeedIndex, query: Packed, groups: tuple[int, ...] = ()) -> Shared:
    """Longest shared run and coverage of every query record.

    ``groups``: given when the query *is* the indexed corpus; a number per record, and records of
    equal number are not compared.
    """
    from auditor.indexes.substring_kernels import match_records

    source = index.packed
    length, at, where, owner, cover, covered = match_records(
        query.values, query.starts, source.values, source.starts, index.records,
        index.positions, index.heads, index.chain, index.seed, index.floor,
        np.asarray(groups, np.int64),
    )  # fmt: skip
    record = np.full(len(where), -1, np.int64)
    record[where >= 0] = index.records[where[where >= 0]]
    return Shared(length, at, where, record, owner, cover, covered)
