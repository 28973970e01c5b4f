"""Whether a text is the task told again: small models copy what a label means into the report.

Such a text fits its label perfectly and says nothing of a patient, and no comparison with real
records would tell.
"""

import re
from collections.abc import Iterable, Iterator

WORD = re.compile(r"\w+")
RUN = 12  # words in a row; whoever writes about an illness shares shorter ones by chance


def restates(text: str, told: Iterable[str]) -> bool:
    """Whether the text has as many as ``RUN`` words in a row from one of what it was told."""
    runs = {run for one in told for run in _runs(one)}
    return not runs.isdisjoint(_runs(text))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
