"""One file per check; the file name is the check's name in a policy.

A check is a module. Its docstring is its manual page: what it measures, what it cannot see, and
the source of the method. It knows no limit: it reports numbers, and a policy judges them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Protocol

from auditor.finding import Metric, Outcome


class Check(Protocol):
    """What every module in this folder holds.

    ``SCOPE``    "record": one Finding per metric and record; "set": one per metric.
    ``METRICS``  name of each metric and what it means.
    ``measure``  measures ``corpora.synthetic``; keyword-only parameters with defaults are the
                 check's options in a policy. Raises CannotMeasure when nothing can be measured.

    A module may also hold ``applies_to(record, corpora) -> bool`` (which records it has an answer
    for; all, when absent) and, in scope "set", ``control(corpora, **options)``: the same metrics on
    random real sets of equal size, several Findings for each metric.
    """

    __name__: str
    __doc__: str | None
    SCOPE: Literal["record", "set"]
    METRICS: Mapping[str, Metric]

    @property
    def measure(self) -> Callable[..., Iterator[Outcome]]:
        """The measuring function itself."""
        ...
