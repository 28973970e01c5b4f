"""Examples: real records that a prompt shows, so that drafts sound like them."""

import random
from collections.abc import Callable, Sequence
from functools import cache

from auditor.errors import InputError
from auditor.generate.slots import Slot
from auditor.record import Record

LONGEST = 4000  # characters of one example; a prompt has to hold several


def chooser(
    records: Sequence[Record], count: int, seed: int, slots: Sequence[Slot]
) -> Callable[[Slot], list[str]]:
    """Which texts a slot is shown: ``count`` of its language, with one of its labels if there are.

    Raises InputError when a language of the slots has fewer records.
    """
    by_language = {
        lang: [r for r in records if r.lang == lang and len(r.text) <= LONGEST]
        for lang in {slot.lang for slot in slots}
    }
    for lang, having in by_language.items():
        if len(having) < count:
            raise InputError(
                f"--few-shot {count}: the source has {len(having)} records in {lang!r} of at most"
                f" {LONGEST:,} characters; show fewer, or give 'lang' in the source"
            )

    @cache  # many slots want the same labels, and each is chosen for in every attempt
    def pool(labels: tuple[str, ...], lang: str) -> list[Record]:
        having = by_language[lang]
        alike = [record for record in having if set(record.label) & set(labels)]
        return alike if len(alike) >= count else having

    def chosen(slot: Slot) -> list[str]:
        rng = random.Random(slot.seed(seed, -1))
        return [record.text for record in rng.sample(pool(slot.labels, slot.lang), count)]

    return chosen
