"""Does a record's text fit the diagnosis codes that it was asked for?

For each code of a record, the text is compared with what the code means in three ways: the closest
of the text's chunks with the description by sentence vectors (MiniLM); character 4-5-grams, by
TF-IDF, with the description (own, parent's, inclusion terms), in the language of the text where the
user's table has one; and, for mental disorders (chapter F), with how the disorder shows in reports,
in English or Spanish, without what the text denies or says of relatives. Each is expressed in
standard deviations of what source records of the same language score for that code, which removes
that some descriptions resemble every report, and the mean is taken. Then the record's mean over a
fixed panel of categories is subtracted (two parts all chapters, one part the code's own chapter),
which removes that long clinical reports resemble every description.

`agreement` is the mean of that over those of the record's codes that can decide, or over all of
them when none can. `fit` is the share of labelled source
records that fit as many of their own codes no better: what a limit is set on. `rank` is the mean
share of the panel's other categories that fit the text at least as well, and `place` the mean place
among the codes in use in the set (1 is best), with the three best competitors. `restated` is the
longest run of words that the text shares with the description of a code, as a share of the
description: a text that spells out its label teaches a classifier to read the label. It is for
review, and decides nothing.

The check measures itself: on labelled source records it compares own codes with other codes (see
`label_power`). Where a chapter has fewer than 20 labelled pairs, or the area under its ROC curve
(AUC) is below `min_auc`, its codes decide nothing: a record is judged by its other codes (the gap
is called `chapters`), and one that has none is shown for review.

What it cannot see: whether the text is correct, only whether it is about the code. Without Spanish
descriptions (`--codes`), Spanish text is compared through the Latin roots that it shares with
English ones, with less power. Codes that no table lists, and records without codes, are not
measured; a code with a seventh character, or of another release, counts as its nearest listed
ancestor. Signs of disorders are known for chapter F only.

Source: zero-shot classification by descriptions (Yin, Hay and Roth, EMNLP 2019), with z-scores
against hubness (Radovanovic, Nanopoulos and Ivanovic, JMLR 2010); ConText for negation and family
history (Harkema et al. 2009); ICD-10-CM by the US National Center for Health Statistics.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora
from auditor.finding import Advisory, Finding, Metric, Outcome, Unmeasured
from auditor.indexes import code_calibration, code_gaps, code_restated, taxonomy
from auditor.indexes.code_calibration import Calibration
from auditor.indexes.code_fit import Fit
from auditor.indexes.meanings import Meanings
from auditor.record import Record

SCOPE = "record"
METRICS = {
    "agreement": Metric(
        "how well the text fits its codes, against source records and other codes",
        "standard deviations, mean of the voices",
        low=None,
    ),
    "fit": Metric("share of labelled source records that fit their own codes no better", "", 0, 1),
    "rank": Metric("share of other categories that fit at least as well", "", high=1.0),
    "place": Metric("place of its codes, on average, among those in use; 1 is best", "", low=1),
    "restated": Metric("longest run of a code's description that the text holds", "", 0, 1),
}
FOR_REVIEW = "spelling out the label is for review: it makes a classifier's task trivial"
COMPETITORS = 3
TOGETHER = 1000  # records: their scores for all codes in use are in memory at once
Auc = Annotated[float, Field(ge=0.5, le=1)]
Count = Annotated[int, Field(ge=1)]


def applies_to(record: Record, corpora: Corpora) -> bool:
    """Whether a table knows one of the record's codes."""
    return any(Meanings(corpora.codes, record.lang).known(code) for code in record.label)


