"""What a record's labels are called wherever they are told: codes, and nothing that may be text.

A label is printed in the audit, so it has to look like a code: free text might be a patient's.
"""

import re
from collections.abc import Iterable

from auditor.indexes import taxonomy

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,11}")
NO_CODE = "(not a code)"


def names(labels: Iterable[str]) -> tuple[str, ...]:
    """Each label once, in order; those that do not look like a code as ``NO_CODE``."""
    return tuple(dict.fromkeys(told if CODE.fullmatch(told) else NO_CODE for told in labels))


def categories(labels: Iterable[str]) -> frozenset[str]:
    """Three-character categories of ICD-10-CM codes, other codes as they stand, no free text.

    Raises CannotMeasure when the table of codes is missing or damaged.
    """
    return frozenset(_category(label) for label in labels if CODE.fullmatch(label))


def _category(label: str) -> str:
    known = taxonomy.known(label)
    return label if known is None else taxonomy.category(known)
