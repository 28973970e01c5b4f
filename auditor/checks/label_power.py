"""How well label_fidelity tells right codes from wrong ones, on the source's labelled records.

For every chapter of ICD-10-CM whose codes the set uses, labelled source records of the same
language are compared with their own codes and with codes of other records. `own_auc` is the area
under the ROC curve of own codes against codes outside the record's own categories: .5 is chance.
`sibling_auc` is the same against codes of the same block in another category, a harder question.
`rejected` is the share of wrong codes below the value that 5 % of own codes stay below, and `pairs`
the number of own codes that were compared (five of a record at most, 250 records at most). Where
`own_auc` is below .8 or `pairs` below 20, `label_fidelity` shows its values for that chapter and
decides nothing.

What it cannot see: what synthetic text is like. Real reports are the calibration, and generators
tend to restate the description, so that their right labels score higher than real ones; how wrong
labels of generated text score is known only from sets with known labels (see the README).

Source: Fawcett 2006, An introduction to ROC analysis.
"""

import math
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric
from auditor.indexes import code_calibration, taxonomy
from auditor.indexes.meanings import Meanings

SCOPE = "set"
METRICS = {
    "own_auc": Metric("own codes against codes of other records, area under the ROC", "", 0, 1),
    "sibling_auc": Metric("own codes against codes of the same block, the same area", "", 0, 1),
    "rejected": Metric("wrong codes rejected where 5 % of the own ones are", "", 0, 1),
    "pairs": Metric("own codes of source records that were compared", "codes"),
}


def measure(
    corpora: Corpora, *, background: Annotated[int, Field(ge=1)] = 250
) -> Iterator[Finding]:
    """Each metric by chapter and language. Raises CannotMeasure where nothing is labelled."""
    found = False
    for language, chapters in sorted(_chapters(corpora).items()):
        _, known = code_calibration.of_source(corpora, language, background)
        for chapter in sorted(chapters & known.chapters.keys(), key=taxonomy.span):
            found = True
            yield from _findings(known.chapters[chapter], f"{taxonomy.span(chapter)} {language}")
    if not found:
        raise CannotMeasure(
            "no source record has a code of a chapter that the set uses; give labelled ones"
        )


def _findings(power: code_calibration.Power, part: str) -> Iterator[Finding]:
    values = {
        "own_auc": power.own_auc,
        "sibling_auc": power.sibling_auc,
        "rejected": power.rejected,
        "pairs": float(len(power.own)),
    }
    for metric, value in values.items():
        if not math.isnan(value):  # there may be no sibling to compare with
            yield Finding(metric, round(value, 3), part=part)


def _chapters(corpora: Corpora) -> dict[str, set[str]]:
    """The chapters of the set's known codes, by language."""
    chapters: dict[str, set[str]] = {}
    for record in corpora.synthetic.records:
        meanings = Meanings(corpora.codes, record.lang)
        own = map(meanings.chapter, meanings.codes(record.label))
        chapters.setdefault(record.lang, set()).update(own)
    return chapters
