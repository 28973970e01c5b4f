"""The loop: what is rejected is asked for again, told by kind, until it is accepted or ends."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import EndpointFailed, InputError
from auditor.generate import loop
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.completion import Completion
from auditor.generate.directions.label_to_data import Draft
from auditor.generate.loop import Filling, Judgement, Outcome, fill
from auditor.generate.reasons import sentences
from auditor.generate.request import Request
from auditor.generate.slots import Slot
from auditor.generate.store import Store
from auditor.generate.wanted import Wanted, planned

SLOTS, PLAN = planned(Wanted(labels=(("F32.1",), ("F41.1", "F51.01")), per_label=6), None)
REFUSAL = "I'm sorry, but I can't help with that request."
NO_CAPS = Caps()


def unwatched(filled: int, lost: int) -> None:
    assert filled >= 0 <= lost


def run(
    backend: Any,
    store: Store,
    judge: loop.Judge,
    caps: Caps = NO_CAPS,
    *,
    at_once: int = 4,
    watch: loop.Watch = unwatched,
) -> Outcome:
    asker = Asker(backend, store, Spent(caps))
    return asyncio.run(fill(SLOTS, judge, PLAN, asker, at_once, watch))


def accept(_: Sequence[Draft]) -> Judgement:
    return Judgement({})


def strict(*times: int, code: str = "linkage.margin") -> loop.Judge:
    """Rejects a slot's first drafts: as many as ``times`` says for the number of the slot."""

    def judge(drafts: Sequence[Draft]) -> Judgement:
        return Judgement(
            {
                draft.slot.id: (code,)
                for draft in drafts
                if draft.attempt <= times[draft.slot.number % len(times)]
            }
        )

    return judge


def told(outcome: Outcome) -> list[object]:
    return [
        [draft.row() for draft in outcome.drafts],
        [slot.id for slot in outcome.missing],
        outcome.lost,
        outcome.rounds,
        outcome.stopped,
    ]


def test_what_is_accepted_at_once_is_asked_for_once(store: Store, answering: Any) -> None:
    backend = answering()
    outcome = run(backend, store, accept)
    assert [draft.slot for draft in outcome.drafts] == SLOTS
    assert (len(backend.asked), outcome.rounds, outcome.missing, outcome.stopped) == (12, 1, [], "")
    assert outcome.lost == {}
    first = outcome.drafts[0]
    seed = backend.asked[0].seed
    assert first.text == f"The patient hears «zebra{seed}» cantatas."
    assert first.row() == {
        "id": "F32.1-en-0001",
        "text": first.text,
        "lang": "en",
        "label": ["F32.1"],
        "origin": {
            "direction": "label_to_data",
            "prompt": PLAN.prompts["en"].name,
            "prompt_digest": PLAN.prompts["en"].digest,
            "model": "m", "revision": "r", "backend": "test", "finish_reason": "stop",
            "seed": seed, "attempt": 1,
            "prompt_tokens": 0, "completion_tokens": 9, "reasoning_characters": 0,
        },
    }  # fmt: skip


def test_only_what_is_rejected_is_asked_for_again(store: Store, answering: Any) -> None:
    backend = answering()
    outcome = run(backend, store, strict(0, 1, 2))
    assert Counter(draft.attempt for draft in outcome.drafts) == {1: 4, 2: 4, 3: 4}
    assert (outcome.rounds, len(backend.asked)) == (3, 12 + 8 + 4)
    assert outcome.lost == {"linkage.margin": 12}


