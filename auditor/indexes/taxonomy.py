"""What a diagnosis code means, in words: the ICD-10-CM tabular list, shipped as a table.

Source: US National Center for Health Statistics (public domain), written by
``rules/taxonomies/build_icd10cm.py``. Codes with a seventh character count as the ancestor of six
characters or fewer.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache

from auditor.errors import CannotMeasure
from auditor.resources import shipped

# A category, then up to four letters or digits, with or without the dot.
WELL_FORMED = re.compile(r"([A-Z][0-9A-Z]{2})(?:\.?([0-9A-Z]{1,4}))?")

SEVENTH = 7  # characters: the last tells which encounter or fetus, after ``X`` as a filler


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: a code, a category, a block (``F30-F39``) or a chapter (``5``).

    ``excludes``  its own Excludes1 notes as they stand; ``indexes.excludes`` reads them
    """

    code: str
    parent: str
    description: str
    terms: tuple[str, ...]
    excludes: tuple[str, ...]


def known(code: str) -> str | None:
    """The code as the table writes it; of an unlisted one the nearest listed ancestor.

    With or without the dot, in any case. None for what is not shaped like an ICD-10-CM code, or
    has no listed ancestor.
    """
    if not (match := WELL_FORMED.fullmatch(code.strip().upper())):
        return None
    category, rest = match[1], match[2] or ""
    for length in range(len(rest), 0, -1):
        if (candidate := f"{category}.{rest[:length]}") in table():
            return candidate
    return category if category in table() else None


def is_listed(code: str) -> bool:
    """Whether this release has the code itself, whatever its seventh character."""
    plain = code.strip().upper().replace(".", "")
    listed = (known(code) or "").replace(".", "")
    return plain == listed or (len(plain) == SEVENTH and plain[: SEVENTH - 1].rstrip("X") == listed)


def describe(code: str) -> str | None:
    """The code's own description, its parent's, and its inclusion terms; None when unknown."""
    if (name := known(code)) is None:
        return None
    entry = table()[name]
    above = table()[entry.parent].description
    return ". ".join(dict.fromkeys((entry.description, above, *entry.terms)))


def category(code: str) -> str:
    """The three characters that a known code begins with: ``F32`` of ``F32.1``."""
    return code[:3]


def chapter(code: str) -> str:
    """The chapter that a known code is in: ``5`` of ``F32.1``."""
    while above := table()[code].parent:
        code = above
    return code


def block(code: str) -> str:
    """The block that a known code is in: ``F30-F39`` of ``F32.1``."""
    return table()[category(code)].parent


@cache
def span(name: str) -> str:
    """The categories of a chapter: ``F01-F99`` of ``5``; of none, ``local codes``."""
    own = sorted(code for code in categories() if chapter(code) == name)
    return f"{own[0]}-{own[-1]}" if own else "local codes"


def categories() -> tuple[str, ...]:
    """All three-character categories, in the order of the tabular list."""
    return tuple(code for code in table() if WELL_FORMED.fullmatch(code) and len(code) == 3)


@cache
def table() -> dict[str, Entry]:
    """Every row by its code, in the order of the tabular list, read on first use.

    Raises CannotMeasure when the table is missing or damaged.
    """
    path = shipped("rules", "taxonomies", "icd10cm.tsv.gz")
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
        rows = (line.split("\t") for line in lines)
        return {
            code: Entry(
                code,
                parent,
                description,
                tuple(terms.split("|")) if terms else (),
                tuple(excludes.split("|")) if excludes else (),
            )
            for code, parent, description, terms, excludes in rows
        }
    except (OSError, EOFError, ValueError):
        raise CannotMeasure(
            "the table of ICD-10-CM codes is missing or damaged; reinstall auditor"
        ) from None
