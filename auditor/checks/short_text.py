"""Short texts: does a phrase of a few words single out the one or two real people who have it?

Four-word diagnoses equal one another all the time, so below eight words overlap with the source
says nothing and the other copying checks have no answer. What decides is how many people share the
phrase (k-anonymity). A record of at most seven words and 100 characters is looked up, as a whole,
in every record of source and holdout: in any letters and spacing, at a word's border on both sides.
`holders` is the number of source patients (groups; a record without one stands for itself) in
whose records it stands. `uniqueness` is 1 / holders, so a limit of 0.34 asks for three; it is 0
when no source record has the phrase (nothing was copied), and when somebody in the holdout has it
(a person whom the generator never met says the same: it is language).

What it cannot see: a short text that repeats a part of a rare phrase or changes a word of it,
and whether a phrase that many share names one of them (`identifiers` and `identity_replay` see
that).

Sources: Sweeney 2002, k-anonymity; cells of fewer than three people are the lowest bar that
statistical offices hold (Hundepool et al. 2012, Statistical Disclosure Control).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference
from auditor.indexes.exposure import grams
from auditor.indexes.packing import words
from auditor.indexes.short import is_short

SCOPE = "record"
applies_to = is_short
METRICS = {
    "uniqueness": Metric("one over the source patients who have it, 0 when others do", "", 0, 1),
    "holders": Metric("source patients in whose records the whole phrase stands", "patients"),
}
Holders = dict[int, list[int]]  # synthetic record -> records that hold its whole text


def measure(corpora: Corpora) -> Iterator[Finding]:
    """Both metrics of every short record. Raises CannotMeasure without a source."""
    synthetic, source, holdout = corpora.synthetic, corpora.real(), corpora.holdout
    short = np.array([is_short(record) for record in synthetic.records], np.bool_)
    in_source = _holders(synthetic, short, source)
    in_holdout = _holders(synthetic, short, holdout) if holdout else {}
    packed = synthetic.memo(words)
    for i in np.flatnonzero(short).tolist():
        record, first = synthetic.records[i], int(packed.starts[i])
        length = int(packed.starts[i + 1]) - first
        groups = source.group_keys
        own = synthetic.group_keys[i] if corpora.leave_out else -1
        holders = {groups[r]: r for r in reversed(in_source.get(i, [])) if groups[r] != own}
        yield Finding("holders", len(holders), record.id)
        if not holders or _others(in_holdout.get(i, []), source, holdout, in_source.get(i, [])):
            yield Finding("uniqueness", 0.0, record.id)
            continue
        reference = Reference(source.fingerprint(min(holders.values())))
        span = packed.span(first, length)
        yield Finding("uniqueness", 1 / len(holders), record.id, (span,), reference)


def _holders(synthetic: Corpus, short: NDArray[np.bool_], among: Corpus) -> Holders:
    """The records that hold the whole text of a short one, in order."""
    lengths = np.diff(synthetic.memo(words).starts)
    found: Holders = {}
    for length in np.unique(lengths[short & (lengths > 0)]).tolist():
        texts, of = grams(synthetic, length)
        mine = short[of] & (lengths[of] == length)
        kinds, kind = np.unique(texts[mine], return_inverse=True)
        there, record = grams(among, length)
        known = np.isin(there, kinds)
        pairs = np.stack([np.searchsorted(kinds, there[known]), record[known]])
        held, holder = np.unique(pairs, axis=1)
        borders = np.searchsorted(held, np.arange(len(kinds) + 1))
        for i, k in zip(of[mine].tolist(), kind.tolist(), strict=True):
            found[i] = holder[borders[k] : borders[k + 1]].tolist()
    return found


def _others(there: list[int], source: Corpus, holdout: Corpus | None, here: list[int]) -> bool:
    """Whether some holder in the holdout is not known as a holder in the source as well."""
    known = {source.records[r].group for r in here} - {None}
    return holdout is not None and any(holdout.records[r].group not in known for r in there)
