"""Does a record's text fit the diagnosis codes that it was asked for?

For each ICD-10-CM code of a record, the text is compared with what the code means (its
description, its parent's and its inclusion terms) in two ways: the closest of the text's chunks
by sentence vectors (MiniLM), and character 4-5-grams by TF-IDF. Both are expressed in standard
deviations of what source records of the same language score for that code, and added: this
removes that some descriptions resemble every report. Then the record's mean over a fixed panel of
categories is subtracted (two parts all chapters, one part the code's own chapter): this removes
that long clinical reports resemble every description. `agreement` is the mean of that over the
record's codes, `rank` the mean share of the panel's other categories that fit the text at least
as well as the code. A record's values depend on the record, the source and the panel, not on the
other records of the set.

The check measures itself: on labelled source records it compares their own codes with as many
codes (up to three) of other records. Where the area under that ROC curve (AUC) is below
`min_auc`, or the source has fewer than 20 labelled records of the language, its values are
advisory and decide nothing.

What it cannot see: whether the text is correct, only whether it is about the code. A text that
restates the description word for word looks perfect. Descriptions are English: Spanish text is
compared through the Latin roots that both share, with less power. It is weakest between the codes
of chapter F, whose reports share one vocabulary; the AUC on a source with codes of all chapters
then flatters it. Codes of other systems, and records without codes, are not measured; a code with
a seventh character, or of another country's edition, counts as its nearest listed ancestor.

Source: zero-shot classification by descriptions (Yin, Hay and Roth, EMNLP 2019), with z-scores
against hubness (Radovanovic, Nanopoulos and Ivanovic, JMLR 2010); ICD-10-CM by the US National
Center for Health Statistics.
"""

import hashlib
import random
import statistics
from collections.abc import Iterator, Sequence

from auditor.corpus import Corpora, Corpus
from auditor.finding import Advisory, Finding, Metric, Outcome, Unmeasured
from auditor.indexes import code_fit, taxonomy
from auditor.record import UNDETERMINED, Record

SCOPE = "record"
METRICS = {
    "agreement": Metric(
        "how well the text fits its codes, against source records and other codes",
        "standard deviations, two voices added",
        low=None,
    ),
    "rank": Metric("share of other categories that fit at least as well", "", high=1.0),
}
LABELLED = 20  # source records with known codes, at least, for an AUC to mean anything
TRIALS = 150  # source records that the AUC is measured on, at most
CODES = 3  # codes per source record and trial, at most


def applies_to(record: Record) -> bool:
    """Whether the record has a code that the ICD-10-CM table knows."""
    return any(taxonomy.known(code) for code in record.label)


def measure(corpora: Corpora, *, min_auc: float = 0.8, background: int = 250) -> Iterator[Outcome]:
    """Both metrics of every record with a known code.

    ``background``: source records per language that a code's mean and deviation are taken from.
    Raises CannotMeasure without a source, and when the sentence model is missing or altered.
    """
    records = corpora.synthetic.records
    if foreign := sum(bool(r.label) and not applies_to(r) for r in records):
        yield Unmeasured("labels", f"{foreign} records carry no code that ICD-10-CM lists")
    by_language: dict[str, list[int]] = {}
    for index, record in enumerate(records):
        if applies_to(record):
            by_language.setdefault(record.lang, []).append(index)
    doubts = []
    for language, indices in sorted(by_language.items()):
        real = corpora.real().memo(_background, language, background)
        doubts += _doubts(real, language, [_codes(records[i]) for i in indices], min_auc)
        yield from _findings(corpora.synthetic, indices, real)
    if doubts:
        yield from (Advisory(metric, "; ".join(doubts)) for metric in METRICS)


def _codes(record: Record) -> tuple[str, ...]:
    """The record's codes as the table writes them, each once."""
    return tuple(dict.fromkeys(filter(None, map(taxonomy.known, record.label))))


def _findings(corpus: Corpus, indices: list[int], real: code_fit.Background) -> Iterator[Finding]:
    codes = [_codes(corpus.records[index]) for index in indices]
    fit = real.fit(corpus, indices, sorted(set().union(*codes)))
    for row, (index, own) in enumerate(zip(indices, codes, strict=True)):
        name = corpus.records[index].id
        yield Finding("agreement", round(fit.agreement(row, own), 4), name)
        yield Finding("rank", round(fit.rank(row, own), 4), name)


def _background(source: Corpus, language: str, limit: int) -> code_fit.Background:
    indices = _of_language(source, language) or list(range(len(source.records)))
    return code_fit.Background(source, tuple(_sample(source, indices, limit)))


def _of_language(source: Corpus, language: str) -> list[int]:
    """Source records that may be in the language; those that do not say may be in any."""
    return [
        index
        for index, record in enumerate(source.records)
        if UNDETERMINED in (language, record.lang) or record.lang == language
    ]


def _sample(source: Corpus, indices: Sequence[int], limit: int) -> list[int]:
    """Some of the records, chosen by their text alone: the same ones in any order of the input."""
    texts = ((source.records[index].text.encode(), index) for index in indices)
    return [index for _, index in sorted((hashlib.sha256(t).digest(), i) for t, i in texts)][:limit]


def _doubts(
    real: code_fit.Background, language: str, codes: Sequence[Sequence[str]], min_auc: float
) -> list[str]:
    """Why the values of a language cannot decide: an empty list, or one reason."""
    number = min(CODES, statistics.median_low(map(len, codes)))
    auc, labelled = real.corpus.memo(_own_auc, real, language, number)
    where = f"{labelled} labelled source records ({language})"
    if labelled < LABELLED:
        return [f"{where} are fewer than the {LABELLED} it takes to know its power"]
    if not auc >= min_auc:
        return [f"own AUC {auc:.2f} on {where} is below {min_auc:.2f}"]
    return []


def _own_auc(
    source: Corpus, real: code_fit.Background, language: str, number: int
) -> tuple[float, int]:
    """AUC of own codes against as many codes of other records; labelled records of the language."""
    labelled = [i for i in _of_language(source, language) if applies_to(source.records[i])]
    if len(labelled) < LABELLED:
        return float("nan"), len(labelled)
    draw = random.Random(0)
    trials = _sample(source, labelled, TRIALS)
    codes = [_codes(source.records[index]) for index in trials]
    own = [draw.sample(known, min(number, len(known))) for known in codes]
    pool = sorted(set().union(*own))
    fit = real.fit(source, trials, pool)
    right, wrong = [], []
    for row, (drawn, known) in enumerate(zip(own, codes, strict=True)):
        mine = set(map(taxonomy.category, known))
        others = [code for code in pool if taxonomy.category(code) not in mine]
        if len(others) >= len(drawn):
            right.append(fit.agreement(row, drawn))
            wrong += [fit.agreement(row, draw.sample(others, len(drawn))) for _ in range(5)]
    return code_fit.auc(right, wrong), len(labelled)
