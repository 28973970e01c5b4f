"""Asking once and never again, so many at once and no more, and an end that loses nothing."""

import asyncio
import gc
import itertools
import random
import weakref
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import EndpointFailed, InputError
from auditor.generate.asking import Asker, each
from auditor.generate.caps import CapReached, Caps, Spent
from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Message, Request, name
from auditor.generate.store import Store

NO_CAPS = Caps()
QUESTION = Request((Message("user", "Write."),), 0.9, 100, 7)


class Backend:
    """Answers with the number of the question; ``asked`` holds all of them."""

    def __init__(self, *, remote: bool = False, lasting: bool = False) -> None:
        self.identity = Identity("test", "here", "m")
        self.remote, self.lasting = remote, lasting
        self.asked: list[Request] = []
        self.readied = 0

    async def ready(self) -> None:
        self.readied += 1
        await asyncio.sleep(0)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        number = len(self.asked)
        await asyncio.sleep(0)
        return Completion(f"answer {number}", prompt_tokens=3, completion_tokens=4)

    async def close(self) -> None:
        """Nothing to let go of."""


def asker(backend: Backend, store: Store, caps: Caps = NO_CAPS, *, allowed: bool = False) -> Asker:
    return Asker(backend, store, Spent(caps), may_send_real_text=allowed)


def questions(count: int) -> list[Request]:
    return [replace(QUESTION, seed=seed) for seed in range(count)]


def test_the_same_question_is_asked_once(store: Store) -> None:
    backend = Backend()
    ask = asker(backend, store)

    async def twice() -> list[Completion]:
        return [await ask(QUESTION), await ask(QUESTION)]

    first, second = asyncio.run(twice())
    assert first == second
    assert (len(backend.asked), ask.spent.requests) == (1, 1)
    assert store.get(name(backend.identity, QUESTION)) == first


def test_a_second_run_asks_nothing_and_looks_at_no_backend(store: Store) -> None:
    first, second = Backend(), Backend()
    for backend in (first, second):
        ask = asker(backend, store, Caps(requests=20))
        for question in questions(20):
            asyncio.run(ask(question))
            ask._ready = None  # a new loop each time, as a new run has
    assert (len(first.asked), len(second.asked)) == (20, 0)
    assert (second.readied, ask.spent.requests, ask.spent.prompt_tokens) == (0, 0, 0)


def test_a_backend_is_made_ready_once_for_all_that_wait(store: Store) -> None:
    backend = Backend()
    ask = asker(backend, store)

    async def all_at_once() -> None:
        await asyncio.gather(*(ask(question) for question in questions(9)))

    asyncio.run(all_at_once())
    assert (backend.readied, len(backend.asked)) == (1, 9)


def test_another_who_answers_is_asked_anew(store: Store) -> None:
    first, second = Backend(), Backend()
    second.identity = replace(first.identity, revision="2")
    asyncio.run(asker(first, store)(QUESTION))
    asyncio.run(asker(second, store)(QUESTION))
    assert (len(first.asked), len(second.asked)) == (1, 1)


def test_a_backend_that_cannot_be_used_is_told_before_any_question(store: Store) -> None:
    class Down(Backend):
        async def ready(self) -> None:
            await super().ready()
            raise InputError("nobody listens; start the server")

    backend = Down()
    ask = asker(backend, store)

    async def run() -> None:
        async with aclosing(each(ask, questions(5), 3)) as done:
            async for _ in done:
                pytest.fail("an answer came")

    with pytest.raises(InputError, match="nobody listens"):
        asyncio.run(run())
    assert (backend.readied, backend.asked, ask.spent.requests) == (1, [], 0)


REAL = replace(QUESTION, real_text=True)


def test_real_text_stays_home_unless_it_may_leave(store: Store) -> None:
    remote = Backend(remote=True)
    with pytest.raises(InputError, match="--consent"):
        asyncio.run(asker(remote, store)(REAL))
    assert (remote.asked, remote.readied) == ([], 0)
    asyncio.run(asker(remote, store)(QUESTION))
    assert remote.asked == [QUESTION]


@pytest.mark.parametrize(("remote", "allowed"), [(False, False), (True, True), (False, True)])
def test_real_text_goes_to_this_machine_and_where_it_is_allowed(
    store: Store, *, remote: bool, allowed: bool
) -> None:
    backend = Backend(remote=remote)
    asyncio.run(asker(backend, store, allowed=allowed)(REAL))
    assert backend.asked == [REAL]


def test_caps_count_what_was_asked_and_nothing_that_was_kept(store: Store) -> None:
    backend = Backend()
    asyncio.run(asker(backend, store)(QUESTION))
    ask = asker(backend, store, Caps(requests=2))

    async def run() -> None:
        for question in (QUESTION, *questions(2), QUESTION):
            await ask(question)
        with pytest.raises(CapReached):
            await ask(replace(QUESTION, seed=99))
        await ask(QUESTION)  # still there

    asyncio.run(run())
    assert (ask.spent.requests, ask.spent.prompt_tokens, ask.spent.completion_tokens) == (2, 6, 8)


