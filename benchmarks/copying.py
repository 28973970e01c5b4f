"""Speed of the copying checks beside their peers, on real text, in one run.

    python benchmarks/copying.py

Longest shared run of every synthetic record with the whole source: the seed index against a suffix
array (pydivsufsort's divsufsort and Kasai, scanned by compiled code) and difflib over all pairs
(a sample of pairs, extrapolated). MinHash from raw text to candidates: against datasketch's own
`bulk` and MinHashLSH. Every round runs all of them in turn; quoted is the median of the ratios of
a round. One thread. Equal results are asserted: a fast wrong answer is no answer.
"""

import difflib
import itertools
import json
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from corpora import RESULTS, corpus
from datasketch import LeanMinHash, MinHash, MinHashLSH
from numpy.typing import NDArray
from pydivsufsort import divsufsort, kasai
from readme import table, write

from auditor.corpus import Corpus
from auditor.indexes import minhash, packing, substring
from auditor.normalise import normalise

ROUNDS = 5
FLOOR, SEED = 40, 26
SHINGLE, THRESHOLD = 3, 0.3
SOURCE = (
    "source/en_mtsamples_train", "source/en_mtsamples_holdout", "source/es_codiesp_train",
    "source/es_meddocan_train", "source/es_meddocan_holdout", "source/en_aci_train",
    "source/en_mtsdialog_train", "source/en_counsel_train", "source/es_codiesp_holdout",
    "synthetic/en_codiesp_mt",
)  # fmt: skip
SYNTHETIC = ("synthetic/en_mentalchat", "synthetic/en_aci_bart", "synthetic/es_mh_llm")
DIFFLIB_PAIRS = 20


