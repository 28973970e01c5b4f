"""A server that speaks the chat-completions protocol, is made up, and fails on purpose.

    python benchmarks/chat_server.py --port 8000 --plan '{"faults": {"503": 0.1, "tags": 0.2}}'

Real sockets, HTTP/1.1 with keep-alive, standard library only. A request has always the same answer.
``faults`` tells for each kind the share of requests that meet it; which ones is drawn from the seed
and the request, and each meets it ``times`` times and then succeeds. ``GET /calls`` tells what
happened. In a test: ``with serving(faults={"429": 0.2}) as server``.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from typing import Any

STATUSES = ("400", "429", "500", "502", "503", "504")
# Statuses that ask for a pause, in seconds or until a date; a pause of ``retry_after`` seconds.
PAUSES = ("429_after", "429_date", "503_after")
BROKEN = ("slow", "cut", "hang_up", "malformed", "no_choices", "huge", "redirect")
SHAPES = ("reasoning_content", "reasoning", "tags", "closing_tag", "unclosed")
ANSWERS = ("length", "content_filter", "refusal", "empty", "invalid_json", "prompt_truncated")
KINDS = (*STATUSES, *PAUSES, *BROKEN, *SHAPES, *ANSWERS)
THOUGHT = "The user wants a record. THOUGHT-MARKER. I will invent one."
REFUSAL = "I'm sorry, but I can't help with that."
DATE = "Thu, 01 Jan 2026 00:00:00 GMT"  # by the server's clock it is always this moment
COUNTED = ("chat", "models", "answered", "structured", "warm")
Json = dict[str, Any]
BODIES: dict[str, Json | bytes] = {
    "malformed": b'{"choices": [{"message": {"content": "The pat',
    "no_choices": {"error": {"message": "overloaded"}},
    "huge": b" " * 9 * 2**20,
}


@dataclass(frozen=True)
class Plan:
    """What the server does.

    ``latency``    seconds before each answer; ``slow``: seconds more for a slow one
    ``die_after``  answers after which the process ends, without a word
    ``stall_after``  answers after which none comes any more
    ``key``        bearer token without which it refuses; ``schemas``: knows response_format
    ``refused``    numbers of the chat requests, from 1, that meet a 400 whatever they hold
    ``newer``      knows max_completion_tokens, and neither max_tokens nor a temperature
    ``models``     names that /v1/models tells; None: it has no such page
    ``words``      length of an answer
    """

    faults: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    times: int = 1
    latency: float = 0.0
    slow: float = 1.0
    retry_after: int = 1
    die_after: int | None = None
    stall_after: int | None = None
    key: str = ""
    schemas: bool = True
    newer: bool = False
    refused: tuple[int, ...] = ()
    models: tuple[str, ...] | None = ("made-up",)
    words: int = 80


@dataclass(frozen=True)
class Server:
    """A running server: its base URL, its process, and what happened so far."""

    url: str
    process: subprocess.Popen[bytes]

    def calls(self) -> Json:
        """``chat`` and ``models``: requests of each kind. ``answered``: completions. ``most``: chat
        requests under way at once, at most. ``structured``: those with a schema, ``warm``: with a
        temperature. ``connections``. ``faults``: how often each kind was met.
        """
        connection = HTTPConnection(*self.url.split("/")[2].split(":"))  # type: ignore[arg-type]
        try:
            connection.request("GET", "/calls")
            told: Json = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return told


@contextmanager
def serving(port: int = 0, **plan: Any) -> Iterator[Server]:
    """A server in a process of its own, which ends with the block or with this process."""
    told = json.dumps(asdict(Plan(**plan)))
    process = subprocess.Popen(
        [sys.executable, __file__, "--port", str(port), "--plan", told, "--tied"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url = process.stdout.readline().decode().strip()
        assert url, "the server did not start"
        yield Server(url, process)
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()


class Chat:
    """The server's state: its plan, what it counted, and how often it saw each request."""

    def __init__(self, plan: Plan) -> None:
        unknown = plan.faults.keys() - set(KINDS)
        assert not unknown, f"unknown faults: {unknown}"
        self.plan = plan
        self.counts: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.under_way = self.most = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first request to its last."""
        self.counts["connections"] += 1
        try:
            while await self.answer(reader, writer):
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; False when the connection ends with it."""
        if (first := await reader.readexactly(1)) == b"\x16":  # a handshake: no TLS is spoken here
            return False
        rest = await reader.readuntil(b"\r\n\r\n")
        head = (first + rest).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if (method, path) == ("GET", "/calls"):
            counts = dict.fromkeys(COUNTED, 0) | self.counts
            return send(writer, 200, {**counts, "most": self.most, "faults": self.met})
        if self.plan.key and headers.get("authorization") != f"Bearer {self.plan.key}":
            self.counts["unauthorized"] += 1
            return send(writer, 401, {"error": {"message": headers.get("authorization", "")}})
        if (method, path) == ("GET", "/v1/models"):
            self.counts["models"] += 1
            rows = [{"id": name, "object": "model"} for name in self.plan.models or ()]
            status = 404 if self.plan.models is None else 200
            return send(writer, status, {"object": "list", "data": rows})
        if (method, path) != ("POST", "/v1/chat/completions"):
            return send(writer, 404, {"error": {"message": "no such page"}})
        self.counts["chat"] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await self.chat(body, writer)
        finally:
            self.under_way -= 1

    async def chat(self, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """A completion, or what the plan has instead."""
        asked = json.loads(body)
        self.counts["structured"] += "response_format" in asked
        self.counts["warm"] += "temperature" in asked
        unknown = {"response_format"} if not self.plan.schemas else set()
        unknown |= {"max_tokens", "temperature"} if self.plan.newer else set()
        if unknown & asked.keys() or self.counts["chat"] in self.plan.refused:
            return send(writer, 400, {"error": {"message": "a parameter is not supported"}})
        digest = hashlib.sha256(body).hexdigest()
        kind = self.kind(digest)
        await asyncio.sleep(self.plan.latency + (self.plan.slow if kind == "slow" else 0))
        if kind in (*STATUSES, *PAUSES):
            return send(writer, int(kind[:3]), {"error": {"message": kind}}, *self.pause(kind))
        if kind == "redirect":
            return send(writer, 307, {}, "Location: http://127.0.0.1:9/v1/chat/completions")
        if kind in BODIES:
            return send(writer, 200, BODIES[kind])
        told = completion(asked, digest, kind, self.plan.words)
        if kind in ("cut", "hang_up"):
            writer.write(packed(200, told)[:-20] if kind == "cut" else b"")
            return False
        if self.counts["answered"] == self.plan.stall_after:
            await asyncio.Event().wait()
        if self.counts["answered"] == self.plan.die_after:
            os._exit(1)
        self.counts["answered"] += 1
        return send(writer, 200, told)

    def kind(self, digest: str) -> str:
        """The fault that a request meets this time; empty for none."""
        draw = random.Random(f"{self.plan.seed}:{digest}").random()
        self.seen[digest] += 1
        if self.seen[digest] > self.plan.times:
            return ""
        for kind, share in self.plan.faults.items():
            draw -= share
            if draw < 0:
                self.met[kind] += 1
                return kind
        return ""

    def pause(self, kind: str) -> list[str]:
        """The header that asks for a pause, if this kind has one."""
        if kind == "429_date":
            return [f"Retry-After: Thu, 01 Jan 2026 00:00:{self.plan.retry_after:02} GMT"]
        return [f"Retry-After: {self.plan.retry_after}"] if kind in PAUSES else []


def completion(asked: Json, digest: str, kind: str, words: int) -> Json:
    """The answer to a request, in the shape that the kind asks for."""
    draw = random.Random(digest)
    text = invented(draw, words)
    if wanted := asked.get("response_format"):
        text = json.dumps(fitting(wanted["json_schema"]["schema"], draw, words))
    content = {
        "tags": f"<think>\n{THOUGHT}\n</think>\n\n{text}",
        "closing_tag": f"{THOUGHT}\n</think>\n\n{text}",
        "unclosed": f"<think>\n{THOUGHT}",
        "length": text[: len(text) // 2],
        "content_filter": "",
        "refusal": REFUSAL,
        "empty": "",
        "invalid_json": '{"text": "cut',
    }.get(kind, text)
    message: Json = {"role": "assistant", "content": content}
    if kind in ("reasoning_content", "reasoning"):
        message[kind] = THOUGHT
    finish = {"unclosed": "length"}.get(kind, kind)
    asked_characters = sum(len(message["content"]) for message in asked["messages"])
    return {
        "id": f"chatcmpl-{digest[:8]}",
        "object": "chat.completion",
        "model": asked["model"],
        "system_fingerprint": "fp_made_up",
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": finish if finish in ("length", "content_filter") else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": 1 if kind == "prompt_truncated" else asked_characters // 4 + 1,
            "completion_tokens": len(content) // 4 + 1,
        },
    }


def fitting(schema: Json, draw: random.Random, words: int) -> Any:
    """A value that a JSON schema of the usual kind allows."""
    if "enum" in schema:
        return draw.choice(schema["enum"])
    kind = schema.get("type", "string")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: fitting(properties[name], draw, words) for name in schema.get("required", ())}
    if kind == "array":
        many = max(1, schema.get("minItems", 1))
        return [fitting(schema.get("items", {}), draw, words) for _ in range(many)]
    return {"integer": 1, "number": 1.0, "boolean": True, "null": None}.get(
        kind, invented(draw, words)
    )


