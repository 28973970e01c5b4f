"""Which addresses may be asked: what is safe to send to, and safe to write into a record.

Nothing is looked up here. A name that merely resolves to this machine today may be another's
tomorrow, so only literal addresses and the name ``localhost`` count as this machine.
"""

import re
from dataclasses import dataclass

from auditor.errors import InputError

# Narrower than the standard: whatever two parsers could read differently is no address here.
URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])"
    r"(?P<port>:[0-9]{1,5})?"
    r"(?P<path>(?:/[a-z0-9._~+-]*)*)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A base URL without a slash at its end, and whether it is this machine."""

    url: str
    loopback: bool


def check(url: str, place: str) -> Endpoint:
    """The endpoint that a URL names.

    Raises InputError, which names ``place`` and does not quote the URL, when it is no plain HTTP
    address, when it holds what may be a key, and when text would leave this machine without TLS.
    """
    for sign, what in (("@", "a user or password"), ("?", "a query"), ("#", "a fragment")):
        if sign in url:
            raise InputError(
                f"{place}: holds {what}, which would end up in records; "
                "leave it out and name the key's environment variable"
            )
    found = URL.fullmatch(url)
    if not found or int((found["port"] or ":1")[1:]) not in range(1, 65536):
        raise InputError(f"{place}: not an HTTP address; write it like https://host:8000/v1")
    scheme, host = found["scheme"].lower(), found["host"].lower()
    loopback = _is_loopback(host)
    if scheme == "http" and not loopback:
        raise InputError(
            f"{place}: text may leave this machine encrypted only; "
            "write https://, or use a server on 127.0.0.1, ::1 or localhost; or forward it: "
            "ssh -L 8000:localhost:8000 HOST, and give http://127.0.0.1:8000/v1"
        )
    base = f"{scheme}://{host}{found['port'] or ''}{found['path']}"
    return Endpoint(base.rstrip("/"), loopback)


def _is_loopback(host: str) -> bool:
    from ipaddress import IPv4Address, IPv6Address, ip_address

    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    if isinstance(address, IPv4Address):
        return address.is_loopback
    return address == IPv6Address("::1")
