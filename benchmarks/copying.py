"""Speed and memory of the copying checks beside their peers, in one run.

    python benchmarks/copying.py

Longest shared run of every record of a fixed synthetic side with sources of 1, 10 and 100 MB, made
by recombination (recombined.py): ours from raw text, and given packed characters against
a suffix array (pydivsufsort's divsufsort and Kasai, scanned by compiled code); difflib over all
pairs (a sample of pairs, extrapolated). MinHash from raw text to signatures: against datasketch's
`bulk` and rensa's string API, and to candidates against datasketch's MinHashLSH. Every round runs
all of them in turn; quoted is the median of the ratios of a round, in CPU seconds on one thread, or
wall time where two threads are compared. Equal results are asserted: a fast wrong answer is no
answer. Memory is that of a process of its own, above the texts.
"""

import difflib
import itertools
import json
import math
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import recombined
from corpora import RESULTS
from datasketch import LeanMinHash, MinHash, MinHashLSH
from numpy.typing import NDArray
from pydivsufsort import divsufsort, kasai
from readme import table, write
from rensa import RMinHash

from auditor.checks import copied_passage
from auditor.corpus import Corpora, Corpus
from auditor.indexes import minhash, packing, substring
from auditor.normalise import normalise
from auditor.record import Record

MEGABYTES = (1, 10, 100)
SYNTHETIC, LARGE_SYNTHETIC = 2, 10
ROUNDS, QUICK_ROUNDS, MOST_ROUNDS = 3, 5, 12
FLOORS = {"characters": 40, "words": 5}
SHINGLE, THRESHOLD = 3, 0.3
DIFFLIB_PAIRS = 20
middle = statistics.median