def test_an_answer_is_kept_even_when_nobody_waits_for_it(store: Store) -> None:
    """Whoever counts or reads it may fail: it was paid for."""
    backend = Backend()
    ask = asker(backend, store)

    class Broken(Spent):
        def end(self, completion: Completion, asked: int = 0) -> None:
            raise InputError(f"cannot count {type(completion).__name__} of {asked}")

    ask.spent = Broken(Caps())
    with pytest.raises(InputError):
        asyncio.run(ask(QUESTION))
    assert store.get(name(backend.identity, QUESTION)) == Completion(
        "answer 1", prompt_tokens=3, completion_tokens=4
    )


def test_answers_that_come_together_are_kept_together_and_before_they_are_given(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, times = store.put, []

    def counted(*arguments: Any) -> dict[str, Completion]:
        times.append(len(arguments[1]))
        return put(*arguments)

    monkeypatch.setattr(store, "put", counted)
    backend = Backend()
    ask = asker(backend, store)

    async def asked(question: Request) -> None:
        given = await ask(question)
        assert store.get(name(backend.identity, question)) == given

    async def all_at_once() -> None:
        await asyncio.gather(*(asked(question) for question in questions(9)))

    asyncio.run(all_at_once())
    assert times == [9]


def test_an_answer_is_kept_when_whoever_asked_has_gone(store: Store) -> None:
    backend = Backend()
    ask = asker(backend, store)

    async def run() -> None:
        gone, stays = (asyncio.create_task(ask(question)) for question in questions(2))
        while not ask._arrived:
            await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone, stays])
        assert gone.cancelled()
        assert (await stays).text

    asyncio.run(run())
    assert len(list(store.answers(backend.identity))) == 2


@pytest.mark.parametrize("failure", [InputError, MemoryError])
def test_a_store_that_fails_is_told_to_all_that_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch, failure: type[Exception]
) -> None:
    def full(*_: Any) -> dict[str, Completion]:
        raise failure("the disk is full")

    monkeypatch.setattr(store, "put", full)
    ask = asker(Backend(), store)

    async def all_at_once() -> list[Any]:
        asking = (ask(question) for question in questions(3))
        return await asyncio.gather(*asking, return_exceptions=True)

    assert [str(error) for error in asyncio.run(all_at_once())] == ["the disk is full"] * 3


def test_what_another_run_kept_meanwhile_is_the_answer(store: Store) -> None:
    """Two runs side by side go on with the same."""

    class Slow(Backend):
        async def complete(self, request: Request) -> Completion:
            store.put(self.identity, {name(self.identity, request): Completion("of the other")})
            return await super().complete(request)

    assert asyncio.run(asker(Slow(), store)(QUESTION)) == Completion("of the other")


def test_kept_answers_alone(store: Store) -> None:
    backend = Backend()
    ask = asker(backend, store, Caps(requests=1))
    with pytest.raises(EndpointFailed, match="run the same command again"):
        asyncio.run(ask.kept(QUESTION))
    told = asyncio.run(ask(QUESTION))
    assert asyncio.run(ask.kept(QUESTION)) == told
    assert len(backend.asked) == 1


def test_a_lasting_backend_is_asked_each_time_and_nothing_is_kept(store: Store) -> None:
    backend = Backend(lasting=True)
    ask = asker(backend, store, Caps(requests=0))
    asyncio.run(ask(QUESTION))
    asyncio.run(ask.kept(QUESTION))
    assert (len(backend.asked), ask.spent.requests) == (2, 0)
    assert not list(store.answers(backend.identity))


# Some at once


Work = Callable[[int], Awaitable[int]]


async def all_of(work: Work, items: list[int], at_once: int) -> list[tuple[int, int]]:
    async with aclosing(each(work, items, at_once)) as done:
        return [pair async for pair in done]


def waits(seed: int) -> Work:
    """Work that ends after a drawn number of turns of the loop."""
    rng = random.Random(seed)

    async def work(item: int) -> int:
        for _ in range(rng.randint(0, 5)):
            await asyncio.sleep(0)
        return item * item

    return work


@given(st.lists(st.integers(), max_size=30), st.integers(1, 8), st.integers())
def test_everything_is_done_once_whatever_ends_first(
    items: list[int], at_once: int, seed: int
) -> None:
    done = asyncio.run(all_of(waits(seed), items, at_once))
    assert sorted(done) == sorted((item, item * item) for item in items)


def test_one_at_a_time_is_in_order() -> None:
    assert [item for item, _ in asyncio.run(all_of(waits(0), list(range(20)), 1))] == [*range(20)]


