"""Start-up: how long `auditor --help` takes beside a Python that does nothing.

python benchmarks/start_time.py
"""

import json
import statistics
import subprocess
import sys
import time

from corpora import RESULTS
from readme import write

ROUNDS = 15


def main() -> None:
    """Times both in turn, and writes the medians."""
    help_times, bare_times = [], []
    for _ in range(ROUNDS):
        help_times.append(seconds("-m", "auditor", "--help"))
        bare_times.append(seconds("-c", "pass"))
    result = {
        "seconds_help": round(statistics.median(help_times), 3),
        "seconds_bare_python": round(statistics.median(bare_times), 3),
    }
    (RESULTS / "start_time.json").write_text(json.dumps(result, indent=2) + "\n")
    told = (
        f"`auditor --help` answers in {result['seconds_help']} s "
        f"(a Python that does nothing: {result['seconds_bare_python']} s; medians of {ROUNDS})."
    )
    write("start", told)
    print(told)


def seconds(*arguments: str) -> float:
    """Wall-clock seconds of one Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
