"""Drafts without a gate: every slot is asked for, then the records are read back in order.

The texts stay in the store in between, so that memory does not grow with their number.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from auditor.errors import EndpointFailed
from auditor.generate.asking import Asker, each
from auditor.generate.caps import CapReached
from auditor.generate.directions.label_to_data import Plan
from auditor.generate.loop import Filling, Watch, attempt, too_many
from auditor.generate.slots import Slot


@dataclass(slots=True)
class Drafted:
    """How it went. ``lost``: cause -> attempts; ``stopped``: why it ended early, or empty."""

    filled: int = 0
    missing: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    stopped: str = ""

    def __str__(self) -> str:
        """How it went, in one line."""
        total = self.filled + self.missing
        told = f"{self.filled:,} of {total:,} done"
        if self.lost:
            lost = sorted(self.lost.items(), key=lambda item: (-item[1], item[0]))
            most = ", ".join(f"{cause} {count:,}" for cause, count in lost)
            told += f"; attempts that came to nothing: {most}"
        return f"{told}; {self.stopped}" if self.stopped else told


async def draft_all(
    slots: Sequence[Slot], plan: Plan, asker: Asker, at_once: int, watch: Watch
) -> Drafted:
    """Asks until every slot has a draft or is out of attempts. The texts are in the store."""
    drafted = Drafted(missing=len(slots))
    open_ones = [Filling(slot) for slot in slots]
    while open_ones and not drafted.stopped:
        open_ones = await _wave(open_ones, drafted, plan, asker, at_once, watch)
    return drafted


async def _wave(
    open_ones: Sequence[Filling],
    drafted: Drafted,
    plan: Plan,
    asker: Asker,
    at_once: int,
    watch: Watch,
) -> list[Filling]:
    """One attempt at each of them; those that another may fill."""
    caps, left = asker.spent.caps, []

    async def work(filling: Filling) -> bool:
        await attempt(filling, plan, asker, asker.backend.identity)
        is_filled, filling.draft = filling.draft is not None, None  # the store has the text
        return is_filled

    try:
        async with aclosing(each(work, open_ones, at_once)) as done:
            async for filling, is_filled in done:
                drafted.filled += is_filled
                drafted.missing -= is_filled
                if not is_filled:
                    drafted.lost.update(filling.lost[-1])
                    left.append(filling)
                watch(drafted.filled, drafted.lost.total())
    except (EndpointFailed, CapReached) as error:
        drafted.stopped = str(error)
    drafted.stopped = drafted.stopped or too_many(drafted.lost.total(), drafted.filled, caps)
    return [one for one in left if not one.over and one.attempts < caps.attempts]


def lines(slots: Sequence[Slot], plan: Plan, asker: Asker) -> Iterator[str]:
    """The records as JSON lines, in the order of the slots, from the store alone."""
    identity, most = asker.backend.identity, asker.spent.caps.attempts
    with asyncio.Runner() as runner:
        for slot in slots:
            filling = Filling(slot)
            try:
                while filling.attempts < most and not (filling.draft or filling.over):
                    runner.run(attempt(filling, plan, asker.kept, identity))
            except EndpointFailed:  # was never answered
                continue
            if filling.draft is not None:
                row = filling.draft.row()
                yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
