"""Connections to one server, as many as requests are under way, and what comes back over them.

The transports of httpx alone, without its clients: a transport follows no redirect, asks no proxy
and keeps no cookie, and no option can make it. There is one for each request under way, since the
connections of one are all compared with one another for every request: at 64 at once that takes
most of a processor.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.errors import CannotMeasure, InputError
from auditor.generate import retry

if TYPE_CHECKING:
    import httpx

LARGEST_BODY = 8 * 2**20  # bytes
CONNECT = 10.0  # seconds
MISSING = "httpx is missing; pip install 'auditor[generate]'"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, 0 for none; the body; the pause asked for; what went wrong."""

    status: int
    body: bytes = field(default=b"", repr=False)
    pause: float = 0.0
    trouble: str = ""


class Connections:
    """To one server. ``headers``: sent with every request. ``timeout``: seconds for one, in all.

    Raises InputError for a base URL that cannot be asked, and CannotMeasure without httpx.
    """

    def __init__(self, base: str, headers: Mapping[str, str], timeout: float) -> None:
        try:
            import certifi
            import httpx
        except ImportError:
            raise CannotMeasure(MISSING) from None
        try:
            _ = httpx.URL(base).host  # decoded here, and when it is asked
        except (httpx.InvalidURL, UnicodeError):
            raise InputError("--endpoint: its host is no name or address; check it") from None
        self._base, self._timeout = base, timeout
        told = {"User-Agent": "auditor", "Accept": "*/*", "Accept-Encoding": "identity", **headers}
        self._headers = httpx.Headers(told)
        # What this machine trusts, where a hospital adds its own, and what httpx does.
        self._trusted = ssl.create_default_context()
        self._trusted.load_verify_locations(certifi.where())
        self._opened: list[httpx.AsyncHTTPTransport] = []
        self._idle: list[httpx.AsyncHTTPTransport] = []

    async def ask(self, method: str, path: str, body: bytes = b"") -> Reply:
        """The reply to one request, or why there is none."""
        import httpx

        request = httpx.Request(
            method,
            self._base + path,
            headers=self._headers,
            content=body,
            extensions={"timeout": {"connect": CONNECT}},
        )
        transport = self._idle.pop() if self._idle else self._another()
        try:
            async with asyncio.timeout(self._timeout):
                return await _read(await transport.handle_async_request(request))
        except TimeoutError:
            return Reply(0, trouble=f"no answer within {self._timeout:g} s")
        except httpx.TransportError as error:
            return Reply(0, trouble=_why(error))
        finally:
            self._idle.append(transport)

    async def close(self) -> None:
        """Closes all of them."""
        for transport in self._opened:
            await transport.aclose()

    def _another(self) -> "httpx.AsyncHTTPTransport":
        import httpx

        transport = httpx.AsyncHTTPTransport(verify=self._trusted, trust_env=False)
        self._opened.append(transport)
        return transport


async def _read(response: "httpx.Response") -> Reply:
    """The reply, as sent: a body that was compressed unasked could unfold to any size."""
    headers, body = response.headers, bytearray()
    async with aclosing(response):
        async for part in response.aiter_raw():
            body += part
            if len(body) > LARGEST_BODY:
                return Reply(0, trouble="an answer that is too large")
    pause = 0.0
    if response.status_code in (429, 503) and "Retry-After" in headers:
        pause = retry.pause(headers["Retry-After"], headers.get("Date", ""), time.time())
    return Reply(response.status_code, bytes(body), pause)


def _why(error: "httpx.TransportError") -> str:
    """What kept two machines from talking, without the words of a library."""
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
