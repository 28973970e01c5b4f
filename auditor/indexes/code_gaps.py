"""Which labels of a set cannot be told from its texts, and why: named, never silently fine."""

from collections import Counter
from collections.abc import Iterator

from auditor.corpus import Corpora
from auditor.finding import Unmeasured
from auditor.indexes import taxonomy
from auditor.indexes.meanings import Meanings
from auditor.record import Record


def gaps(corpora: Corpora) -> Iterator[Unmeasured]:
    """Codes that no table knows, missing codes, codes of another release, missing descriptions."""
    records = [(r, Meanings(corpora.codes, r.lang)) for r in corpora.synthetic.records]
    known = [meanings.codes(record.label) for record, meanings in records]
    labelled = [bool(record.label) for record, _ in records]
    if unlisted := sum(has and not own for has, own in zip(labelled, known, strict=True)):
        yield Unmeasured(
            "labels",
            f"{_records(unlisted)} without a code that ICD-10-CM or the table of --codes lists",
        )
    beside = [
        bool(own) and not all(map(meanings.known, record.label))
        for (record, meanings), own in zip(records, known, strict=True)
    ]
    if some := sum(beside):
        yield Unmeasured(
            "labels",
            f"{_records(some)} with a code that neither lists, beside one that is compared",
        )
    if missing := labelled.count(False):
        remedy = "" if any(labelled) else "; if they have, name the field with --label-field"
        yield Unmeasured("unlabelled", f"{_records(missing)} without any code{remedy}")
    if other := sum(_of_another_release(record, meanings) for record, meanings in records):
        yield Unmeasured(
            "releases",
            f"{_records(other)} with a code that this release of ICD-10-CM does not list; its "
            "nearest listed ancestor stands for it",
        )
    yield from _foreign(records, known)


def _of_another_release(record: Record, meanings: Meanings) -> bool:
    """Whether a code is known by an ancestor alone; a seventh character changes no meaning."""
    return any(
        meanings.known(code) and not meanings.table.listed(code) and not taxonomy.is_listed(code)
        for code in record.label
    )


def _foreign(
    records: list[tuple[Record, Meanings]], known: list[list[str]]
) -> Iterator[Unmeasured]:
    """Codes by the language of the texts that they have no description in."""
    codes: dict[str, set[str]] = {}
    told: Counter[str] = Counter()
    for (record, meanings), own in zip(records, known, strict=True):
        if without := {code for code in own if meanings.is_foreign(code)}:
            codes.setdefault(record.lang, set()).update(without)
            told[record.lang] += 1
    for language, without in sorted(codes.items()):
        yield Unmeasured(
            "descriptions",
            f"{len(without):,} codes of {_records(told[language])} have no description in the "
            f"language {language} and are compared in English; give one with --codes",
        )


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"
