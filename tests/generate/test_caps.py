"""What a run may use up: each cap stops the request after, and tells its option."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate.caps import CapReached, Caps, Spent
from auditor.generate.completion import Completion


def answer(prompt: int | None, completion: int | None) -> Completion:
    return Completion("text", prompt_tokens=prompt, completion_tokens=completion)


def test_without_caps_nothing_stops() -> None:
    spent = Spent(Caps())
    for _ in range(100):
        spent.begin()
        spent.end(answer(10**9, 10**9))
    assert (spent.requests, spent.prompt_tokens, spent.completion_tokens) == (100, 10**11, 10**11)
    assert spent.cost == 0


def test_so_many_requests_and_no_more() -> None:
    spent = Spent(Caps(requests=3))
    for _ in range(3):
        spent.begin()
    with pytest.raises(CapReached, match="--max-requests is reached; a higher one goes on"):
        spent.begin()
    assert spent.requests == 3


def test_a_cap_of_nothing_stops_the_first() -> None:
    with pytest.raises(CapReached):
        Spent(Caps(requests=0)).begin()


def test_tokens_of_prompts_and_of_answers_count() -> None:
    spent = Spent(Caps(tokens=100))
    spent.begin()
    spent.end(answer(60, 39))
    spent.begin()
    spent.end(answer(1, None))
    with pytest.raises(CapReached, match="--max-total-tokens"):
        spent.begin()


def test_money_is_counted_by_the_million_of_each_kind() -> None:
    spent = Spent(Caps(cost=1.0, price=(0.5, 2.0)))
    spent.begin()
    spent.end(answer(1_000_000, 200_000))
    assert spent.cost == pytest.approx(0.9)
    spent.begin()
    spent.end(answer(0, 50_000))
    with pytest.raises(CapReached, match="--max-cost"):
        spent.begin()


def test_time_counts_from_the_beginning() -> None:
    now = [1000.0]
    spent = Spent(Caps(minutes=2), clock=lambda: now[0])
    now[0] += 119
    spent.begin()
    now[0] += 1
    with pytest.raises(CapReached, match="--max-minutes"):
        spent.begin()


def test_what_a_server_does_not_count_is_counted_by_its_length() -> None:
    """Or a cap on tokens or money would be none."""
    spent = Spent(Caps(tokens=600))
    for _ in range(3):
        spent.begin()
        spent.end(Completion("word" * 50, reasoning_characters=200), asked=400)
    assert (spent.prompt_tokens, spent.completion_tokens) == (300, 300)
    with pytest.raises(CapReached):
        spent.begin()


def test_a_cap_is_no_fault_of_whoever_asks() -> None:
    assert CapReached("").exit_code == 3


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=40),
    st.integers(0, 500),
    st.integers(0, 30),
)
def test_no_request_is_sent_beyond_a_cap(
    answers: list[tuple[int, int]], tokens: int, requests: int
) -> None:
    spent = Spent(Caps(tokens=tokens, requests=requests))
    used = sent = 0
    for prompt, completion in answers:
        may = used < tokens and sent < requests
        if not may:
            with pytest.raises(CapReached):
                spent.begin()
            break
        spent.begin()
        spent.end(answer(prompt, completion))
        used += prompt + completion
        sent += 1
    assert spent.requests == sent
    assert spent.prompt_tokens + spent.completion_tokens == used
    assert math.isinf(spent.caps.cost)
