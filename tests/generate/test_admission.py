"""How many requests are let in at once, and how long all wait; and the waits of one request."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate import retry
from auditor.generate.admission import Admission


def test_never_more_at_once_than_allowed() -> None:
    async def run() -> int:
        admission, most = Admission(3), 0

        async def one() -> None:
            nonlocal most
            async with admission.turn():
                most = max(most, admission.under_way)
                await asyncio.sleep(0)

        await asyncio.gather(*(one() for _ in range(20)))
        assert admission.under_way == 0
        return most

    assert asyncio.run(run()) == 3


def test_a_refusal_halves_the_limit_and_answers_raise_it_one_by_one() -> None:
    async def run() -> None:
        admission = Admission(16)
        limits = []
        for _ in range(6):
            async with admission.turn() as turn:
                admission.refused(turn, 0)
            limits.append(admission.limit)
        assert limits == [8, 4, 2, 1, 1, 1]
        admission.answered()
        assert admission.limit == 2
        for _ in range(3):
            admission.answered()
        assert 3 <= admission.limit < 4, "a limit's worth of answers is one more"
        for _ in range(1000):
            admission.answered()
        assert admission.limit == 16

    asyncio.run(run())


def test_refusals_of_requests_sent_together_count_once() -> None:
    async def run() -> float:
        admission = Admission(8)

        async def one() -> None:
            async with admission.turn() as turn:
                await asyncio.sleep(0)
                admission.refused(turn, 0)

        await asyncio.gather(*(one() for _ in range(8)))
        return admission.limit

    assert asyncio.run(run()) == 4


def test_all_wait_out_a_pause(time: Any) -> None:
    async def run() -> None:
        admission = Admission(4, time.clock, time.sleep)
        async with admission.turn() as turn:
            admission.refused(turn, 7.0)
            admission.refused(turn, 3.0)  # an earlier end does not shorten it
        async with admission.turn():
            assert time.now == 1007.0
        async with admission.turn():
            assert time.waits == [7.0], "it is over for all"

    asyncio.run(run())


def test_first_come_first_served_and_those_who_leave_the_queue_lose_no_place() -> None:
    async def run() -> list[int]:
        admission, order = Admission(1), list[int]()

        async def one(number: int) -> None:
            async with admission.turn():
                order.append(number)
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(one(number)) for number in range(6)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        tasks[4].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert admission.under_way == 0
        return order

    assert asyncio.run(run()) == [0, 1, 3, 5]


@given(st.lists(st.sampled_from(["answered", "refused", "cancelled"]), max_size=60))
def test_whatever_happens_somebody_is_let_in_and_never_too_many(happens: list[str]) -> None:
    async def run() -> None:
        admission = Admission(5)

        async def one(what: str) -> None:
            async with admission.turn() as turn:
                assert 1 <= admission.under_way <= 5
                await asyncio.sleep(0)
                if what == "answered":
                    admission.answered()
                else:
                    admission.refused(turn, 0)

        tasks = [asyncio.create_task(one(what)) for what in happens]
        for steps, (task, what) in enumerate(zip(tasks, happens, strict=True)):
            for _ in range(steps % 3):
                await asyncio.sleep(0)
            if what == "cancelled":
                task.cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        assert all(r is None or isinstance(r, asyncio.CancelledError) for r in done)
        assert admission.under_way == 0
        assert 1 <= admission.limit <= 5

    asyncio.run(run())


def test_waits_double_up_to_a_bound_and_are_drawn_from_the_whole_range() -> None:
    assert [retry.backoff(times, lambda: 1.0) for times in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert retry.backoff(10_000, lambda: 1.0) == retry.LONGEST_WAIT
    assert retry.backoff(5, lambda: 0.0) == 0
    assert retry.backoff(5, lambda: 0.5) == 4


DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NEW_YEAR = 1767225600.0


@pytest.mark.parametrize(
    ("told", "date", "seconds"),
    [
        ("7", "", 7), ("0", "", 0), ("2.5", "", 2.5),
        ("Thu, 01 Jan 2026 00:00:20 GMT", DATE, 20),
        ("Thu, 01 Jan 2026 00:00:20 GMT", "", 15),
        ("Thu, 01 Jan 2026 00:00:20 GMT", "yesterday", 15),
        ("Wed, 31 Dec 2025 23:59:00 GMT", DATE, 0),
        ("86400", "", retry.LONGEST_PAUSE),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, retry.LONGEST_PAUSE),
        ("", "", 0), ("-3", "", 0), ("inf", "", 0), ("nan", "", 0), ("soon", "", 0),
        ("1e9", "", 0), ("٣", "", 0), ("9" * 400, "", 0), ("Thu, 99 Jan 2026 00:00:00 GMT", "", 0),
    ],
)  # fmt: skip
def test_the_pause_that_a_server_asks_for(told: str, date: str, seconds: float) -> None:
    assert retry.pause(told, date, NEW_YEAR + 5) == pytest.approx(seconds)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_makes_us_wait_for_ever_or_fail(told: str, date: str) -> None:
    assert 0 <= retry.pause(told, date, NEW_YEAR) <= retry.LONGEST_PAUSE
