"""Drafts and labels without a gate: all are asked for, and read back in order from the store."""

import asyncio
import gc
import json
import weakref
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import EndpointFailed, InputError
from auditor.generate import drafting, labelling, prompts
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.directions.data_to_label import How
from auditor.generate.drafting import Drafted
from auditor.generate.labelling import Guide
from auditor.generate.loop import Filling
from auditor.generate.request import Request
from auditor.generate.sentences import Sentence
from auditor.generate.slots import Slot, per_label
from auditor.generate.store import Store
from auditor.generate.taxonomy import Label
from auditor.generate.wanted import Wanted, planned
from auditor.record import of_lines

SLOTS, PLAN = planned(
    Wanted(labels=(("F32.1",), ("F41.1",)), langs=("en", "es"), per_label=4), None
)
NO_CAPS = Caps()


def unwatched(filled: int, lost: int) -> None:
    assert filled >= 0 <= lost


def written(
    backend: Any,
    store: Store,
    at_once: int = 3,
    caps: Caps = NO_CAPS,
    slots: Sequence[Slot] = SLOTS,
) -> tuple[Drafted, list[str]]:
    asker = Asker(backend, store, Spent(caps))
    done = asyncio.run(drafting.draft_all(slots, PLAN, asker, at_once, unwatched))
    asked = len(backend.asked)
    lines = list(drafting.lines(slots, PLAN, asker))
    assert len(backend.asked) == asked  # from the store alone
    assert len(lines) == done.filled
    assert done.filled + done.missing == len(slots)
    return done, lines


def test_a_line_per_slot_in_the_order_of_slots(store: Store, answering: Any) -> None:
    backend = answering(slow=1)
    done, lines = written(backend, store)
    records = of_lines("drafts", "".join(lines).encode()).records
    assert [record.id for record in records] == [slot.id for slot in SLOTS]
    assert [record.text for record in records] == [
        f"The patient hears «zebra{slot.seed(0, 1)}» cantatas." for slot in SLOTS
    ]
    assert {record.origin.direction for record in records} == {"label_to_data"}
    assert (done.lost, done.stopped, str(done)) == ({}, "", "16 of 16 done")


@settings(max_examples=10)
@given(st.sampled_from((1, 2, 7, 64)), st.integers(), st.sets(st.integers(0, 12)))
def test_the_lines_are_the_same_however_many_are_asked_at_once(
    answering: Any, at_once: int, slow: int, unusable: set[int]
) -> None:
    def answer(request: Request, _: int) -> str:
        return "" if request.seed % 13 in unusable else answering.text(request)

    both = []
    for many, seed in ((1, 0), (at_once, slow)):
        with Store(None) as opened:
            both.append(written(answering(answer, seed), opened, many, Caps(attempts=3)))
    assert both[0] == both[1]


def test_what_comes_to_nothing_is_tried_again_and_counted(store: Store, answering: Any) -> None:
    done, lines = written(answering(lambda r, _: "{" if r.turn < 4 else answering.text(r)), store)
    assert [json.loads(line)["origin"]["attempt"] for line in lines] == [2] * 16
    assert str(done) == "16 of 16 done; attempts that came to nothing: malformed 16"


def test_the_task_told_again_is_asked_for_anew(store: Store, answering: Any) -> None:
    def parrot(request: Request, _: int) -> str:
        told = PLAN.label(request.labels[0], request.lang).definition
        told_again = json.dumps({"text": f"The diagnosis: {told}"})
        return told_again if request.turn < 4 else answering.text(request)

    parroting = answering(parrot)
    done, _ = written(parroting, store)
    assert str(done) == "16 of 16 done; attempts that came to nothing: restated 16"
    assert sum("repeated the words" in str(r.chat) for r in parroting.asked) == 8  # in English


def test_what_it_says_does_not_depend_on_what_ended_first() -> None:
    one = Drafted(2, 1, Counter({"refused": 1, "empty": 1, "malformed": 2}), "stopped")
    other = Drafted(2, 1, Counter({"empty": 1, "malformed": 2, "refused": 1}), "stopped")
    assert str(one) == str(other)
    assert str(one).endswith("malformed 2, empty 1, refused 1; stopped")


def test_a_slot_out_of_attempts_is_missing(store: Store, answering: Any) -> None:
    def answer(request: Request, _: int) -> str:
        return "" if request.labels == ("F32.1",) else answering.text(request)

    backend = answering(answer)
    done, lines = written(backend, store, caps=Caps(attempts=3))
    assert (done.filled, done.missing, done.lost, len(backend.asked)) == (8, 8, {"empty": 24}, 32)
    assert {json.loads(line)["label"][0] for line in lines} == {"F41.1"}


def test_a_second_run_asks_nothing_and_writes_the_same(store: Store, answering: Any) -> None:
    first, second = answering(), answering(lambda *_: "never asked")
    assert written(first, store, 5) == written(second, store, 2)
    assert (len(first.asked), second.asked) == (16, [])


@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("after", [0, 1, 9, 15])
def test_who_stops_answering_costs_nothing_but_time(
    store: Store, after: int, at_once: int, answering: Any
) -> None:
    def dying(request: Request, number: int) -> str:
        if number > after:
            raise EndpointFailed("stopped")
        told: str = answering.text(request)
        return told

    first, second = answering(dying), answering()
    done, lines = written(first, store, at_once)
    assert (done.stopped, done.filled) == ("stopped", after)
    assert str(done) == f"{after} of 16 done; stopped"
    with Store(None) as other:
        undisturbed = written(answering(), other)
    assert set(lines) <= set(undisturbed[1])
    assert written(second, store, at_once) == undisturbed
    assert len(second.asked) == 16 - after