def test_the_next_attempt_is_told_the_kinds_of_all_before_and_no_text(
    store: Store, answering: Any
) -> None:
    def judge(drafts: Sequence[Draft]) -> Judgement:
        codes = [(), ("identifiers.DATE",), ("linkage.margin", "artifact.traces"), ()]
        return Judgement({d.slot.id: codes[d.attempt] for d in drafts if codes[d.attempt]})

    backend = answering()
    outcome = run(backend, store, judge, Caps(rejected=1))
    assert {draft.attempt for draft in outcome.drafts} == {3}
    kinds = ("identifiers.DATE", "linkage.margin", "artifact.traces")
    for number, request in enumerate(backend.asked):
        content = "\n".join(message.content for message in request.messages)
        assert "zebra" not in content
        attempt = number // len(SLOTS)
        expected = (0, 1, 3)[attempt]
        for place, kind in enumerate(kinds):
            (sentence,) = sentences((kind,), "en")
            assert (sentence in content) == (place < expected)


def test_every_attempt_is_another_question(store: Store, answering: Any) -> None:
    backend = answering()
    run(backend, store, strict(9), Caps(attempts=4, rejected=1))
    assert len({request.seed for request in backend.asked}) == len(backend.asked) == 48
    assert len({request.messages for request in backend.asked}) == 48


def test_texts_are_told_apart_by_their_turn(store: Store, answering: Any) -> None:
    """A backend that looks texts up gives each once, also to later attempts."""
    backend = answering()
    run(backend, store, strict(9), Caps(attempts=3, rejected=1))
    for labels in {slot.labels for slot in SLOTS}:
        turns = sorted(request.turn for request in backend.asked if request.labels == labels)
        assert turns == list(range(18))


def test_a_slot_gets_no_more_attempts_than_it_may(store: Store, answering: Any) -> None:
    backend = answering()
    outcome = run(backend, store, strict(0, 9), Caps(attempts=3))
    assert [slot.number for slot in outcome.missing] == [1, 3, 5] * 2
    assert (outcome.rounds, len(backend.asked)) == (
        4,
        12 + 6 + 6,
    )  # what is left is judged once more
    assert outcome.lost == {"linkage.margin": 18}
    assert outcome.stopped == ""


def test_an_unusable_answer_costs_an_attempt_and_no_round(store: Store, answering: Any) -> None:
    def answer(request: Request, _: int) -> str | Completion:
        if request.turn < 6:
            return REFUSAL if request.turn % 2 else Completion("{", "length")
        told: str = answering.text(request)
        return told

    backend = answering(answer)
    outcome = run(backend, store, accept, at_once=1)
    assert outcome.rounds == 1
    assert {draft.attempt for draft in outcome.drafts} == {2}
    assert outcome.lost == {"refused": 6, "truncated": 6}
    (refusal,) = sentences(("refused",), "en")
    retold = [r for r in backend.asked if any(refusal in m.content for m in r.messages)]
    assert len(retold) == 6


def test_nothing_usable_at_all_is_judged_by_nobody(store: Store, answering: Any) -> None:
    def never(_: Sequence[Draft]) -> Judgement:
        raise AssertionError("judged nothing")

    backend = answering(lambda *_: "")
    outcome = run(backend, store, never, Caps(attempts=2))
    assert (outcome.drafts, outcome.rounds, len(backend.asked)) == ([], 0, 24)
    assert outcome.lost == {"empty": 24}


def test_a_draft_accepted_once_can_be_rejected_in_the_company_of_later_ones(
    store: Store, answering: Any
) -> None:
    def judge(drafts: Sequence[Draft]) -> Judgement:
        rejected = {d.slot.id: ("linkage.z",) for d in drafts if d.slot.number and d.attempt == 1}
        if not rejected:  # all are there: now the first is too much
            first = [d for d in drafts if d.slot.number == 0 and d.attempt == 1]
            rejected = {d.slot.id: ("repetition.weighted_jaccard",) for d in first}
        return Judgement(rejected)

    outcome = run(answering(), store, judge)
    assert {draft.attempt for draft in outcome.drafts} == {2}
    assert (outcome.rounds, outcome.missing) == (3, [])


def test_the_judge_sees_all_that_stands_in_the_order_of_slots(store: Store, answering: Any) -> None:
    seen: list[list[Slot]] = []

    def judge(drafts: Sequence[Draft]) -> Judgement:
        seen.append([draft.slot for draft in drafts])
        return strict(0, 1)(drafts)

    run(answering(slow=3), store, judge)
    assert seen == [SLOTS, SLOTS]


