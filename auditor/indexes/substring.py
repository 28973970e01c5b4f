"""What every record shares with any record of a source, exactly, and never pairwise.

Inverted: the records are indexed and the source is read once, block by block, so time grows in step
with the source, whatever it repeats, and memory with the records and what the source has of theirs.
The index is the set of grams (runs of ``floor`` units) of the records; shared runs of ``floor``
units and more are those stretches where gram follows on gram. Within stretches, which are all that
is kept of the source, a suffix array of grams finds the exact length (substring_suffixes.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import substring_suffixes as suffixes
from auditor.indexes.packing import Block, Pack, Packed, blocks

ALL = 256  # more groups than are counted
SEED, SHORTEST_SEED = 0.64, 16  # a share of the floor: the longer the rarer, and the more of them
Groups = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Grams:
    """The grams of a packed corpus: runs of ``floor`` units that stand in one record.

    ``units``   shape (units,): the corpus's values as numbers from 0 on, by the table ``kinds``
    ``grams``   shape (units,): the gram that begins there, or -1. Its number is where it is first
    ``table``   from the hash of a gram to its number, with a filter in front of it
    ``seeds``   a filter of the runs of ``seed`` units; empty where grams are too short for that
    """

    packed: Packed
    floor: int
    kinds: tuple[NDArray[np.uint64], NDArray[np.int32]]
    units: NDArray[np.int32]
    grams: NDArray[np.int32]
    table: tuple[NDArray[np.uint64], NDArray[np.uint8]]
    seed: int
    seeds: NDArray[np.uint64]

    def of(self, texts: Sequence[str], pack: Pack) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The gram that begins at each unit of texts, or -1, and where each text begins."""
        from auditor.indexes.substring_kernels import find_grams, number_values

        values, starts = pack(texts)
        units = number_values(values, *self.kinds)
        mine = self.units, self.grams, *self.table, self.seed, self.seeds
        return find_grams(units, starts, self.floor, *mine), starts