def measure(
    corpora: Corpora, *, min_auc: Auc = 0.8, min_pairs: Count = 20, background: Count = 250
) -> Iterator[Outcome]:
    """All metrics of every record with a known code.

    ``background``: source records per language that a code's mean and deviation are taken from.
    Raises CannotMeasure without a source, and when the sentence model is missing or altered.
    """
    yield from code_gaps.gaps(corpora)
    by_language: dict[str, dict[int, list[str]]] = {}  # record -> its codes
    for index, record in enumerate(corpora.synthetic.records):
        if own := Meanings(corpora.codes, record.lang).codes(record.label):
            by_language.setdefault(record.lang, {})[index] = own
    if by_language:
        yield Advisory("restated", FOR_REVIEW)
    for language, codes in sorted(by_language.items()):
        real, known = code_calibration.of_source(corpora, language, background)
        in_use = sorted(set().union(*codes.values()))
        doubts = {
            chapter: known.doubt(chapter, min_auc, min_pairs)
            for chapter in set(map(real.meanings.chapter, in_use))
        }
        yield from _left_out(codes.values(), real.meanings, doubts)
        for start in range(0, len(codes), TOGETHER):
            block = dict(list(codes.items())[start : start + TOGETHER])
            fit = real.fit(corpora.synthetic, list(block), in_use)
            yield from _of_block(corpora, block, fit, in_use, known, doubts, min_pairs)


def _left_out(
    codes: Iterable[Sequence[str]], meanings: Meanings, doubts: dict[str, str]
) -> Iterator[Unmeasured]:
    """Chapters that decide nothing, of records that are judged by other codes of theirs."""
    count: Counter[str] = Counter()
    for own in codes:
        chapters = {meanings.chapter(code) for code in own}
        if any(not doubts[chapter] for chapter in chapters):
            count.update(chapter for chapter in chapters if doubts[chapter])
    for chapter, records in sorted(count.items()):
        where = f"codes of {taxonomy.span(chapter)} ({meanings.language})"
        yield Unmeasured("chapters", f"{where} of {records:,} records: {doubts[chapter]}")


def _of_block(
    corpora: Corpora,
    block: dict[int, list[str]],
    fit: Fit,
    in_use: Sequence[str],
    known: Calibration,
    doubts: dict[str, str],
    min_pairs: int,
) -> Iterator[Outcome]:
    meanings = fit.meanings
    for row, (index, own) in enumerate(block.items()):
        record = corpora.synthetic.records[index]
        deciding = [code for code in own if not doubts[meanings.chapter(code)]]
        if not deciding:
            yield from _advice(record, own, meanings, doubts)
        agreement = round(fit.agreement(row, deciding or own), 4)
        place, rivals = _place(fit, row, own, in_use)
        told = f"fits best besides: {', '.join(rivals)}" if rivals else ""
        share = known.share(agreement, len(deciding or own), min_pairs)
        if deciding and share is None:
            yield Advisory("fit", f"fewer than {min_pairs} labelled records", record.id)
        yield Finding("agreement", agreement, record.id)
        yield Finding("fit", round(share or 0.0, 4), record.id, detail=told)
        yield Finding("rank", round(fit.rank(row, own), 4), record.id)
        yield Finding("place", round(place, 2), record.id, detail=told)
        held, spans = code_restated.restated(corpora.synthetic, index, own, meanings)
        yield Finding("restated", round(held, 4), record.id, spans)


def _place(
    fit: Fit, row: int, own: Sequence[str], in_use: Sequence[str]
) -> tuple[float, list[str]]:
    """The mean place of the record's codes among those in use, and what fits it best besides."""
    order = fit.closest(row, in_use)
    ahead = sorted(order.index(code) for code in own)  # the record's codes are no rivals
    place = 1 + sum(at - before for before, at in enumerate(ahead)) / len(ahead)
    rivals = [code for code in order[: COMPETITORS + len(own)] if code not in own]
    return place, rivals[:COMPETITORS]


def _advice(
    record: Record, own: Sequence[str], meanings: Meanings, doubts: dict[str, str]
) -> Iterator[Advisory]:
    """One reason for all records of the same chapters."""
    chapters = sorted({meanings.chapter(code) for code in own})
    told = "; ".join(
        f"{taxonomy.span(chapter)} ({record.lang}): {doubts[chapter]}" for chapter in chapters
    )
    for metric in ("agreement", "fit", "rank", "place"):
        yield Advisory(metric, told, record.id)
