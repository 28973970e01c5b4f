"""Where our detector saw identities in the source: by far what takes longest of a large one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.finding import Span
from auditor.indexes import identities
from auditor.kept import Arrays, Options, check, column

CHECK = "identity_replay"
NAMES = ("label", "recognizer", "view")  # of a span: few different ones, kept as a table


def keep(source: Corpus, options: Options) -> Arrays:
    """One row per place."""
    if not options["detect"]:
        return {}
    seen = source.memo(identities.seen, options["profile"])
    spans = [span for of_record in seen.spans for span in of_record]
    arrays: dict[str, NDArray[Any]] = {
        "counts": np.array([len(of_record) for of_record in seen.spans], np.int64),
        "start": np.array([span.start for span in spans], np.int64),
        "end": np.array([span.end for span in spans], np.int64),
        "score": np.array([span.score for span in spans], np.float64),
        "not_looked": np.array([seen.unspoken, seen.upset], np.int64),
    }
    for name in NAMES:
        told = np.array([getattr(span, name) for span in spans], np.str_)
        arrays[f"{name}s"], arrays[name] = np.unique(told, return_inverse=True)
    return arrays


def recall(source: Corpus, options: Options, arrays: Arrays) -> None:
    """The places of each record, as the detector would tell them."""
    records = source.records
    counts = column(arrays, "counts", np.int64, len(records))
    check((counts >= 0).all())
    total = int(counts.sum())
    start, end = (column(arrays, name, np.int64, total) for name in ("start", "end"))
    score = column(arrays, "score", np.float64, total)
    lengths = np.repeat([len(record.text) for record in records], counts)
    check(((start >= 0) & (start < end) & (end <= lengths)).all())
    check(((score >= 0) & (score <= 1)).all())
    named = []
    for name in NAMES:
        table = column(arrays, f"{name}s", np.str_, None)
        row = column(arrays, name, np.int64, total)
        check(((row >= 0) & (row < len(table))).all())
        named.append(table[row].tolist())
    labels, recognizers, views = named
    rows = zip(
        start.tolist(), end.tolist(), labels, score.tolist(), recognizers, views, strict=True
    )
    spans = [Span(*row) for row in rows]
    ends = np.cumsum(counts).tolist()
    of_records = tuple(tuple(spans[a:b]) for a, b in zip([0, *ends], ends, strict=False))
    unspoken, upset = column(arrays, "not_looked", np.int64, 2).tolist()
    check(unspoken >= 0 and upset >= 0 and unspoken + upset <= len(records))
    source.recall(identities.seen, identities.Seen(of_records, unspoken, upset), options["profile"])
