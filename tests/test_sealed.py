"""A sealed folder: the same bytes come back or nothing does, also after a kill -9."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor import sealed

REPOSITORY = Path(__file__).parents[1]

# Replaces an index of one source by that of another, and is killed when it has synced so often.
KILLED = """
import os
import signal
import sys
from pathlib import Path
import numpy as np
from auditor import sealed
folder, after = Path(sys.argv[1]), int(sys.argv[2])
fsync = os.fsync
def counted(descriptor):
    global after
    after -= 1
    if after < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(descriptor)
os.fsync = counted
sealed.write(folder, {"who": "new"}, {"a": {"x": np.arange(9)}, "b": {"x": np.ones(2)}}, b"key")
"""


def test_a_process_killed_at_any_step_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    seen = []
    for steps in range(7):
        target = tmp_path / str(steps) / "kept"
        sealed.write(target, {"who": "old"}, {"a": {"x": np.arange(3)}}, b"key")
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(target), str(steps)], cwd=REPOSITORY, check=False
        )
        told = sealed.manifest(target)
        sealed.verify(told, b"key")
        read = {part: sealed.read(target, told, part, b"key") for part in sealed.parts(told)}
        assert set(read) == ({"a"} if told["who"] == "old" else {"a", "b"})
        assert len(read["a"]["x"]) == (3 if told["who"] == "old" else 9)
        seen.append((told["who"], done.returncode))
    assert seen[0] == ("old", -signal.SIGKILL)
    assert seen[-1] == ("new", 0)
    assert ("new", -signal.SIGKILL) in seen


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40))
def test_what_is_masked_comes_back(data: bytes, key: bytes) -> None:
    masked = sealed._mask(data, key)
    assert sealed._unmask(masked, key) == data
    assert sealed._mask(data, key) == masked
    assert len(data) < 8 or data not in masked
    assert len(data) < 8 or sealed._unmask(masked, key + b"2") != data


def test_equal_beginnings_are_masked_apart() -> None:
    one, other = (sealed._mask(bytes(64) + end, b"key")[sealed.NONCE :] for end in (b"a", b"b"))
    assert one[:8] != other[:8]
