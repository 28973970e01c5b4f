"""Passages of the source and their sentence vectors: hours of work for a large one."""

import numpy as np

from auditor.checks import paraphrase
from auditor.corpus import Corpus
from auditor.finding import Span
from auditor.indexes import embedding
from auditor.kept import Arrays, Options, check, column
from auditor.kept.vectors import is_of_this_model

CHECK = "paraphrase"


def keep(source: Corpus, options: Options) -> Arrays:  # noqa: ARG001, every part is given them
    """One row per passage, and the model that made its vector.

    Raises CannotMeasure when the model is missing or altered.
    """
    found = source.memo(paraphrase.embedded)
    return {
        "owners": found.owners,
        "starts": np.array([span.start for span in found.spans], np.int64),
        "ends": np.array([span.end for span in found.spans], np.int64),
        "vectors": found.vectors,
        "model": np.array([embedding.encoder().name], np.str_),
    }


def recall(source: Corpus, options: Options, arrays: Arrays) -> None:  # noqa: ARG001
    """The passages as they were cut and embedded; nothing where the model is missing."""
    if not is_of_this_model(arrays):
        return
    owners = column(arrays, "owners", np.int64, None)
    starts, ends = (column(arrays, name, np.int64, len(owners)) for name in ("starts", "ends"))
    vectors = column(arrays, "vectors", np.float32, len(owners), embedding.DIMENSIONS)
    lengths = np.array([len(record.text) for record in source.records])
    check(((owners >= 0) & (owners < len(lengths))).all() and (np.diff(owners) >= 0).all())
    check(((starts >= 0) & (starts < ends) & (ends <= lengths[owners])).all())
    check(np.isfinite(vectors).all())
    spans = [Span(*place) for place in zip(starts.tolist(), ends.tolist(), strict=True)]
    source.recall(paraphrase.embedded, paraphrase.Passages(owners, spans, vectors))
