"""Servers that speak the chat-completions protocol: vLLM, Ollama, llama.cpp, hosted services.

Texts leave the process here, so nothing but the address that was given is ever talked to: proxy
variables are not read, redirects are not followed, certificates are checked. A key comes from an
environment variable and goes into one header. No message quotes what was sent or received.
"""

import asyncio
import os
import random
import re
import time
from collections.abc import Awaitable, Callable

from auditor.errors import EndpointFailed, InputError
from auditor.generate import chat_protocol, endpoints, retry
from auditor.generate.admission import Admission
from auditor.generate.chat_protocol import DIALECTS, Dialect
from auditor.generate.completion import Completion
from auditor.generate.connections import Connections, Reply
from auditor.generate.request import Identity, Options, Request

PASSING = (408, 409, 425, 429)  # of the moment
NOT_UNDERSTOOD = (400, 422)  # perhaps
REFUSED_ALONE = (400, 413, 422)  # for what a prompt holds, or for all of them
REMEDIES = {
    400: "check that the model takes prompts this long",
    401: "check the key",
    403: "check the key",
    404: "check the model and that the base URL is right; most end in /v1",
    413: "check that the model takes prompts this long",
    422: "check that the model takes prompts this long",
}


def connect(
    options: Options,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    draw: Callable[[], float] = random.random,
) -> "ChatServer":
    """A client for one model of one server. Nothing is sent yet.

    Raises InputError for an address, a model or a key that cannot be used, and CannotMeasure
    where the library that speaks HTTP is missing.
    """
    endpoint = endpoints.check(options.endpoint, "--endpoint")
    if not options.model:
        raise InputError("--model: missing; name the model as the server does")
    headers = {"Content-Type": "application/json"}
    if options.key_variable:
        headers["Authorization"] = f"Bearer {_key(options.key_variable)}"
    server = Connections(endpoint.url, headers, options.timeout)
    return ChatServer(options, endpoint, server, clock=clock, sleep=sleep, draw=draw)


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not key:
        raise InputError(f"environment variable {variable}: holds no key; set it or do not name it")
    if not re.fullmatch(r"[!-~]+", key):
        raise InputError(f"environment variable {variable}: holds no key, but a text; set it anew")
    return key


