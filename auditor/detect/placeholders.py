"""Values that are set aside for examples, and can be nobody's.

Whether they are let through is for the policy to say: a generator that invents a number rarely
invents one of these, but whoever writes test data does.
"""

import ipaddress
import re

from auditor.detect.hit import Hit

# RFC 2606 and 6761: names under which nothing is ever reached.
HOST = re.compile(
    r"(?:^|[@/.])(?:[\w-]{1,63}\.)*(?:example(?:\.(?:com|net|org|edu))?|invalid|test|localhost)"
    r"(?=$|[/:?#])",
    re.IGNORECASE,
)
FICTION_PHONE = re.compile(r"(?:\+?1)?(?:[2-9]\d\d)?55501\d\d")  # for fiction, by the NANPA
ADDRESSES = [  # RFC 5737, RFC 3849
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
NUMBERS = frozenset(
    [
        *("000000000", "078051120", "123456789", "219099999", "999999999"),  # printed on cards
        *("4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556"),
        *("5555555555554444", "5105105105105100", "2223003122003222", "378282246310005"),
        *("371449635398431", "6011111111111117", "30569309025904", "3530111333300000"),
        *("12345678Z", "00000000T", "X0000000T", "ES9121000418450200051332"),  # of specimens
        *("GB29NWBK60161331926819", "1234567893", "9999999999", "4010232137"),
    ]
)
DOE = re.compile(
    r"(?:(?:mrs?|ms|dr)\.?\s)?(?:john|jane|baby|johnny)(?:\s\w\.?)?\sdoe", re.IGNORECASE
)


def placeholder(hit: Hit, text: str) -> bool:
    """Whether the value of a hit is set aside for examples, tests or fiction."""
    value = text[hit.start : hit.end].strip()
    if hit.label in ("EMAIL", "URL"):
        return _example_host(value)
    if hit.label == "IP":
        return _example_address(value)
    if hit.label == "NAME":
        return DOE.fullmatch(value) is not None
    compact = "".join(c for c in value if c.isalnum() or c == "+")
    if hit.label == "PHONE":
        return FICTION_PHONE.fullmatch(re.split(r"(?i)ext|x", compact)[0]) is not None
    return hit.label == "ID" and compact.upper() in NUMBERS


def _example_host(value: str) -> bool:
    """The host alone decides: what stands before an @ or behind a slash is free."""
    host = re.sub(r"^\w{1,10}://", "", value).partition("/")[0].rpartition("@")[2]
    return HOST.search(host.partition(":")[0].rstrip(".")) is not None


def _example_address(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return any(address in net for net in ADDRESSES if net.version == address.version)