def main() -> None:
    """Runs all rounds and writes the medians."""
    numba.set_num_threads(1)
    synthetic = recombined.synthetic(SYNTHETIC)
    sources = {size: recombined.source(size) for size in MEGABYTES}
    result = {
        "source_megabytes": list(MEGABYTES),
        "source_records": [len(sources[size].records) for size in MEGABYTES],
        "synthetic_megabytes": SYNTHETIC,
        "synthetic_records": len(synthetic.records),
        "rounds": ROUNDS,
        "longest_run": longest_run(sources, synthetic),
        "two_threads": two_threads(sources[100], synthetic),
        "memory": memory(sources, synthetic),
        "minhash": near_duplicates(sources[10], synthetic),
    }
    (RESULTS / "copying.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    write("copying", told)
    print(told)


def markdown(result: dict[str, Any]) -> str:
    """The ratios, beside what was demanded of them."""
    run, sketch, held = result["longest_run"], result["minhash"], result["memory"]
    (all_sizes, upper), (all_in_words, upper_in_words) = run["exponents"].values()
    threads = result["two_threads"]
    rows = [
        ["characters, from raw text, 100 MB", f"{run['megabytes_per_second']} MB/s", "20 MB/s"],
        [
            "faster than a suffix array (divsufsort, Kasai, compiled scan); characters packed",
            f"{run['times_faster_than_suffix_array']} x",
            "5 x",
        ],
        [
            f"faster than difflib over all pairs (from {DIFFLIB_PAIRS} pairs)",
            f"{run['times_faster_than_difflib']:,} x",
            "1,000 x",
        ],
        ["words, packed, 100 MB", f"{run['million_words_per_second']} M/s", "15 M/s"],
        [
            "exponent of time from 1 (from 10) to 100 MB of source: characters; words",
            f"{all_sizes} ({upper}); {all_in_words} ({upper_in_words})",
            "1.1",
        ],
        [
            "two threads against one, wall time: characters; words",
            "; ".join(
                f"{threads[units]} x" if threads[units] else "no idle core" for units in FLOORS
            ),
            "1.6 x",
        ],
        [
            "memory of the whole check per source character, above the text, from 10 to 100 MB",
            f"{held['bytes_per_further_character']} bytes",
            "1 byte",
        ],
        [
            "MinHash signatures from raw text: faster than datasketch 2 (`bulk`, SHA-1)",
            f"{sketch['signatures_times_faster_than_datasketch']} x",
            "25 x",
        ],
        [
            "and than rensa (`from_token_sets`, strings)",
            f"{sketch['signatures_times_faster_than_rensa']} x",
            "10 x",
        ],
        [
            "candidates from raw text: faster than datasketch's MinHashLSH",
            f"{sketch['candidates_times_faster_than_datasketch']} x",
            "10 x",
        ],
    ]
    size = (
        f"{result['synthetic_records']:,} synthetic records ({SYNTHETIC} MB) against "
        f"{result['source_records'][-1]:,} source records; medians of {ROUNDS} rounds. Runs of "
        f"{FLOORS['characters']} characters or more equal the suffix array's; "
        f"{sketch['signatures_compared_equal']:,} signatures equal datasketch's. With "
        f"{LARGE_SYNTHETIC} MB of synthetic text, characters: "
        f"{run['megabytes_per_second_large_synthetic']} MB/s. The whole check takes "
        f"{held['megabytes_at_100']} MB of memory above the texts."
    )
    return f"{table(['longest shared run, every record', 'measured', 'demand'], rows)}\n\n{size}"


def timed(work: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> Any:
    """Seconds of a call, and what it returned."""
    start = clock()
    value = work()
    return clock() - start, value


# --- longest shared run -------------------------------------------------------


def ours(
    source: Corpus, synthetic: Corpus, units: str, packed: Iterator[Any] | None = None
) -> substring.Runs:
    """Runs of characters or words of every synthetic record, from raw text unless it is packed."""
    pack, only = {
        "characters": (packing.characters, packing.only_characters),
        "words": (packing.words, packing.only_words),
    }[units]
    mine = synthetic.memo(pack) if packed else pack(synthetic)
    grams = substring.index(mine, FLOORS[units])
    held = substring.holders(grams, 3 if units == "words" else 1)
    groups = np.array(source.groups, np.int32) * (units == "words")
    read = (lambda _: next(packed)) if packed else only
    stretches = substring.read(grams, source, read, groups, held, held.most - 1)
    nobody = np.full(len(synthetic.records), -1, np.int32)
    return substring.longest(grams, held.others(grams, nobody) > 0, stretches, nobody)


def longest_run(sources: dict[int, Corpus], synthetic: Corpus) -> dict[str, Any]:
    """All sizes in turn from raw text; given packed units, ours and the peer at the largest."""
    rounds: dict[str, list[float]] = {}
    source = sources[MEGABYTES[-1]]
    text, border, starts = as_bytes(source, synthetic)
    packed = {
        "characters": [packing.only_characters(texts) for _, texts in packing.blocks(source)],
        "words": [packing.only_words(texts) for _, texts in packing.blocks(source)],
    }
    for units in FLOORS:
        ours(sources[1], synthetic, units)  # compiles
    suffix_array(text[border - 100_000 :], 100_000, starts)

    def run(name: str, work: Callable[[], Any]) -> Any:
        seconds, value = timed(work)
        rounds.setdefault(name, []).append(seconds)
        return value

    for _ in range(ROUNDS):
        for size, units in itertools.product(MEGABYTES, FLOORS):
            run(f"{units}_{size}", lambda: ours(sources[size], synthetic, units))  # noqa: B023
        lengths = run("suffix_array", lambda: suffix_array(text, border, starts))
        for units, blocks in packed.items():
            ready = iter(blocks)
            shared = run(f"packed_{units}", lambda: ours(source, synthetic, units, ready))  # noqa: B023
            if units == "characters":
                assert np.array_equal(per_record(shared.length, starts), lengths)
    large = recombined.synthetic(LARGE_SYNTHETIC)
    seconds, _ = timed(lambda: ours(source, large, "characters"))
    pairs = len(source.records) * len(synthetic.records)
    one_pair = difflib_pair(source, synthetic)
    faster = [
        b / a for a, b in zip(rounds["packed_characters"], rounds["suffix_array"], strict=True)
    ]
    words = sum(len(values) for values, _ in packed["words"])
    return {
        "seconds": {name: round(middle(times), 3) for name, times in rounds.items()},
        "megabytes_per_second": round(100 / middle(rounds["characters_100"]), 1),
        "megabytes_per_second_large_synthetic": round(100 / seconds, 1),
        "million_words_per_second": round(words / 1e6 / middle(rounds["packed_words"]), 1),
        "times_faster_than_suffix_array": round(middle(faster), 1),
        "seconds_difflib_all_pairs_extrapolated": round(one_pair * pairs),
        "times_faster_than_difflib": round(one_pair * pairs / middle(rounds["characters_100"])),
        "exponents": {
            units: [exponent(rounds, units, smaller) for smaller in MEGABYTES[:-1]]
            for units in FLOORS
        },
        "equal_results": True,
    }


def exponent(rounds: dict[str, list[float]], units: str, smaller: int) -> float:
    """Of time by source size, between a smaller size and the largest."""
    small, large = (middle(rounds[f"{units}_{size}"]) for size in (smaller, MEGABYTES[-1]))
    return round(math.log(large / small) / math.log(MEGABYTES[-1] / smaller), 2)


def as_bytes(source: Corpus, synthetic: Corpus) -> tuple[NDArray[np.uint8], int, NDArray[np.int64]]:
    """All characters in a byte each; where the synthetic ones begin, and where each record's do."""
    packed = [packing.characters(side) for side in (source, synthetic)]
    alphabet = ranks(np.concatenate([side.values for side in packed]))
    text = np.concatenate([joined(packed[0], alphabet, 1), joined(packed[1], alphabet, 0)])
    return text, len(packed[0].values) + len(packed[0].starts) - 1, packed[1].starts


def per_record(length: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The longest of each record."""
    return np.array([length[a:b].max(initial=0) for a, b in itertools.pairwise(starts)])


def ranks(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Code point -> byte, for an alphabet that fits: 0 and 1 are kept for separators."""
    kinds = np.unique(values)
    assert len(kinds) <= 254, f"{len(kinds)} kinds of characters do not fit into a byte"
    ranked = np.zeros(int(kinds[-1]) + 1, np.uint8)
    ranked[kinds] = np.arange(2, len(kinds) + 2)
    return ranked


def suffix_array(
    text: NDArray[np.uint8], border: int, starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The peer: longest run of every synthetic record, 0 below the floor, from one suffix array."""
    suffixes = divsufsort(text)
    best = scan(suffixes, kasai(text, suffixes), border)
    best[text[border:] == 0] = 0  # separators of the source stand in no synthetic record
    found = per_record(best, starts + np.arange(len(starts)))
    return np.where(found >= FLOORS["characters"], found, 0)


def joined(
    packed: packing.Packed, alphabet: NDArray[np.uint8], separator: int
) -> NDArray[np.uint8]:
    """All records as bytes, each followed by a separator."""
    return np.insert(alphabet[packed.values], packed.starts[1:], np.uint8(separator))


@numba.njit(cache=True)
def scan(suffixes: NDArray[Any], common: NDArray[Any], border: int) -> NDArray[np.int64]:
    """Per query position the longest match with a source suffix: nearest one above and below."""
    best = np.zeros(len(suffixes) - border, np.int64)
    carried = 0
    for i in range(len(suffixes)):
        if suffixes[i] < border:
            carried = common[i]
        else:
            best[suffixes[i] - border] = max(best[suffixes[i] - border], carried)
            carried = min(carried, common[i])
    carried = 0
    for i in range(len(suffixes) - 1, -1, -1):
        if suffixes[i] >= border:
            best[suffixes[i] - border] = max(best[suffixes[i] - border], carried)
        if i:
            carried = common[i - 1] if suffixes[i] < border else min(carried, common[i - 1])
    return best


def difflib_pair(source: Corpus, synthetic: Corpus) -> float:
    """CPU seconds of difflib per pair of records, over a spread of pairs."""
    total = 0.0
    for n in range(DIFFLIB_PAIRS):
        a = normalise([source.records[n * len(source.records) // DIFFLIB_PAIRS].text]).text()
        b = normalise([synthetic.records[n * len(synthetic.records) // DIFFLIB_PAIRS].text]).text()
        matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
        seconds, _ = timed(matcher.find_longest_match)
        total += seconds
    return total / DIFFLIB_PAIRS


def two_threads(source: Corpus, synthetic: Corpus) -> dict[str, Any]:
    """Wall time of one thread to that of two; results do not depend on it.

    Rounds count in which two idle loops beside one another, before and after, were at least 1.7
    times as fast as one after the other: in the others the machine had no second core to give.
    """
    ratios: dict[str, list[float]] = {units: [] for units in FLOORS}
    free = [two_loops()]
    for _ in range(MOST_ROUNDS):
        for units, found in ratios.items():
            lasted, lengths = [], []
            for threads in (1, 2):
                numba.set_num_threads(threads)
                seconds, shared = timed(lambda: ours(source, synthetic, units), time.perf_counter)  # noqa: B023
                lasted.append(seconds)
                lengths.append(shared.length)
            assert np.array_equal(*lengths)
            free.append(two_loops())
            if min(free[-2:]) >= 1.7:
                found.append(lasted[0] / lasted[1])
        if min(map(len, ratios.values())) >= ROUNDS:
            break
    numba.set_num_threads(1)
    return {
        "rounds_that_count": {units: len(found) for units, found in ratios.items()},
        "of": len(free) - 1,
        "two_loops": round(middle(free), 2),
        **{units: round(middle(found), 2) if found else None for units, found in ratios.items()},
    }


def two_loops() -> float:
    """How much faster two loops are side by side than one after the other."""
    spin(1)
    lasted = []
    for together in (1, 2):
        threads = [
            threading.Thread(target=spin, args=(200_000_000 * 2 // together,))
            for _ in range(together)
        ]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted.append(time.perf_counter() - start)
    return lasted[0] / lasted[1]


@numba.njit(nogil=True)
def spin(count: int) -> int:
    """Keeps a core busy."""
    total = np.uint64(0)
    for i in range(count):
        total = total * np.uint64(6364136223846793005) + np.uint64(i)
    return int(total & np.uint64(1))


# --- memory -------------------------------------------------------------------


def memory(sources: dict[int, Corpus], synthetic: Corpus) -> dict[str, Any]:
    """Peak memory of copied_passage above what is held before, by source size."""
    peaks, characters = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, side in [("synthetic", synthetic), *sources.items()]:
            lines = (json.dumps(record.text) + "\n" for record in side.records)
            (Path(folder) / f"{name}").write_text("".join(lines), encoding="utf-8")
        for size in MEGABYTES:
            command = [sys.executable, __file__, folder, str(size)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            peaks[size] = int(done.stdout)
            characters[size] = sum(len(record.text) for record in sources[size].records)
    further = (peaks[100] - peaks[10]) / (characters[100] - characters[10])
    return {
        "megabytes_by_source": {size: round(peak / 1e6, 1) for size, peak in peaks.items()},
        "megabytes_at_100": round(peaks[100] / 1e6),
        "bytes_per_further_character": round(further, 2),
        "bytes_per_character_at_100": round(peaks[100] / characters[100], 2),
    }


def peak_memory(folder: str, size: str) -> int:
    """Bytes of the check at its peak, above the texts and the compiled code. Own process."""
    numba.set_num_threads(1)
    synthetic, source = (loaded(Path(folder) / name) for name in ("synthetic", size))
    few = Corpora(Corpus("few", synthetic.records[:50]), Corpus("few", source.records[:50]))
    list(copied_passage.measure(few))
    before, most, done = resident(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            most[0] = max(most[0], resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in copied_passage.measure(Corpora(synthetic, source)):
        pass
    done.set()
    watcher.join()
    return most[0] - before


def loaded(path: Path) -> Corpus:
    """A corpus from a file of one text per line."""
    with path.open(encoding="utf-8") as lines:
        records = tuple(Record(str(i), json.loads(line)) for i, line in enumerate(lines))
    return Corpus(path.name, records)


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


# --- MinHash from raw text ----------------------------------------------------


def near_duplicates(source: Corpus, synthetic: Corpus) -> dict[str, Any]:
    """Signatures of the source, then candidates of both, from the texts."""
    rounds: dict[str, list[float]] = {}
    work: dict[str, Callable[[], Any]] = {
        "ours": lambda: minhash.signatures(afresh(source), SHINGLE),
        "datasketch": lambda: bulk(source),
        "rensa": lambda: RMinHash.from_token_sets(
            [list(shingle_strings(record.text)) for record in source.records],
            minhash.PERMUTATIONS,
            minhash.SEED,
        ),
        "our_candidates": lambda: our_candidates(source, synthetic),
        "datasketch_candidates": lambda: their_candidates(source, synthetic),
    }
    for number in range(QUICK_ROUNDS + 1):
        for name, one in work.items():
            seconds, _ = timed(one)
            if number:  # the first round compiles
                rounds.setdefault(name, []).append(seconds)
    equal = same_signatures(source, minhash.signatures(source, SHINGLE))

    def ratio(peer: str, mine: str) -> float:
        return round(middle(b / a for a, b in zip(rounds[mine], rounds[peer], strict=True)), 1)

    return {
        "source_megabytes": 10,
        "seconds": {name: round(middle(times), 3) for name, times in rounds.items()},
        "signatures_times_faster_than_datasketch": ratio("datasketch", "ours"),
        "signatures_times_faster_than_rensa": ratio("rensa", "ours"),
        "candidates_times_faster_than_datasketch": ratio("datasketch_candidates", "our_candidates"),
        "signatures_compared_equal": equal,
    }


def afresh(side: Corpus) -> Corpus:
    """The same corpus without memory of an earlier round."""
    return Corpus(side.name, side.records)


def our_candidates(source: Corpus, synthetic: Corpus) -> NDArray[np.int64]:
    """Ours, from raw text."""
    index = minhash.bands(afresh(source), SHINGLE, THRESHOLD)
    return minhash.candidates(index, minhash.signatures(afresh(synthetic), SHINGLE))


def their_candidates(source: Corpus, synthetic: Corpus) -> list[tuple[int, int]]:
    """datasketch, as its documentation shows: shingles as bytes, `bulk`, insert, query."""
    bands, rows = minhash.banding(THRESHOLD)
    lsh = MinHashLSH(num_perm=minhash.PERMUTATIONS, params=(bands, rows))
    with lsh.insertion_session() as session:
        for i, signature in enumerate(bulk(source)):
            session.insert(i, signature)
    return [(q, hit) for q, signature in enumerate(bulk(synthetic)) for hit in lsh.query(signature)]


def bulk(side: Corpus) -> list[MinHash]:
    """datasketch's signatures of every record's word shingles."""
    sets: list[MinHash] = MinHash.bulk(
        [[shingle.encode() for shingle in shingle_strings(record.text)] for record in side.records],
        num_perm=minhash.PERMUTATIONS,
    )
    return sets


def shingle_strings(text: str) -> set[str]:
    """The distinct word shingles of a text."""
    words = re.findall(r"\w+", text.casefold())
    count = max(1, len(words) - SHINGLE + 1)
    return {" ".join(words[i : i + SHINGLE]) for i in range(count)}


def same_signatures(side: Corpus, signatures: NDArray[Any]) -> int:
    """Number of records whose signature equals datasketch's on the same shingle hashes: all."""
    shingles = minhash.shingles(side, SHINGLE)
    for i, row in enumerate(signatures):
        theirs = MinHash(num_perm=minhash.PERMUTATIONS, hashfunc=int)
        theirs.update_batch(shingles.hashes[shingles.starts[i] : shingles.starts[i + 1]].tolist())
        lean = LeanMinHash(theirs)
        assert np.array_equal(lean.hashvalues, row)
    return len(signatures)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(peak_memory(*sys.argv[1:]))
    else:
        main()
