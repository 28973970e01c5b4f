"""Sentence vectors of the source records that a code's mean and deviation are taken from."""

import numpy as np

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.indexes import code_fit, embedding
from auditor.kept import Arrays, Options, Unfit, check, column
from auditor.measure import ALL, measure
from auditor.record import UNDETERMINED, Record

CHECK = "label_fidelity"


def keep(source: Corpus, options: Options) -> Arrays:
    """The vectors of all chunks, one record after the other, and the model that made them.

    Raises CannotMeasure when the model is missing or altered.
    """
    result = measure(CHECK, options, Corpora(_stand_ins(source), source))
    for gap in result.unmeasured:
        if gap.what == ALL:
            raise CannotMeasure(f"{CHECK}: {gap.reason}")
    known = sorted(source.memo(embedding.vectors_by_record).items())
    return {
        "records": np.array([record for record, _ in known], np.int64),
        "counts": np.array([len(chunks) for _, chunks in known], np.int64),
        "vectors": np.concatenate([chunks for _, chunks in known]),
        "model": np.array([embedding.encoder().name], np.str_),
    }


def recall(source: Corpus, options: Options, arrays: Arrays) -> None:  # noqa: ARG001
    """The vectors by record; those of other records are made when they are asked for.

    Nothing where the model is missing.
    """
    if not is_of_this_model(arrays):
        return
    records = column(arrays, "records", np.int64, None)
    counts = column(arrays, "counts", np.int64, len(records))
    check((records >= 0).all() and (records < len(source.records)).all() and (counts > 0).all())
    vectors = column(arrays, "vectors", np.float32, int(counts.sum()), embedding.DIMENSIONS)
    check(np.isfinite(vectors).all())
    by_record = np.split(vectors, np.cumsum(counts)[:-1])
    known = dict(zip(records.tolist(), by_record, strict=True))
    source.recall(embedding.vectors_by_record, known)


def is_of_this_model(arrays: Arrays) -> bool:
    """Whether the sentence model at hand made them; False where it is missing: the check says so.

    Raises Unfit where it gives other vectors.
    """
    try:
        model = embedding.encoder().name
    except CannotMeasure:
        return False
    if column(arrays, "model", np.str_, 1)[0] != model:
        raise Unfit("was built on a machine that computes sentence vectors in another precision")
    return True


def _stand_ins(source: Corpus) -> Corpus:
    """A record per language, with a code: the check picks its source records by language.

    The language that nobody stated stands for those that the source does not have.
    """
    languages = sorted({record.lang for record in source.records} | {UNDETERMINED})
    code = code_fit.panel()[:1]
    return Corpus("stand-ins", tuple(Record(lang, "none", lang, code) for lang in languages))