@given(st.integers(1, 9), st.integers())
def test_never_more_than_so_many_at_once_and_none_taken_early(at_once: int, seed: int) -> None:
    taken: list[int] = []
    ended: set[int] = set()
    under_way: set[int] = set()
    most = 0
    rest = waits(seed)

    def items() -> Iterator[int]:
        for item in range(40):
            assert len(taken) - len(ended) < at_once
            taken.append(item)
            yield item

    async def work(item: int) -> int:
        nonlocal most
        under_way.add(item)
        most = max(most, len(under_way))
        try:
            return await rest(item)
        finally:
            under_way.discard(item)

    async def run() -> None:
        async with aclosing(each(work, items(), at_once)) as done:
            async for item, _ in done:
                ended.add(item)

    asyncio.run(run())
    assert most <= at_once
    assert ended == set(range(40))


@pytest.mark.parametrize("at_once", [1, 2, 7])
def test_so_many_are_under_way_at_once(at_once: int) -> None:
    under_way: set[int] = set()

    async def work(item: int) -> int:
        under_way.add(item)
        while item < at_once and len(under_way) < at_once:  # for ever, were they too few
            await asyncio.sleep(0)
        return item

    done = asyncio.run(all_of(work, list(range(20)), at_once))
    assert sorted(item for item, _ in done) == list(range(20))


def test_an_endless_source_and_a_reader_who_stops() -> None:
    cancelled: list[int] = []

    async def work(item: int) -> int:
        try:
            await asyncio.sleep(0 if item < 10 else 3600)
        except asyncio.CancelledError:
            cancelled.append(item)
            raise
        return item

    async def run() -> tuple[list[int], int]:
        read = []
        async with aclosing(each(work, itertools.count(), 4)) as done:
            async for item, _ in done:
                read.append(item)
                if len(read) == 10:
                    break
        return read, len(asyncio.all_tasks())

    read, left = asyncio.run(run())
    assert sorted(read) == list(range(10))
    assert set(cancelled) <= {10, 11, 12, 13}
    assert cancelled
    assert left == 1  # only the run itself


def test_a_failure_waits_for_those_under_way_and_takes_no_more() -> None:
    taken, kept = [], []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    async def work(item: int) -> int:
        if item == 5:
            raise EndpointFailed("stopped")
        for _ in range(3 + item):
            await asyncio.sleep(0)
        kept.append(item)
        return item

    told: list[int] = []

    async def run() -> None:
        async with aclosing(each(work, items(), 8)) as done:
            async for item, _ in done:
                told.append(item)

    with pytest.raises(EndpointFailed, match="stopped"):
        asyncio.run(run())
    assert taken == list(range(8))
    assert sorted(kept) == sorted(told) == [0, 1, 2, 3, 4, 6, 7]


def test_of_several_failures_one_is_raised_and_none_is_left_unread() -> None:
    async def work(item: int) -> int:
        for _ in range(item):
            await asyncio.sleep(0)
        raise EndpointFailed(f"failure {item}")

    with pytest.raises(EndpointFailed, match="failure 0"):
        asyncio.run(all_of(work, list(range(9)), 4))
    gc.collect()  # a task whose failure nobody read would say so now


def test_a_fault_of_the_program_stops_the_others() -> None:
    cancelled = []

    async def work(item: int) -> int:
        if item == 2:
            raise ZeroDivisionError
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.append(item)
            raise
        return item

    with pytest.raises(ZeroDivisionError):
        asyncio.run(all_of(work, list(range(9)), 4))
    assert sorted(cancelled) == [0, 1, 3]


@pytest.mark.parametrize("before", [0, 2, 5])
def test_items_that_cannot_be_had_leave_nothing_running(before: int) -> None:
    def items() -> Iterator[int]:
        yield from range(before)
        raise InputError("no more")

    async def all_of_them() -> None:
        async with aclosing(each(waits(0), items(), 4)) as done:
            async for _ in done:
                pass

    async def run() -> int:
        with pytest.raises(InputError, match="no more"):
            await all_of_them()
        return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1


def test_who_is_cancelled_cancels_what_is_under_way() -> None:
    ended: list[int] = []

    async def work(item: int) -> int:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(item)
        return item

    async def run() -> int:
        task = asyncio.create_task(all_of(work, list(range(9)), 3))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1
    assert sorted(ended) == [0, 1, 2]


def test_results_are_not_held() -> None:
    class Big:
        pass

    alive: list[weakref.ref[Big]] = []

    async def work(_: int) -> Big:
        big = Big()
        alive.append(weakref.ref(big))
        return big

    async def run() -> int:
        most = 0
        async with aclosing(each(work, range(200), 4)) as done:
            async for _ in done:
                most = max(most, sum(one() is not None for one in alive))
        return most

    assert asyncio.run(run()) <= 8


def test_errors_and_names_hold_nothing_of_a_prompt(store: Store) -> None:
    secret = replace(REAL, messages=(Message("user", "Quixotic zebra cantata"),))
    with pytest.raises(InputError) as caught:
        asyncio.run(asker(Backend(remote=True), store)(secret))
    with pytest.raises(EndpointFailed) as missing:
        asyncio.run(asker(Backend(), store).kept(secret))
    assert "zebra" not in f"{caught.value} {missing.value} {secret!r}"
