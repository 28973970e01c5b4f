"""The loop: drafts for every slot, judged together, and new ones for those that were rejected.

A round fills what is open and puts all drafts before the judge at once, those accepted earlier too,
since the limits of a set depend on the set. What was rejected is asked for again, with the kinds of
what was wrong and never with the place or the match. Even so each round tells the generator
something of the source, so rounds are counted and bounded (by attempts per slot).

Nothing here is random and every answer is kept, so the same command goes the same way again: a run
that was stopped passes through its old rounds without asking, and goes on.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.errors import EndpointFailed
from auditor.generate.answers import FINAL
from auditor.generate.asking import Ask, Asker, each
from auditor.generate.caps import CapReached, Caps
from auditor.generate.directions.label_to_data import Draft, Plan, draft
from auditor.generate.request import Identity
from auditor.generate.slots import Slot


@dataclass(frozen=True, slots=True)
class Judgement:
    """Which drafts are rejected: record id -> codes of what is wrong, such as ``linkage.margin``.

    ``blocked``: why no draft can be accepted at all, such as a missing model; empty otherwise.
    """

    rejected: Mapping[str, tuple[str, ...]]
    blocked: str = ""


Judge = Callable[[Sequence[Draft]], Judgement]
Watch = Callable[[int, int], None]  # slots with a draft, drafts lost


@dataclass(slots=True)
class Filling:
    """How far one slot is. ``lost``: per draft that came to nothing, the codes of why.

    ``over``: another attempt would come to nothing as well.
    """

    slot: Slot
    attempts: int = 0
    over: bool = False
    draft: Draft | None = None
    lost: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """The codes that the next attempt is told."""
        return list(dict.fromkeys(code for codes in self.lost for code in codes))


@dataclass(slots=True)
class Outcome:
    """What came of a run.

    ``stopped``  why it ended before every slot was filled or out of attempts; empty otherwise
    ``rounds``   times that drafts were judged
    """

    fillings: list[Filling]
    rounds: int = 0
    stopped: str = ""

    @property
    def drafts(self) -> list[Draft]:
        """Those that stand, in the order of the slots."""
        return [filling.draft for filling in self.fillings if filling.draft]

    @property
    def missing(self) -> list[Slot]:
        """Slots that have none."""
        return [filling.slot for filling in self.fillings if not filling.draft]

    @property
    def lost(self) -> Counter[str]:
        """Code -> drafts that came to nothing for it; one can have several."""
        return Counter(
            code for filling in self.fillings for codes in filling.lost for code in codes
        )


async def attempt(filling: Filling, plan: Plan, ask: Ask, identity: Identity) -> None:
    """One more attempt: a draft, or a cause more. Raises what ``ask`` does."""
    came = await draft(filling.slot, filling.attempts + 1, filling.told, plan, ask, identity)
    filling.attempts += 1
    if isinstance(came, Draft):
        filling.draft = came
    else:
        filling.lost.append((came,))
        filling.over = came in FINAL


async def fill(
    slots: Sequence[Slot], judge: Judge, plan: Plan, asker: Asker, at_once: int, watch: Watch
) -> Outcome:
    """Fills the slots until the judge accepts, attempts are used up, or a cap is reached.

    Raises InputError when no request can succeed; whatever else stops it is told in the outcome.
    """
    caps = asker.spent.caps
    outcome = Outcome([Filling(slot) for slot in slots])
    rejected = True
    while rejected or (_open(outcome, caps) and not outcome.stopped):
        if not outcome.stopped:
            outcome.stopped = await _drafted(outcome, plan, asker, at_once, watch)
        # What is rejected moves the limits for the rest: it is judged until it stands as it is.
        rejected = bool(outcome.drafts) and _judged(outcome, judge)
        lost, kept = _lost(outcome), len(outcome.drafts)
        watch(kept, lost)
        outcome.stopped = outcome.stopped or too_many(lost, kept, caps)
    return outcome


def _judged(outcome: Outcome, judge: Judge) -> bool:
    """Whether the judge rejects any of the drafts that stand; those stand no longer."""
    before = outcome.drafts
    outcome.rounds += 1
    judgement = judge(before)
    _reject(outcome, judgement)
    outcome.stopped = outcome.stopped or judgement.blocked
    return len(outcome.drafts) < len(before)


async def _drafted(outcome: Outcome, plan: Plan, asker: Asker, at_once: int, watch: Watch) -> str:
    """Attempts at all open slots, wave by wave, until none is left; why it ended early, if so.

    A wave ends before the next begins, so that it does not depend on ``at_once`` when to stop.
    """
    caps, identity = asker.spent.caps, asker.backend.identity

    async def work(filling: Filling) -> None:
        await attempt(filling, plan, asker, identity)

    while open_ones := _open(outcome, caps):
        kept, lost = len(outcome.drafts), _lost(outcome)
        if told := too_many(lost, kept, caps):
            return told
        try:
            async with contextlib.aclosing(each(work, open_ones, at_once)) as done:
                async for filling, _ in done:
                    kept, lost = kept + bool(filling.draft), lost + (not filling.draft)
                    watch(kept, lost)
        except (EndpointFailed, CapReached) as error:
            return str(error)
    return ""


def _open(outcome: Outcome, caps: Caps) -> list[Filling]:
    may_go_on = (f for f in outcome.fillings if not f.draft and not f.over)
    return [filling for filling in may_go_on if filling.attempts < caps.attempts]


def _lost(outcome: Outcome) -> int:
    return sum(len(filling.lost) for filling in outcome.fillings)


def _reject(outcome: Outcome, judgement: Judgement) -> None:
    for filling in outcome.fillings:
        if filling.draft and (codes := judgement.rejected.get(filling.slot.id)) is not None:
            filling.lost.append(codes)
            filling.draft = None


def too_many(lost: int, kept: int, caps: Caps) -> str:
    """Why to stop when hardly anything is accepted: what follows would be wasted too."""
    if lost + kept >= caps.judged and lost / (lost + kept) > caps.rejected:
        return (
            f"{lost:,} of {lost + kept:,} drafts came to nothing, more than --max-rejected"
            f" {caps.rejected:g} allows; see why, and change the prompt or the model"
        )
    return ""