class ChatServer:
    """The backend; ``connect`` makes it.

    ``clock``, ``sleep`` and ``draw`` are the time, waiting, and chance from 0 to 1.
    """

    def __init__(
        self,
        options: Options,
        endpoint: endpoints.Endpoint,
        server: Connections,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        draw: Callable[[], float],
    ) -> None:
        self.identity = Identity("openai_compatible", endpoint.url, options.model, options.revision)
        self.remote = not endpoint.loopback
        self.lasting = False
        self._timeout, self._again = options.timeout, options.again
        self._server = server
        self._admission = Admission(options.concurrency, clock, sleep)
        self._clock, self._sleep, self._draw = clock, sleep, draw
        self._dialect = DIALECTS[0]
        self._instead: Dialect | None = None
        self._understood: set[Dialect] = set()
        self._has_answered = False
        self._nothing_found = False  # neither models nor, so far, anything else

    async def ready(self) -> None:
        """Asks which models there are.

        Raises InputError when the server is not there, refuses the key, or has other models. Not
        every server tells its models: that one does not is no reason to stop.
        """
        place = self.identity.endpoint
        reply = await self._server.ask("GET", "/models")
        if reply.status == 0:
            raise InputError(f"{place}: {reply.trouble}; check the address, and start the server")
        if reply.status in (401, 403):
            raise InputError(f"{place}: refuses the key ({reply.status}); check its variable")
        if reply.status in range(300, 400):
            raise InputError(f"{place}: {_redirected(reply.status)}")
        self._nothing_found = reply.status == 404
        known = chat_protocol.models(reply.body) if reply.status == 200 else []
        model = self.identity.model
        if known and not {model, f"{model}:latest"} & set(known):  # Ollama adds the tag
            some = ", ".join(map(_shown, known[:5]))
            raise InputError(f"{place}: has no model {_shown(model)}; it has {some}")

    async def complete(self, request: Request) -> Completion:
        """The answer to one request, sent again as often as it may help.

        Raises EndpointFailed when the server refuses it for good or keeps failing, InputError
        where the base URL is that of nothing, and what ``again`` of the options does.
        """
        failures = refusals = 0
        left = retry.TRIES * self._timeout + retry.ALL_WAITS
        while True:
            started = self._clock()
            reply = await self._asked(request)
            if reply.status == 404 and self._nothing_found:
                raise InputError(
                    f"{self.identity.endpoint}: has neither /models nor /chat/completions (404);"
                    " check the base URL, most end in /v1, and the model"
                )
            if reply.status == 200:
                self._nothing_found, self._has_answered = False, True
                if completion := chat_protocol.completion(reply.body, request):
                    return completion
                reply = Reply(200, trouble="no chat completion")
            elif reply.status in REFUSED_ALONE and self._has_answered:
                return Completion("", "content_filter")  # it answers others: the prompt is at fault
            elif reply.status in range(1, 500) and reply.status not in PASSING:
                raise self._refused(reply.status)
            refused = reply.status == 429
            failures, refusals = failures + (not refused), refusals + refused
            wait = retry.backoff(refusals if refused else failures, self._draw)
            left -= self._clock() - started + max(wait, reply.pause)
            if failures >= retry.TRIES or refusals >= retry.REFUSALS or left < 0:
                told = reply.trouble or str(reply.status)
                raise EndpointFailed(
                    f"{self.identity.endpoint}: stopped answering ({told}, "
                    f"{failures + refusals} tries); run the same command again to go on"
                )
            await self._sleep(wait)
            self._again()

    async def close(self) -> None:
        """Closes all connections."""
        await self._server.close()

    async def _asked(self, request: Request) -> Reply:
        """One try, when it is this request's turn."""
        async with self._admission.turn() as turn:
            reply = await self._in_a_dialect(request)
            if reply.status == 429 or reply.pause:
                self._admission.refused(turn, reply.pause)
            elif reply.status == 200:
                self._admission.answered()
        return reply

    async def _in_a_dialect(self, request: Request) -> Reply:
        """What comes of the dialect that is spoken; of others where that is refused.

        A refusal may be an accident. Another dialect is spoken from then on when it was answered
        where the first was refused, and the first is refused once more after that; one that was
        ever answered is never given up.
        """
        first, instead = self._dialect, self._instead
        reply = await self._said(request, first)
        if reply.status not in NOT_UNDERSTOOD:
            return reply
        way = chat_protocol.way(request, first)
        in_doubt = way not in self._understood
        if in_doubt and instead is not None:
            self._dialect = instead
        tried = {way}
        for dialect in (self._dialect, *DIALECTS):
            if (way := chat_protocol.way(request, dialect)) in tried:
                continue
            tried.add(way)
            self._again()
            reply = await self._said(request, dialect)
            if reply.status == 200 and in_doubt:
                self._instead = dialect
            if reply.status not in NOT_UNDERSTOOD:
                break
        return reply

    async def _said(self, request: Request, dialect: Dialect) -> Reply:
        body = chat_protocol.body(self.identity.model, request, dialect)
        reply = await self._server.ask("POST", "/chat/completions", body)
        if reply.status == 200:
            self._understood.add(chat_protocol.way(request, dialect))
        return reply

    def _refused(self, status: int) -> EndpointFailed:
        if status in range(300, 400):
            return EndpointFailed(f"{self.identity.endpoint}: {_redirected(status)}")
        remedy = REMEDIES.get(status, "check that it speaks the chat-completions protocol")
        return EndpointFailed(f"{self.identity.endpoint}: refuses the request ({status}); {remedy}")


def _redirected(status: int) -> str:
    return f"sends elsewhere ({status}), and redirects are off; give the address it is meant for"


def _shown(name: str) -> str:
    """A name for a message: one line, and not a long one."""
    return "".join(c for c in name if c.isprintable())[:60]
