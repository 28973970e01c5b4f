"""Artifacts: what a generator leaves in a text that was meant to be a clinical record.

`traces` counts places where the generator speaks, and not the clinician: a refusal, the model's
words about itself, what it says before and after the text that was asked for, its instructions told
back, thinking aloud, tags and tokens of models and chats, blanks that nobody filled in, pieces of
the data structure that held the text. Patterns stand in `rules/artifacts/`, each with examples of
what it finds and what it leaves; all of them are looked for in every record, whatever its language.

`other_language` tells where a record leaves the language that it says it is in: in the worst
stretch, function words of another language (English, Spanish, French, Portuguese, German, Italian)
less those of its own. A short sentence in another language has three or four, a longer one five or
more, a cited title two or three.
A record of undetermined language has none to leave.

Markdown, headings, underscores to write on and the marks of de-identified records, such as
[**Name**] or Dr. X, are no artifacts: real records have them. XXXX and XX/XX/XXXX are, and some
real records have those as well.

What it cannot see: a trace worded like nothing in the patterns; a phrase repeated without end; a
model's manner (diversity sees that); a text without function words in another language; languages
other than these.

Source: collections of assistants' stock phrases, such as those with which training sets are cleaned
(Kreutzer et al. 2022, Quality at a glance, for text in the wrong language).
"""

from collections.abc import Iterator

from auditor.corpus import Corpora
from auditor.finding import Finding, Metric, Span, Unmeasured
from auditor.indexes.stop_words import KNOWN, foreign_stretch
from auditor.indexes.traces import find, traces
from auditor.record import UNDETERMINED, Record

SCOPE = "record"
METRICS = {
    "traces": Metric("places where the generator speaks, or left a blank", "places"),
    "other_language": Metric("words of another language in the worst stretch", "function words"),
}


def measure(corpora: Corpora) -> Iterator[Finding | Unmeasured]:
    """Both metrics of every record, with the places."""
    kinds = traces()
    for record in corpora.synthetic.records:
        spans = find(record.text, kinds)
        told = ", ".join(sorted({span.label for span in spans}))
        yield Finding("traces", float(len(spans)), record.id, spans, detail=told)
        yield _other_language(record)


def _other_language(record: Record) -> Finding | Unmeasured:
    if record.lang == UNDETERMINED:
        return Finding("other_language", 0.0, record.id)
    if record.lang not in KNOWN:
        reason = f"no function words of the language {record.lang!r}"
        return Unmeasured("other_language", reason, record.id)
    count, span = foreign_stretch(record.text, record.lang)
    spans: tuple[Span, ...] = (span,) if span else ()
    return Finding("other_language", float(count), record.id, spans)