def test_a_cap_ends_it_and_a_higher_one_goes_on(store: Store, answering: Any) -> None:
    done, lines = written(answering(), store, caps=Caps(requests=5))
    assert (done.filled, len(lines)) == (5, 5)
    assert done.stopped.startswith("--max-requests")
    rest = answering()
    assert written(rest, store, caps=Caps(requests=11))[0].filled == 16
    assert len(rest.asked) == 11


def test_what_cannot_succeed_is_raised(store: Store, answering: Any) -> None:
    async def down() -> None:
        raise InputError("nobody listens; start the server")

    backend = answering()
    backend.ready = down
    with pytest.raises(InputError, match="nobody listens"):
        written(backend, store)


def test_drafts_are_not_held(store: Store, monkeypatch: pytest.MonkeyPatch, answering: Any) -> None:
    """Memory must not grow with the number of slots: the texts are in the store."""
    alive: list[weakref.ref[Any]] = []

    class Seen(Filling):
        __slots__ = ("__weakref__",)

        def __init__(self, slot: Slot) -> None:
            super().__init__(slot)
            alive.append(weakref.ref(self))

    monkeypatch.setattr(drafting, "Filling", Seen)
    most = 0

    def watch(_: int, __: int) -> None:
        nonlocal most
        fillings = [one() for one in alive]
        most = max(most, sum(one is not None and one.draft is not None for one in fillings))

    slots = per_label([("F32.1",)], ["en"], 60)
    asker = Asker(answering(slow=1), store, Spent(Caps()))
    asyncio.run(drafting.draft_all(slots, PLAN, asker, 4, watch))
    assert len(alive) == 60
    assert most <= 4
    for _ in drafting.lines(slots, PLAN, asker):
        watch(0, 0)
    gc.collect()
    assert len(alive) == 120
    assert most <= 12


def test_lines_that_nobody_reads_to_the_end_leave_nothing_open(
    store: Store, answering: Any
) -> None:
    asker = Asker(answering(), store, Spent(Caps()))
    asyncio.run(drafting.draft_all(SLOTS, PLAN, asker, 3, unwatched))
    some = drafting.lines(SLOTS, PLAN, asker)
    assert json.loads(next(some))["id"] == "F32.1-en-0001"
    some.close()  # type: ignore[attr-defined]
    gc.collect()  # a loop left open would say so now


# Labels of a source's sentences

LABELS = (
    Label("SLEEP", "Disturbed sleep", "The person sleeps too little, too much or badly."),
    Label("JOY", "Loss of interest", "The person no longer enjoys what they used to."),
)
GUIDE = Guide(
    {"en": LABELS},
    {"en": (prompts.load("label", "en"), prompts.load("verify", "en"))},
    How(seed=7, attempts=2),
)
SENTENCE = "She wakes at {0} and sleeps badly after that."
FOUND = [
    Sentence(f"r{n}-s1", n, 0, len(SENTENCE.format(n)), SENTENCE.format(n), "en", f"p{n}")
    for n in range(6)
]
MARKS = [{"label": "SLEEP", "evidence": "sleeps badly"}]


def marks(request: Request, _: int = 0) -> str:
    """What either pass asks for; the second tells in its schema that labels are kept."""
    return json.dumps({"keep" if '"keep"' in request.schema else "labels": MARKS})


def labelled(
    backend: Any, store: Store, at_once: int = 3, caps: Caps = NO_CAPS
) -> tuple[Drafted, list[str]]:
    asker = Asker(backend, store, Spent(caps))
    done = asyncio.run(labelling.label_all(FOUND, GUIDE, asker, at_once, unwatched))
    asked = len(backend.asked)
    lines = list(labelling.lines(FOUND, GUIDE, asker))
    assert len(backend.asked) == asked
    return done, lines


def test_a_line_per_sentence_in_their_order_marked_as_real_text(
    store: Store, answering: Any
) -> None:
    backend = answering(marks, slow=4)
    done, lines = labelled(backend, store)
    rows = [json.loads(line) for line in lines]
    assert [row["text"] for row in rows] == [sentence.text for sentence in FOUND]
    assert {row["origin"]["direction"] for row in rows} == {"data_to_label"}
    assert {tuple(row["label"]) for row in rows} == {("SLEEP",)}
    assert str(done) == "6 of 6 done"
    assert all(request.real_text for request in backend.asked)


def test_labels_are_asked_for_once_and_go_on_where_they_stopped(
    store: Store, answering: Any
) -> None:
    def dying(request: Request, number: int) -> str:
        if number > 5:
            raise EndpointFailed("stopped")
        return marks(request)

    first, second, third = answering(dying), answering(marks), answering(marks)
    done, lines = labelled(first, store)
    assert done.stopped == "stopped"
    assert len(lines) == done.filled < 6
    finished, all_lines = labelled(second, store, at_once=1)
    assert (finished.filled, finished.missing, finished.stopped) == (6, 0, "")
    assert set(lines) < set(all_lines)
    assert 5 + len(second.asked) == 12
    assert labelled(third, store, at_once=7) == (finished, all_lines)
    assert third.asked == []


def test_a_sentence_without_a_usable_answer_is_missing_and_counted(
    store: Store, answering: Any
) -> None:
    def answer(request: Request, _: int) -> str:
        shown = "".join(message.content for message in request.messages)
        return "{" if "wakes at 3" in shown else marks(request)

    done, lines = labelled(answering(answer), store)
    assert (done.filled, done.missing, done.lost) == (5, 1, {"malformed": 1})
    assert not any("wakes at 3" in line for line in lines)


def test_sentences_do_not_leave_this_machine_unless_they_may(store: Store, answering: Any) -> None:
    backend = answering(marks)
    backend.remote = True
    with pytest.raises(InputError, match="--consent"):
        labelled(backend, store)
    assert backend.asked == []