def test_verdicts_on_records_that_nobody_asked_for_change_nothing(
    store: Store, answering: Any
) -> None:
    outcome = run(answering(), store, lambda _: Judgement({"somebody": ("linkage.z",)}))
    assert (len(outcome.drafts), outcome.lost) == (12, {})


# Ends


def test_a_judge_that_can_accept_nothing_ends_it(store: Store, answering: Any) -> None:
    backend = answering()

    def judge(drafts: Sequence[Draft]) -> Judgement:
        return Judgement({d.slot.id: ("not_measured",) for d in drafts}, "linkage: no model")

    outcome = run(backend, store, judge)
    assert (outcome.stopped, outcome.rounds, len(backend.asked)) == ("linkage: no model", 1, 12)


def test_hardly_anything_accepted_ends_it(store: Store, answering: Any) -> None:
    backend = answering()
    outcome = run(backend, store, strict(99), Caps(attempts=50, rejected=0.5, judged=30))
    assert outcome.rounds == 3  # 36 of 36 are the first that are 30 or more
    assert outcome.stopped.startswith("36 of 36 drafts came to nothing, more than --max-rejected")
    assert len(backend.asked) == 36


def test_as_many_rejected_as_may_be_do_not_end_it(store: Store, answering: Any) -> None:
    outcome = run(answering(), store, strict(0, 1), Caps(rejected=0.5, judged=12))
    assert (outcome.stopped, outcome.missing) == ("", [])
    again = run(answering(), store, strict(0, 1), Caps(rejected=0.49, judged=12))
    assert "6 of 12 drafts" in again.stopped
    assert len(again.drafts) == len(again.missing) == 6


def test_a_cap_ends_it_and_what_there_is_was_judged(store: Store, answering: Any) -> None:
    backend = answering()
    outcome = run(backend, store, strict(0, 1), Caps(requests=9), at_once=1)
    assert outcome.stopped == "--max-requests is reached; a higher one goes on from here"
    assert (len(backend.asked), outcome.rounds) == (9, 2)
    assert [draft.slot for draft in outcome.drafts] == [s for s in SLOTS[:9] if not s.number % 2]


def test_a_higher_cap_goes_on_from_there(store: Store, answering: Any) -> None:
    with Store(None) as other:
        undisturbed = run(answering(), other, strict(0, 1, 2))
    asked = 0
    for cap in range(7):
        backend = answering()
        outcome = run(backend, store, strict(0, 1, 2), Caps(requests=4))
        assert len(backend.asked) <= 4, cap
        asked += len(backend.asked)
    assert told(outcome) == told(undisturbed)
    assert asked == 24


def test_what_cannot_succeed_is_raised(store: Store, answering: Any) -> None:
    async def down() -> None:
        raise InputError("nobody listens; start the server")

    backend = answering()
    backend.ready = down
    with pytest.raises(InputError, match="nobody listens"):
        run(backend, store, accept)


def dying(after: int, text: Callable[[Request], str]) -> Callable[[Request, int], str]:
    def answer(request: Request, number: int) -> str:
        if number > after:
            raise EndpointFailed("test: stopped answering; the same command goes on later")
        return text(request)

    return answer


@pytest.mark.parametrize("at_once", [1, 5])
@pytest.mark.parametrize("after", [0, 1, 7, 12, 13, 20, 23])
def test_who_stops_answering_costs_nothing_but_time(
    store: Store, after: int, at_once: int, answering: Any
) -> None:
    with Store(None) as other:
        undisturbed = run(answering(), other, strict(0, 1, 2), at_once=at_once)
    first, second, third = answering(dying(after, answering.text)), answering(), answering()
    outcome = run(first, store, strict(0, 1, 2), at_once=at_once)
    assert outcome.stopped == "test: stopped answering; the same command goes on later"
    assert outcome.missing
    assert after - at_once <= len(outcome.drafts) + outcome.lost.total() <= after
    assert told(run(second, store, strict(0, 1, 2), at_once=at_once)) == told(undisturbed)
    assert after + len(second.asked) == 24
    assert told(run(third, store, strict(0, 1, 2), at_once=at_once)) == told(undisturbed)
    assert third.asked == []