def main() -> None:
    """Runs all rounds and writes the medians."""
    numba.set_num_threads(1)
    source, synthetic = corpus("source", *SOURCE), corpus("synthetic", *SYNTHETIC)
    megabytes = sum(len(r.text.encode()) for r in source.records) / 1e6
    result = {
        "source_megabytes": round(megabytes, 2),
        "source_records": len(source.records),
        "synthetic_records": len(synthetic.records),
        "rounds": ROUNDS,
        "longest_run": longest_run(source, synthetic),
        "minhash": near_duplicates(source, synthetic),
    }
    (RESULTS / "copying.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    write("copying", told)
    print(told)


def markdown(result: dict[str, Any]) -> str:
    """The ratios, beside what was demanded of them."""
    run, sketch = result["longest_run"], result["minhash"]
    head = ["longest shared run, every record", "CPU seconds", "ours is faster by", "demand"]
    rows = [
        [
            "seed index, characters (with building it)",
            f"{run['seconds_seed_index_characters']}",
            "",
            "",
        ],
        ["seed index, words", f"{run['seconds_seed_index_words']}", "", ""],
        [
            "suffix array (pydivsufsort, Kasai, compiled scan)",
            f"{run['seconds_suffix_array']}",
            f"{run['times_faster_than_suffix_array']} x",
            "5 x",
        ],
        [
            f"difflib, all pairs (from {DIFFLIB_PAIRS} pairs)",
            f"{run['seconds_difflib_all_pairs_extrapolated']:,}",
            f"{run['times_faster_than_difflib']:,} x",
            "1,000 x",
        ],
        ["**MinHash, raw text to candidates:** ours", f"{sketch['seconds_ours']}", "", ""],
        [
            "datasketch 2, `bulk` and MinHashLSH",
            f"{sketch['seconds_datasketch']}",
            f"{sketch['times_faster_than_datasketch']} x",
            "10 x",
        ],
    ]
    size = (
        f"{result['synthetic_records']:,} records against a source of "
        f"{result['source_megabytes']:.1f} MB ({result['source_records']:,} records), one thread, "
        f"median of {result['rounds']} rounds. Runs of {FLOOR} characters or more equal the suffix "
        f"array's; {sketch['signatures_compared_equal']:,} signatures equal datasketch's."
    )
    return f"{table(head, rows)}\n\n{size}"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a call, and what it returned."""
    start = time.process_time()
    value = work()
    return time.process_time() - start, value


# --- longest shared run -------------------------------------------------------


def longest_run(source: Corpus, synthetic: Corpus) -> dict[str, Any]:
    """Characters and words, from the packed corpora to every record's longest run."""
    characters = packing.characters(source), packing.characters(synthetic)
    words = packing.words(source), packing.words(synthetic)
    alphabet = ranks(np.concatenate([characters[0].values, characters[1].values]))
    rounds = []
    for number in range(ROUNDS + 1):
        ours, shared = timed(lambda: seeds(*characters, FLOOR, SEED))
        in_words, _ = timed(lambda: seeds(*words, 5, 5))
        peer, lengths = timed(lambda: suffix_array(*characters, alphabet))
        assert np.array_equal(shared.length, np.where(lengths >= FLOOR, lengths, 0))
        if number:  # the first round compiles
            rounds.append((ours, in_words, peer))
    one_pair = difflib_pair(source, synthetic)
    pairs = len(source.records) * len(synthetic.records)
    middle = statistics.median
    return {
        "seconds_seed_index_characters": round(middle(r[0] for r in rounds), 3),
        "seconds_seed_index_words": round(middle(r[1] for r in rounds), 3),
        "seconds_suffix_array": round(middle(r[2] for r in rounds), 3),
        "seconds_difflib_all_pairs_extrapolated": round(one_pair * pairs),
        "times_faster_than_suffix_array": round(middle(r[2] / r[0] for r in rounds), 1),
        "times_faster_than_difflib": round(one_pair * pairs / middle(r[0] for r in rounds)),
        "equal_results": True,
    }


def seeds(source: packing.Packed, query: packing.Packed, floor: int, seed: int) -> substring.Shared:
    """Ours: index the source, then match every record."""
    return substring.longest(substring.build(source, floor, seed), query)


def ranks(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Code point -> byte, for an alphabet that fits: 0 and 1 are kept for separators."""
    kinds = np.unique(values)
    assert len(kinds) <= 254, f"{len(kinds)} kinds of characters do not fit into a byte"
    table = np.zeros(int(kinds[-1]) + 1, np.uint8)
    table[kinds] = np.arange(2, len(kinds) + 2)
    return table


def suffix_array(
    source: packing.Packed, query: packing.Packed, alphabet: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """The peer: longest run of every query record, of any length, from one suffix array."""
    text = np.concatenate([joined(source, alphabet, 1), joined(query, alphabet, 0)])
    border = len(source.values) + len(source.starts) - 1
    suffixes = divsufsort(text)
    best = scan(suffixes, kasai(text, suffixes), border)
    starts = query.starts + np.arange(len(query.starts))
    best = cut(best, text[border:])
    return np.array([best[a:b].max(initial=0) for a, b in itertools.pairwise(starts)])


def joined(
    packed: packing.Packed, alphabet: NDArray[np.uint8], separator: int
) -> NDArray[np.uint8]:
    """All records as bytes, each followed by a separator."""
    coded = alphabet[packed.values]
    ends = packed.starts[1:]
    return np.insert(coded, ends, np.uint8(separator))


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


@numba.njit(cache=True)
def cut(best: NDArray[Any], text: NDArray[Any]) -> NDArray[np.int64]:
    """Matches end with their record: the two sides have different separators, so they do already,
    except that a source separator is a byte that no query holds."""
    for i in range(len(best)):
        if text[i] == 0:
            best[i] = 0
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


# --- MinHash from raw text to candidates --------------------------------------


def near_duplicates(source: Corpus, synthetic: Corpus) -> dict[str, Any]:
    """Signatures and candidates of both, from the texts."""
    rounds = []
    for number in range(ROUNDS + 1):
        ours, (pairs, signatures) = timed(lambda: our_candidates(source, synthetic))
        peer, their_pairs = timed(lambda: their_candidates(source, synthetic))
        if number:
            rounds.append((ours, peer))
    equal = same_signatures(synthetic, signatures)
    middle = statistics.median
    return {
        "seconds_ours": round(middle(r[0] for r in rounds), 3),
        "seconds_datasketch": round(middle(r[1] for r in rounds), 3),
        "times_faster_than_datasketch": round(middle(r[1] / r[0] for r in rounds), 1),
        "candidates_ours": len(pairs),
        "candidates_datasketch_sha1": len(their_pairs),
        "signatures_compared_equal": equal,
    }


def our_candidates(source: Corpus, synthetic: Corpus) -> tuple[NDArray[Any], NDArray[Any]]:
    """Ours, from raw text: corpora without memory of an earlier round."""
    theirs, mine = (Corpus(side.name, side.records) for side in (source, synthetic))
    index = minhash.bands(theirs, SHINGLE, THRESHOLD)
    signatures = minhash.signatures(mine, SHINGLE)
    return minhash.candidates(index, signatures), signatures


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
        [shingle_bytes(record.text) for record in side.records], num_perm=minhash.PERMUTATIONS
    )
    return sets


def shingle_bytes(text: str) -> list[bytes]:
    """The distinct word shingles of a text."""
    words = re.findall(r"\w+", text.casefold())
    count = max(1, len(words) - SHINGLE + 1)
    return list({" ".join(words[i : i + SHINGLE]).encode() for i in range(count)})


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
    main()