@dataclass(eq=False)
class Holders:
    """Who holds the grams of an index, as far as read.

    ``counts``   shape (units,): number of groups that hold the gram, up to ``most``; ``seen`` are
                 all of them but the last
    ``pairs``    gram and record, as far as they were asked for; ``last`` of each gram
    """

    most: int
    counts: NDArray[np.uint8]
    seen: NDArray[np.int32]
    last: NDArray[np.int32]
    pairs: list[tuple[NDArray[np.int32], NDArray[np.int32]]]

    def others(self, grams: Grams, own: Groups) -> NDArray[np.uint8]:
        """Groups that hold the gram at each unit, without that of its record, as far as counted.

        ``own``: the group of each record of the index; -1 is nobody's.
        """
        from auditor.indexes.substring_stream_kernels import count_others

        return count_others(grams.grams, grams.packed.starts, own, self.seen, self.counts)

    def of(self, fewer: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Records by gram, of those that fewer groups than this hold.

        The records of gram g are ``records[starts[g]:starts[g + 1]]``, ascending.
        """
        empty = np.empty(0, np.int32)
        grams = np.concatenate([empty, *(gram for gram, _ in self.pairs)])
        records = np.concatenate([empty, *(record for _, record in self.pairs)])
        few = self.counts[grams] < fewer
        grams, records = grams[few], records[few]
        order = np.lexsort((records, grams))
        starts = np.concatenate([[0], np.cumsum(np.bincount(grams, minlength=len(self.counts)))])
        return starts.astype(np.int64), records[order]


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of a source in which gram follows on gram.

    ``grams``   of each stretch, each followed by -1
    ``record``, ``first``, ``group``   per stretch: the source record, the unit at which it begins
                there, and the record's group
    """

    grams: NDArray[np.int32]
    record: NDArray[np.int32]
    first: NDArray[np.int32]
    group: Groups


@dataclass(frozen=True, eq=False)
class Runs:
    """The longest shared run from each unit of a corpus on.

    ``length``   shape (units,): 0 where it is below the floor
    ``record``, ``first``   the source record that holds it, and where in its units; or -1
    """

    length: NDArray[np.int32]
    record: NDArray[np.int32]
    first: NDArray[np.int32]


def index(packed: Packed, floor: int) -> Grams:
    """The grams of a packed corpus; floor >= 1."""
    from auditor.indexes.substring_kernels import filter_seeds, index_grams, number_kinds

    units, keys, numbers = number_kinds(packed.values)
    # Made here and not in compiled code: numpy asks for large pages, which suit random access.
    size = _power_of_two(1.4 * len(units))
    table, present = np.zeros(size, np.uint64), np.zeros(size // 2, np.uint8)
    grams = index_grams(units, packed.starts, floor, table, present)
    seed = round(SEED * floor)
    seeds = np.zeros(_power_of_two(len(units) / 4) if seed >= SHORTEST_SEED else 0, np.uint64)
    if len(seeds):
        filter_seeds(units, packed.starts, seed, seeds)
    return Grams(packed, floor, (keys, numbers), units, grams, (table, present), seed, seeds)


def _power_of_two(least: float) -> int:
    return 1 << max(8, math.ceil(math.log2(max(1, least))))


def holders(grams: Grams, most: int) -> Holders:
    """Nothing read yet; groups are counted up to ``most``, which is 1 to 255."""
    n = len(grams.units)
    seen = np.empty((n, most - 1), np.int32)
    return Holders(most, np.zeros(n, np.uint8), seen, np.empty(0, np.int32), [])


def read(
    grams: Grams, corpus: Corpus, pack: Pack, groups: Groups, held: Holders, note: int = 0
) -> Stretches:
    """Reads a source, once, and fills ``held``.

    ``pack``    what makes units of texts
    ``groups``  of the source records; of repeats in one group, one is kept
    ``note``    note the records of grams that fewer groups than this hold (``held.pairs``)
    """
    from auditor.compiled import in_turn
    from auditor.indexes import substring_stream_kernels as compiled

    if note and not len(held.last):
        held.last = np.full(len(grams.units), -1, np.int32)

    def search(block: Block) -> tuple[Any, ...]:
        number, texts = block
        found, starts = grams.of(texts, pack)
        own = groups[number : number + len(texts)]
        return number, found, starts, own, compiled.keep_stretches(found, starts, own)

    nothing = np.empty(0, np.int32)
    parts = [(nothing, nothing, nothing)]
    for number, found, starts, own, (kept, record, first) in in_turn(search, blocks(corpus)):
        compiled.note_groups(found, starts, own, held.seen, held.counts)
        if note:
            pairs = compiled.note_holders(found, starts, number, held.counts, note, held.last)
            held.pairs.append(pairs)
        parts.append((kept, record + np.int32(number), first))
    kept, record, first = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Stretches(kept, record, first, groups[record])


def longest(grams: Grams, shared: NDArray[np.bool_], source: Stretches | None, own: Groups) -> Runs:
    """The longest shared run from each unit of the indexed corpus.

    ``shared``   shape (units,): whether the gram that begins there may stand in the source
    ``source``   None: the indexed corpus itself
    ``own``      the group of each record: what that one has is not looked at
    """
    from auditor.indexes.substring_stream_kernels import keep_stretches
    from auditor.indexes.substring_suffix_kernels import note_witnesses, sweep, to_ends

    starts, size = grams.packed.starts, len(grams.grams)
    found = np.where(shared, grams.grams, np.int32(-1))
    units, record, first = keep_stretches(found, starts, own[:0])
    runs = Runs(*(np.full(size, empty, np.int32) for empty in (0, -1, -1)))
    if not len(record):
        return runs
    begins, of_stretch = _begins(units)
    within = np.arange(len(units)) - begins[of_stretch]
    there = (starts[record] + first)[of_stretch] + within
    whose = own[record][of_stretch]
    built = suffixes.build(units)
    noted, groups = np.zeros((len(units), 2), np.int32), np.full((len(units), 2), -2, np.int32)
    origin = np.full((len(units), 2), -1)
    if source is None:
        noted[:, 0], groups[:, 0] = to_ends(units), whose
        origin[:, 0] = _origin(record, first)[of_stretch] + within
    else:
        place = np.zeros(size, np.int32)
        place[units[units >= 0]] = np.flatnonzero(units >= 0)
        note_witnesses(
            source.grams, _begins(source.grams)[0], source.group,
            _origin(source.record, source.first), place,
            built.units, built.order, built.rank, built.common, built.least, noted, groups, origin,
        )  # fmt: skip
    length, origins = sweep(built.order, built.common, whose, noted, groups, origin)
    long = length > 0
    there = there[long]
    runs.length[there] = length[long] + np.int32(grams.floor - 1)
    runs.record[there], runs.first[there] = origins[long] >> 32, origins[long] & 0xFFFFFFFF
    return runs


def _begins(units: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each stretch begins, and the stretch of each unit."""
    ends = np.flatnonzero(units < 0)
    begins = np.append(0, ends[:-1] + 1) if len(ends) else ends
    return begins, np.repeat(np.arange(len(ends)), ends + 1 - begins)


def _origin(record: NDArray[np.int32], first: NDArray[np.int32]) -> NDArray[np.int64]:
    """Record and unit in one number, to which units can be added."""
    return (record.astype(np.int64) << 32) + first
