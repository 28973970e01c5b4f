"""How long to wait before a request is sent again, and when to give it up."""

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

TRIES = 8  # that failed: an error of the server, no answer, an answer that cannot be read
REFUSALS = 30  # "too many requests" is no failure: the server is well and will have time
FIRST_WAIT = 0.5  # seconds
LONGEST_WAIT = 30.0
LONGEST_PAUSE = 300.0  # a server that asks for more is asked again after this
ALL_WAITS = 900.0  # seconds that one request may wait in all, besides its tries


def backoff(times: int, draw: Callable[[], float]) -> float:
    """Seconds to wait after the ``times``-th failure in a row, ``times`` from 1.

    Drawn from the whole range below a bound that doubles ("full jitter"): clients that failed
    together do not come back together.
    """
    return draw() * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(times - 1, 16))


def pause(retry_after: str, date: str, now: float) -> float:
    """Seconds that a server asks to wait, from 0 to ``LONGEST_PAUSE``; 0 when it does not say.

    ``retry_after`` is the header of that name, seconds or an HTTP date; ``date`` the header Date of
    the same answer, by whose clock it is meant; ``now`` the seconds since 1970 where that is none.
    """
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]*)?", retry_after, re.ASCII):
        seconds = float(retry_after)
    elif until := _instant(retry_after):
        seconds = until - (_instant(date) or now)
    else:
        seconds = 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _instant(date: str) -> float:
    """Seconds since 1970; 0 for what is no HTTP date."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return 0.0
