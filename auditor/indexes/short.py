"""Records too short for overlap to mean anything.

Unrelated texts share runs of up to seven or eight words, and short diagnoses equal one another all
the time. Checks that look for copies leave such records to `short_text`, which asks how many
patients have the phrase.
"""

import re
import unicodedata

from auditor.record import Record

MOST_WORDS = 7
MOST_CHARACTERS = 100  # a script without spaces makes one word of a sentence


def is_short(record: Record, _: object = None) -> bool:
    """Whether a record has at most seven words and 100 characters."""
    if len(record.text) > MOST_CHARACTERS:
        return False
    return len(re.findall(r"\w+", unicodedata.normalize("NFC", record.text))) <= MOST_WORDS


def is_long_enough(record: Record, _: object = None) -> bool:
    """Whether overlap with other texts can tell a copy from coincidence."""
    return not is_short(record)
