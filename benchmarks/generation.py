"""What our client costs beside a bare loop over the same server: time, processor, memory.

    python benchmarks/generation.py [--requests 2000] [--rounds 7] [--memory 10000]

The server is benchmarks/chat_server.py in a process of its own, with 50 ms and then 1 s before each
answer: a model takes longer still. 64 requests are under way at once. `bare` is asyncio, httpx and
a semaphore: no retry, no limit on a body, no reading of the answer but its text. `bare_apart` is
the same with a client for each request under way. `ours` is `connect(...).complete`. `stage` is all
that `auditor generate` does for a draft: a patient drawn, the prompt, the store, the caps, the
answer read and searched for refusals. They run in turn, in an order that changes, each in a process
of its own; told are medians of the rounds' ratios. Memory is what the process grows by from 1,000
requests to all of them.
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
from chat_server import serving
from corpora import RESULTS
from readme import table, write

from auditor.generate.asking import Asker
from auditor.generate.backends import openai_compatible
from auditor.generate.caps import Caps, Spent
from auditor.generate.directions.label_to_data import Plan
from auditor.generate.drafting import draft_all
from auditor.generate.request import Message, Options, Request
from auditor.generate.slots import Slot
from auditor.generate.store import Store
from auditor.generate.wanted import Wanted, planned

AT_ONCE = 64
LATENCIES = (0.05, 1.0)  # seconds
WARM = 200  # requests before the clock starts: imports, connections
SETTLED = 1_000  # requests after which memory should grow no more
UNITS = ("seconds", "processor_seconds")
BARE = ("bare", "bare_apart")
OURS = ("ours", "stage")
Run = dict[str, float]
Ask = Callable[[Request], Awaitable[str]]
Client = Callable[[str, int], Coroutine[None, None, Run]]


def main() -> None:
    """All clients in turn, and benchmarks/results/generation.json and .md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--memory", type=int, default=10_000, help="requests; 0 leaves it out")
    parser.add_argument("--client", choices=CLIENTS, help="one run, in this process")
    parser.add_argument("--url")
    options = parser.parse_args()
    if options.client:
        print(json.dumps(asyncio.run(CLIENTS[options.client](options.url, options.requests))))
        return
    result: dict[str, Any] = {"requests": options.requests, "at_once": AT_ONCE, "latencies": {}}
    for latency in LATENCIES:
        with serving(latency=latency) as server:
            rounds = [
                all_of_them(server.url, options.requests, turn) for turn in range(options.rounds)
            ]
        result["latencies"][latency] = {
            "rounds": rounds,
            "ratio": {
                f"{name} / {other}": {unit: ratio(rounds, name, other, unit) for unit in UNITS}
                for name in OURS
                for other in BARE
            },
        }
    if options.memory:
        with serving(latency=0.0) as server:
            result["memory"] = {"requests": options.memory} | all_of_them(
                server.url, options.memory, 0
            )
    (RESULTS / "generation.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    (RESULTS / "generation.md").write_text(f"# The client of models\n\n{told}\n", encoding="utf-8")
    write("generation", told)
    print(told)


def all_of_them(url: str, requests: int, turn: int) -> dict[str, Run]:
    """A run of each, forwards and backwards in turn."""
    names = list(CLIENTS) if turn % 2 == 0 else list(reversed(CLIENTS))
    runs = {name: _run(name, url, requests) for name in names}
    return {name: runs[name] for name in CLIENTS}


def _run(client: str, url: str, requests: int) -> Run:
    arguments = ["--client", client, "--url", url, "--requests", str(requests)]
    done = subprocess.run(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, check=True
    )
    run: Run = json.loads(done.stdout)
    return run


def ratio(rounds: list[dict[str, Run]], name: str, other: str, unit: str) -> float:
    """One client to another, the median of all rounds."""
    return round(statistics.median(run[name][unit] / run[other][unit] for run in rounds), 3)


def markdown(result: dict[str, Any]) -> str:
    """The numbers as a table."""
    measured = list(result["latencies"].values())
    rows = [
        [name, *(_median(of["rounds"], name, unit) for of in measured for unit in UNITS)]
        for name in CLIENTS
    ]
    rows += [
        [pair, *(f"{of['ratio'][pair][unit]:.2f}" for of in measured for unit in UNITS)]
        for pair in measured[0]["ratio"]
    ]
    heads = [
        f"{what}, answer after {latency:g} s"
        for latency in LATENCIES
        for what in ("seconds", "processor seconds")
    ]
    told = table(["client", *heads], rows)
    told += (
        f"\n\n{result['requests']:,} requests, {AT_ONCE} at once; medians of "
        f"{len(measured[0]['rounds'])} rounds. `bare` shares one httpx client, `bare_apart` has one"
        " for each request under way; `ours` is the backend, `stage` the whole of it."
    )
    if memory := result.get("memory"):
        grown = ", ".join(f"{name} {memory[name]['grown_mib']:.1f} MiB" for name in CLIENTS)
        told += f" Growth from {SETTLED:,} to {memory['requests']:,} requests: {grown}."
    return told


def _median(rounds: list[dict[str, Run]], name: str, unit: str) -> str:
    return f"{statistics.median(run[name][unit] for run in rounds):.2f}"


async def bare(url: str, requests: int) -> Run:
    """The loop that one would write."""
    async with AsyncExitStack() as opened:
        client = await opened.enter_async_context(_client())
        return await timed(_asking(url, [client] * AT_ONCE), requests)


async def bare_apart(url: str, requests: int) -> Run:
    """The same with a client, and so a pool of connections, for each request under way."""
    async with AsyncExitStack() as opened:
        clients = [await opened.enter_async_context(_client()) for _ in range(AT_ONCE)]
        return await timed(_asking(url, clients), requests)


def _client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    return httpx.AsyncClient(limits=limits, timeout=60)


def _asking(url: str, idle: list[httpx.AsyncClient]) -> Ask:
    places = asyncio.Semaphore(AT_ONCE)

    async def ask(request: Request) -> str:
        body = {
            "model": "made-up",
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "seed": request.seed,
        }
        async with places:
            client = idle.pop()
            response = await client.post(f"{url}/chat/completions", json=body)
            idle.append(client)
        text: str = response.json()["choices"][0]["message"]["content"]
        return text

    return ask


async def ours(url: str, requests: int) -> Run:
    """The backend alone."""
    backend = openai_compatible.connect(Options(url, "made-up", concurrency=AT_ONCE))

    async def ask(request: Request) -> str:
        return (await backend.complete(request)).text

    try:
        return await timed(ask, requests)
    finally:
        await backend.close()


async def stage(url: str, requests: int) -> Run:
    """The whole stage."""
    ask = Wanted(labels=(("F32.1",), ("F41.1",)), per_label=requests // 2)
    warm = Wanted(labels=(("F20.0",),), per_label=WARM)
    early = Wanted(labels=(("F33.1",), ("F40.10",)), per_label=min(requests, SETTLED) // 2)
    backend = openai_compatible.connect(Options(url, "made-up", concurrency=AT_ONCE))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.sqlite") as store:
        asker = Asker(backend, store, Spent(Caps()))

        async def written(slots: list[Slot], plan: Plan) -> None:
            done = await draft_all(slots, plan, asker, AT_ONCE, lambda *_: None)
            assert done.missing == 0

        await written(*planned(warm, None))
        await written(*planned(early, None))
        planned_ones = planned(ask, None)
        settled = resident()
        started, worked = time.perf_counter(), time.process_time()
        await written(*planned_ones)
        run = {
            "seconds": time.perf_counter() - started,
            "processor_seconds": time.process_time() - worked,
            "grown_mib": resident() - settled,
            "highest_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        await backend.close()
    return run


async def timed(ask: Ask, requests: int) -> Run:
    """Seconds, seconds of the processor and growth of memory, with ``AT_ONCE`` workers."""
    await spread(ask, questions(-WARM, 0))
    started, worked = time.perf_counter(), time.process_time()
    early = min(requests, SETTLED)
    await spread(ask, questions(0, early))
    settled = resident()
    await spread(ask, questions(early, requests))
    return {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - worked,
        "grown_mib": resident() - settled,
        "highest_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def spread(ask: Ask, asked: Iterator[Request]) -> None:
    """Every question answered, by workers that take the next one when they are done."""

    async def worker() -> None:
        for request in asked:
            assert await ask(request)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def questions(first: int, last: int) -> Iterator[Request]:
    """Requests with a prompt of some 300 words, none like another."""
    for number in range(first, last):
        prompt = f"Record {number}: " + "write what nobody has. " * 75
        yield Request((Message("user", prompt),), temperature=0.8, max_tokens=512, seed=number)


def resident() -> float:
    """MiB of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


CLIENTS: dict[str, Client] = {
    "bare": bare, "bare_apart": bare_apart, "ours": ours, "stage": stage,
}  # fmt: skip

if __name__ == "__main__":
    main()
