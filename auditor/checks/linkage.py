"""Linkage: the nearest source record, and how far it stands out among all of them.

A record that was rewritten, back-translated or translated shares few phrases with its original,
and yet of all real records the original is by far the nearest. So it is not the similarity that
tells a copy, but how it compares with the other source records: of cosines over character 4-grams
within words and pairs of words, weighted by rarity. `z` is the nearest one's cosine less the mean
of the others, in standard deviations of theirs; `margin` the same less the nearest of the others;
`ratio` is the nearest one's cosine divided by that of the nearest of the others, 0.005 added to
both. The others are the records of all other groups: the siblings of a template, or one patient's
other records, hide nothing if they are one group.

Weights count source and holdout together, so that the control `chance` weighs alike. What n records
do: the largest of more chance values is larger, and `z` grows (its 99th percentile for clean
records by 0.5 to 0.7 with every doubling; the maximum of normal variables would by 0.2), which the
stricter quantile for a larger source makes up for. `margin` and `ratio` of clean records fall
slightly with n; under the same correction their limits are on the safe side.

Together they say whether a text singles out one patient's record: the first step of a linkage
attack, whether or not a passage was copied.

What it cannot see: copied sentences in a long text about something else (copied_passage does); a
text put together from many records; what is told anew with few names, numbers or terms kept;
translation between languages without common roots. Of several alike records of different groups the
original cannot be told: `margin` and `ratio` fall to nothing and only `z` remains. And a clean text
on a subject that one source record alone treats stands out too. Under 40 words one rare word can
make a text stand out, and fewer rewritten ones do.

Source: TF-IDF linkage as in Xin et al. 2024, A False Sense of Privacy; the ratio to the second
nearest is Lowe's test (IJCV 2004), in privacy the nearest neighbour distance ratio.
"""

from collections.abc import Iterator

from auditor.corpus import Corpora
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Reference
from auditor.indexes import char_vectors
from auditor.indexes.short import is_long_enough

SCOPE = "record"
applies_to = is_long_enough
SD = "standard deviations"
METRICS = {
    "z": Metric("nearest source record above the mean of others", SD, None, singles_out=True),
    "margin": Metric("nearest source record above the nearest of others", SD, None, None, True),
    "ratio": Metric("nearest source record's cosine to the next one's", "times", 0, None, True),
}
FEWEST = 3  # groups: one to be the nearest, and others with a deviation
SMALLEST_COSINE = 0.005  # added to both sides of a ratio, so that next to nothing is no multiple
SMALLEST_DEVIATION = 0.002  # of texts that share a word with a few records and nothing with others
DIGITS = 4  # the last bits depend on the processor


def measure(corpora: Corpora) -> Iterator[Finding]:
    """All metrics of every record.

    Raises CannotMeasure without a source, or with fewer than three groups of real records.
    """
    source = corpora.real()
    if len(set(source.groups)) < FEWEST:
        raise CannotMeasure(f"fewer than {FEWEST} groups of real records: nothing can stand out")
    real = source.memo(char_vectors.index, corpora.holdout)
    own, groups = corpora.apart()
    found = char_vectors.nearest(real, corpora.synthetic, groups or source.groups, own)
    deviation = found.deviation.clip(SMALLEST_DEVIATION)
    values = {
        "z": (found.cosine - found.mean) / deviation,
        "margin": (found.cosine - found.runner_up) / deviation,
        "ratio": (found.cosine + SMALLEST_COSINE) / (found.runner_up + SMALLEST_COSINE),
    }
    places = found.record.tolist()
    names = [Reference(source.fingerprint(at)) if at >= 0 else None for at in places]
    for metric, column in values.items():
        rounded = column.round(DIGITS).tolist()
        for record, value, name in zip(corpora.synthetic.records, rounded, names, strict=True):
            yield Finding(metric, value, record.id, (), name)
