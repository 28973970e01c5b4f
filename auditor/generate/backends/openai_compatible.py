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
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.errors import CannotMeasure, EndpointFailed, InputError
from auditor.generate import chat_protocol, endpoints, retry
from auditor.generate.admission import Admission
from auditor.generate.chat_protocol import DIALECTS
from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Options, Request

if TYPE_CHECKING:
    import httpx

LARGEST_BODY = 8 * 2**20  # bytes
CONNECT = 10.0  # seconds
MISSING = "httpx is missing; pip install 'auditor[generate]'"
PASSING = (408, 409, 425, 429)  # of the moment
REFUSED_ALONE = (400, 413, 422)  # for what a prompt holds, or for all of them
REMEDIES = {
    400: "check that the model takes prompts this long",
    401: "check the key",
    403: "check the key",
    404: "check the model and that the base URL is right; most end in /v1",
    413: "check that the model takes prompts this long",
    422: "check that the model takes prompts this long",
}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came back: a status, 0 for none; the body; the pause asked for; what went wrong."""

    status: int
    body: bytes = field(default=b"", repr=False)
    pause: float = 0.0
    trouble: str = ""


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
    _check_url(endpoint.url)
    if not options.model:
        raise InputError("--model: missing; name the model as the server does")
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if options.key_variable:
        headers["Authorization"] = f"Bearer {_key(options.key_variable)}"
    return ChatServer(options, endpoint, _opening(headers), clock=clock, sleep=sleep, draw=draw)


def _check_url(url: str) -> None:
    """Raises InputError for an address that the library cannot ask."""
    try:
        import httpx
    except ImportError:
        raise CannotMeasure(MISSING) from None
    try:
        _ = httpx.URL(url).host  # decoded here, and when it is asked
    except (httpx.InvalidURL, UnicodeError):
        raise InputError("--endpoint: its host is no name or address; check it") from None


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not key:
        raise InputError(f"environment variable {variable}: holds no key; set it or do not name it")
    if not re.fullmatch(r"[!-~]+", key):
        raise InputError(f"environment variable {variable}: holds no key, but a text; set it anew")
    return key


def _opening(headers: dict[str, str]) -> Callable[[], "httpx.AsyncClient"]:
    """What opens a client, all with the same certificates to trust."""
    import ssl

    try:
        import certifi
        import httpx
    except ImportError:
        raise CannotMeasure(MISSING) from None
    trusted = ssl.create_default_context()  # this machine's own, where a hospital adds its own
    trusted.load_verify_locations(certifi.where())

    def opened() -> httpx.AsyncClient:
        return httpx.AsyncClient(
            headers=headers,
            verify=trusted,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT),  # a whole try has one limit, see _sent
        )

    return opened


class ChatServer:
    """The backend; ``connect`` makes it.

    ``clock``, ``sleep`` and ``draw`` are the time, waiting, and chance from 0 to 1.
    """

    def __init__(
        self,
        options: Options,
        endpoint: endpoints.Endpoint,
        opened: Callable[[], "httpx.AsyncClient"],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        draw: Callable[[], float],
    ) -> None:
        self.identity = Identity("openai_compatible", endpoint.url, options.model, options.revision)
        self.remote = not endpoint.loopback
        self.lasting = False
        self._timeout = options.timeout
        # One for each request under way, since the connections of one client are all compared with
        # one another for every request: at 64 at once that takes most of a processor.
        self._opened = opened
        self._clients: list[httpx.AsyncClient] = []
        self._idle: list[httpx.AsyncClient] = []
        self._admission = Admission(options.concurrency, clock, sleep)
        self._clock, self._sleep, self._draw = clock, sleep, draw
        self._dialect = DIALECTS[0]
        self._has_answered = False
        self._nothing_found = False  # neither models nor, so far, anything else

    async def ready(self) -> None:
        """Asks which models there are.

        Raises InputError when the server is not there, refuses the key, or has other models. Not
        every server tells its models: that one does not is no reason to stop.
        """
        place = self.identity.endpoint
        reply = await self._sent("GET", "/models")
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

        Raises EndpointFailed when the server refuses it for good or keeps failing, and InputError
        where the base URL is that of nothing.
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
                reply = _Reply(200, trouble="no chat completion")
            elif reply.status in REFUSED_ALONE and self._has_answered:
                return Completion(
                    "", "content_filter"
                )  # it answers others: this prompt is at fault
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

    async def close(self) -> None:
        """Closes all connections."""
        for client in self._clients:
            await client.aclose()

    async def _asked(self, request: Request) -> _Reply:
        """One try, in the dialect that was understood last; others where it is not understood."""
        model, tried = self.identity.model, set()
        for dialect in (self._dialect, *DIALECTS):
            if (body := chat_protocol.body(model, request, dialect)) in tried:
                continue
            tried.add(body)
            reply = await self._in_turn(body)
            if reply.status not in (400, 422):
                break
        if reply.status == 200:  # else it was something other than the dialect
            self._dialect = dialect
        return reply

    async def _in_turn(self, body: bytes) -> _Reply:
        async with self._admission.turn() as turn:
            reply = await self._sent("POST", "/chat/completions", body)
            if reply.status == 429 or reply.pause:
                self._admission.refused(turn, reply.pause)
            elif reply.status == 200:
                self._admission.answered()
        return reply

    async def _sent(self, method: str, path: str, body: bytes | None = None) -> _Reply:
        import httpx

        url = self.identity.endpoint + path
        client = self._idle.pop() if self._idle else self._another()
        try:
            async with (
                asyncio.timeout(self._timeout),
                client.stream(method, url, content=body) as response,
            ):
                return await _read(response)
        except TimeoutError:
            return _Reply(0, trouble=f"no answer within {self._timeout:g} s")
        except httpx.TransportError as error:
            return _Reply(0, trouble=_why(error))
        finally:
            self._idle.append(client)

    def _another(self) -> "httpx.AsyncClient":
        client = self._opened()
        self._clients.append(client)
        return client

    def _refused(self, status: int) -> EndpointFailed:
        if status in range(300, 400):
            return EndpointFailed(f"{self.identity.endpoint}: {_redirected(status)}")
        remedy = REMEDIES.get(status, "check that it speaks the chat-completions protocol")
        return EndpointFailed(f"{self.identity.endpoint}: refuses the request ({status}); {remedy}")


async def _read(response: "httpx.Response") -> _Reply:
    """The reply, as sent: a body that was compressed unasked could unfold to any size."""
    headers, body = response.headers, bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > LARGEST_BODY:
            return _Reply(0, trouble="an answer that is too large")
    pause = 0.0
    if response.status_code in (429, 503) and "Retry-After" in headers:
        pause = retry.pause(headers["Retry-After"], headers.get("Date", ""), time.time())
    return _Reply(response.status_code, bytes(body), pause)


def _why(error: "httpx.TransportError") -> str:
    """What kept two machines from talking, without the words of a library."""
    import socket
    import ssl

    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return "nobody answers there"
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "its certificate or encryption is not valid"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no machine has this name"
    refused = isinstance(error, httpx.ConnectError)
    return "nobody answers there" if refused else "the connection was cut"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _redirected(status: int) -> str:
    return f"sends elsewhere ({status}), and redirects are off; give the address it is meant for"


def _shown(name: str) -> str:
    """A name for a message: one line, and not a long one."""
    return "".join(c for c in name if c.isprintable())[:60]