def invented(draw: random.Random, words: int) -> str:
    """Sentences of words that no clinic uses, so that no answer can repeat a real record."""

    def word(ending: str) -> str:
        syllables = draw.choices("bdfgklmnprstvz", k=3)
        return "".join(c + draw.choice("aeiou") for c in syllables) + ending

    sentences: list[str] = []
    while len(sentences) * 9 < words:
        who, verb = draw.choice(("She", "He")), draw.choice(("reports", "denies", "describes"))
        when = draw.choice(("at night", "after meals", "when tired", "on waking", "in spring"))
        what = f"{word('ic')} {word('osis')} of the {word('um')}"
        sentences.append(f"{who} {verb} {what} {when}, takes {word('ol')}.")
    return " ".join(sentences)


def send(writer: asyncio.StreamWriter, status: int, told: Json | bytes, *headers: str) -> bool:
    """Writes a whole answer; True, since the connection stays open."""
    writer.write(packed(status, told, *headers))
    return True


def packed(status: int, told: Json | bytes, *headers: str) -> bytes:
    """An HTTP answer."""
    body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
    lines = (f"HTTP/1.1 {status} Made up", f"Date: {DATE}", "Content-Type: application/json")
    head = "\r\n".join((*lines, f"Content-Length: {len(body)}", *headers))
    return f"{head}\r\n\r\n".encode() + body


async def serve(port: int, plan: Plan) -> None:
    """Listens on 127.0.0.1 and prints the base URL."""
    server = await asyncio.start_server(Chat(plan).talk, "127.0.0.1", port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    async with server:
        await server.serve_forever()


def end_with_parent() -> None:
    """The parent's end of the pipe closes whatever way it dies."""
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=8000, help="0 for any free one")
    parser.add_argument("--plan", type=json.loads, default={}, help="fields of Plan, as JSON")
    parser.add_argument("--tied", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    if options.tied:
        threading.Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(serve(options.port, Plan(**options.plan)))


if __name__ == "__main__":
    main()