@settings(max_examples=15)
@given(
    st.sampled_from((1, 2, 7, 64)),
    st.lists(st.integers(0, 4), min_size=1, max_size=6),
    st.integers(),
    st.sets(st.integers(0, 40)),
)
def test_the_outcome_is_the_same_however_many_are_asked_at_once(
    answering: Any, at_once: int, times: list[int], slow: int, unusable: set[int]
) -> None:
    def answer(request: Request, _: int) -> str:
        return "" if request.seed % 41 in unusable else answering.text(request)

    outcomes = []
    for many, seed in ((1, 0), (at_once, slow)):
        with Store(None) as opened:
            caps = Caps(attempts=4, judged=20, rejected=0.8)
            outcomes.append(
                run(answering(answer, seed), opened, strict(*times), caps, at_once=many)
            )
    assert told(outcomes[0]) == told(outcomes[1])
    outcome = outcomes[0]
    assert {d.slot for d in outcome.drafts} | set(outcome.missing) == set(SLOTS)
    assert all(f.attempts <= 4 for f in outcome.fillings)
    assert all(f.attempts == len(f.lost) + bool(f.draft) for f in outcome.fillings)


def test_a_watcher_is_told_what_there_is(store: Store, answering: Any) -> None:
    seen: list[tuple[int, int]] = []
    outcome = run(
        answering(slow=2),
        store,
        strict(0, 2),
        watch=lambda filled, lost: seen.append((filled, lost)),
    )
    assert seen[:12] == [(filled, 0) for filled in range(1, 13)]
    assert seen[12] == (6, 6)
    assert seen[-1] == (len(outcome.drafts), outcome.lost.total()) == (12, 12)
    assert all(before[1] <= after[1] for before, after in pairwise(seen))


def test_a_watcher_is_told_of_unusable_answers_too(store: Store, answering: Any) -> None:
    seen: list[tuple[int, int]] = []
    run(
        answering(lambda request, _: "" if request.turn < 6 else answering.text(request)),
        store, accept, at_once=1, watch=lambda filled, lost: seen.append((filled, lost)),
    )  # fmt: skip
    assert max(seen) == (12, 12) == seen[-1]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(seen))
    assert (0, 6) in seen or (6, 6) in seen


def test_codes_told_stand_once_in_their_order() -> None:
    filling = Filling(SLOTS[0], lost=[("b", "a"), ("a", "c"), ("b",)])
    assert filling.told == ["b", "a", "c"]


def test_no_text_in_what_is_shown(store: Store, answering: Any) -> None:
    outcome = run(answering(), store, strict(0, 9))
    assert "zebra" not in repr(outcome)


def test_what_is_left_is_judged_until_it_stands(store: Store, answering: Any) -> None:
    """A draft that goes moves the limits for the others, and may take one of them with it."""

    def judge(drafts: Sequence[Draft]) -> Judgement:
        last = drafts[-1].slot.id
        return Judgement({last: ("linkage.margin",)} if len(drafts) > 9 else {})

    outcome = run(answering(), store, judge, Caps(attempts=1))
    assert len(outcome.drafts) == 9
    assert len(outcome.missing) == 3
    assert outcome.lost == {"linkage.margin": 3}
    assert outcome.rounds == 4


def test_what_is_over_is_not_tried_again(store: Store, answering: Any) -> None:
    backend = answering(lambda _, __: Completion("", "no_text_left"))
    outcome = run(backend, store, accept, Caps(attempts=5, rejected=1))
    assert len(backend.asked) == len(SLOTS) == 12
    assert outcome.lost == {"no_text_left": 12}
