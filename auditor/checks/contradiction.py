"""Contradictions: does a record say of one patient what cannot hold together?

`contradictions` counts the rules that a record breaks; each finding names them, with the places
that do not go together. The rules stand in ``rules/contradictions/``, in English and Spanish, each
with its reason and with examples of what it finds and leaves:

patient     age and sex, where the text states them plainly ("A 34-year-old woman"), against codes
            and events: a man's pregnancy, dementia at eight, married at 45 when aged 30, two ages
durations   how long an illness has lasted against its diagnosis: depression of two days
doses       more than five times the most that is taken of a drug in a day, or the wrong unit
findings    denied in one sentence and asserted in another: suicidal ideation, voices, alcohol

What relatives have, what is denied, past or only thinkable does not count (NegEx and ConText).

The rules are written to leave real reports alone, so a finding is worth a reader's minute. It is no
ground to reject: a report may quote an error, and some contradictions are the patient's own. Values
are therefore advisory, unless the option ``decides`` says that they decide.

What it cannot see: most contradictions. It knows the listed rules, plain statements and two
languages; it infers nothing, takes no pronoun for a sex, and reads a text about several people or
about gender identity for neither age nor sex. Records in other languages than English and Spanish
are not looked at; of an undetermined language they are read in both.

Sources: NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009); age and sex edits of the
Medicare Code Editor (CMS); durations of ICD-10 and DSM-5; highest doses of product labels.
"""

from collections.abc import Iterator

from auditor.corpus import Corpora
from auditor.finding import Advisory, Finding, Metric, Outcome, Span
from auditor.indexes.contradictions import LANGUAGES, contradictions
from auditor.record import Record

SCOPE = "record"
METRICS = {"contradictions": Metric("rules that the record breaks", "contradictions")}
FOR_REVIEW = "a contradiction is for a reader to judge; the option decides lets it"


def applies_to(record: Record, _: object = None) -> bool:
    """Whether there are rules for the record's language."""
    return record.lang in LANGUAGES


def measure(corpora: Corpora, *, decides: bool = False) -> Iterator[Outcome]:
    """The number of broken rules of every record; advisory unless ``decides``."""
    for record in filter(applies_to, corpora.synthetic.records):
        broken = contradictions(record.text, record.lang, record.label)
        spans = tuple(Span(start, end, one.rule) for one in broken for start, end in one.places)
        rules = ", ".join(sorted({one.rule for one in broken}))
        yield Finding("contradictions", float(len(broken)), record.id, spans, detail=rules)
    if not decides:
        yield Advisory("contradictions", FOR_REVIEW)
