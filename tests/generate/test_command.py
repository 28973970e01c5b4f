"""`auditor generate` as a user runs it: against a real server that fails on purpose."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., CompletedProcess[bytes]]
Serving = Callable[..., AbstractContextManager[Any]]
FAULTS = {
    "429": 0.06, "429_after": 0.04, "500": 0.05, "503": 0.06, "slow": 0.03, "cut": 0.05,
    "malformed": 0.05, "reasoning_content": 0.05, "reasoning": 0.05, "tags": 0.05,
    "closing_tag": 0.05, "unclosed": 0.05, "length": 0.04, "refusal": 0.05, "empty": 0.04,
    "invalid_json": 0.04,
}  # fmt: skip
LOST = {"refused", "empty", "truncated", "unclosed_reasoning", "malformed"}
PATIENCE = 300  # seconds for what should take two


def given(**options: str) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]


def asking(url: str, drafts: Path, per_label: int | str = 50, **more: str) -> list[str]:
    options = {
        "backend": "openai_compatible", "endpoint": url, "model": "made-up",
        "labels": "F32.1,F41.1,F20.0", "lang": "en,es", "per-label": str(per_label),
        "concurrency": "32", "timeout": "20",
    }  # fmt: skip
    told = {name.replace("_", "-"): value for name, value in more.items()}
    return ["generate", "-o", str(drafts), *given(**(options | told))]


def asked(server: Any) -> tuple[int, int]:
    """Requests for an answer, and for the models."""
    calls = server.calls()
    return calls["chat"], calls["models"]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_300_slots_are_filled_whatever_the_server_does(
    serving: Serving, run: Run, tmp_path: Path
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving(faults=FAULTS, slow=0.5) as server:
        first = run(*asking(server.url, drafts))
        assert first.returncode == 0, first.stderr
        calls, written = asked(server), drafts.read_bytes()
        again = run(*asking(server.url, drafts))
        assert again.returncode == 0, again.stderr
        assert asked(server) == calls, "the second run asked nothing, not even for the models"
        met, most = (server.calls()[told] for told in ("faults", "most"))
    assert drafts.read_bytes() == written
    filled = rows(drafts)
    assert len({row["id"] for row in filled}) == len(filled) == 300
    assert len({row["text"] for row in filled}) == 300
    assert set(FAULTS) == set(met), "every fault was met"
    assert all(cause.encode() in first.stderr for cause in LOST)
    assert most <= 32
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"THOUGHT-MARKER" not in everything, "reasoning is kept nowhere"
    assert b"<think" not in everything
    assert any(row["origin"]["reasoning_characters"] for row in filled)
    assert {row["origin"]["attempt"] for row in filled} >= {1, 2}


@pytest.mark.slow
@pytest.mark.parametrize("after", [20, 90])
def test_a_run_that_is_killed_goes_on_and_asks_nothing_twice(
    serving: Serving, run: Run, tmp_path: Path, after: int
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving(stall_after=after) as server:  # so that the run cannot end before it is killed
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        arguments = asking(server.url, drafts, per_label=30, concurrency="8")
        process = subprocess.Popen([sys.executable, "-m", "auditor", *arguments])
        deadline = time.monotonic() + PATIENCE
        while server.calls()["answered"] < after:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not drafts.exists()
    with serving(port=port) as server:
        assert run(*arguments).returncode == 0
        answered = after + server.calls()["answered"]
    assert 180 <= answered <= 180 + 8, "only what was on its way when it was killed is asked again"
    filled = rows(drafts)
    assert len({row["id"] for row in filled}) == len(filled) == 180
    with serving() as server:
        undisturbed = tmp_path / "undisturbed.jsonl"
        more = asking(server.url, undisturbed, per_label=30)
        assert run(*more).returncode == 0
    assert rows(undisturbed) == filled, "and nothing tells that it was"


@pytest.mark.slow
def test_an_endpoint_that_dies_leaves_what_there_is_and_the_same_command_goes_on(
    serving: Serving, run: Run, hasty: Run, tmp_path: Path
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving(die_after=40) as server:
        arguments = asking(server.url, drafts, per_label=20)
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        done = hasty(*arguments)
    assert done.returncode == 3
    assert b"40 of 120 done" in done.stderr
    assert b"run the same command again" in done.stderr
    kept = rows(drafts)
    assert len(kept) == 40
    with serving(port=port) as server:
        done = run(*arguments)
        assert (done.returncode, server.calls()["answered"]) == (0, 80), done.stderr
    filled = rows(drafts)
    assert len(filled) == 120
    assert all(row in filled for row in kept)


def test_the_store_and_the_drafts_are_what_they_should_be(
    serving: Serving, run: Run, tmp_path: Path
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving(key="s3cret-key") as server:
        done = run(
            *asking(server.url, drafts, per_label=1, api_key_env="THE_KEY"),
            THE_KEY="s3cret-key",
        )
        assert done.returncode == 0, done.stderr
    store = tmp_path / "drafts.jsonl.store.sqlite"
    assert store.stat().st_mode & 0o777 == 0o600
    assert b"s3cret-key" not in store.read_bytes() + drafts.read_bytes() + done.stderr
    first = rows(drafts)[0]
    assert first["id"] == "F32.1-en-0001"
    assert first["label"] == ["F32.1"]
    origin = first["origin"]
    assert (origin["direction"], origin["model"]) == ("label_to_data", "made-up")
    assert (origin["backend"], origin["attempt"]) == ("openai_compatible", 1)
    assert len(origin["prompt_digest"]) == 64


@pytest.mark.parametrize("at_once", ["1", "7"])
def test_the_same_bytes_for_any_number_at_once(
    serving: Serving, run: Run, tmp_path: Path, at_once: str
) -> None:
    few, many = tmp_path / "few.jsonl", tmp_path / "many.jsonl"
    with serving(faults={"length": 0.2, "tags": 0.2}) as server:
        assert run(*asking(server.url, few, per_label=5, concurrency=at_once)).returncode == 0
    with serving(faults={"length": 0.2, "tags": 0.2}) as server:
        assert run(*asking(server.url, many, per_label=5, concurrency="32")).returncode == 0
    assert few.read_bytes() == many.read_bytes()


def test_what_was_recorded_is_replayed_to_the_byte(
    serving: Serving, run: Run, tmp_path: Path
) -> None:
    drafts, recordings = tmp_path / "drafts.jsonl", tmp_path / "recordings.jsonl"
    with serving(faults={"length": 0.2, "unclosed": 0.1}) as server:
        done = run(*asking(server.url, drafts, per_label=5, record=str(recordings)))
        assert done.returncode == 0
    again = tmp_path / "again.jsonl"
    arguments = asking("", again, per_label=5, backend="replay", endpoint=str(recordings))
    assert run(*arguments).returncode == 0
    assert again.read_bytes() == drafts.read_bytes()


def test_caps_are_kept_and_a_higher_one_goes_on(serving: Serving, run: Run, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving() as server:
        done = run(*asking(server.url, drafts, per_label=4, max_requests="10"))
        assert done.returncode == 3
        assert b"--max-requests" in done.stderr
        assert len(rows(drafts)) == 10 == server.calls()["answered"]
        assert run(*asking(server.url, drafts, per_label=4)).returncode == 0
        assert server.calls()["answered"] == 24


def nowhere() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


UNDEFINED = "{% block user %}{{ labels[0].name }} {{ patients.age }}{% endblock %}"
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "a code that is none": ({"labels": "F32.1,F32.77"}, "F32.77"),
    "codes that exclude one another": ({"labels": "F32.1+F31.9"}, "cannot stand together"),
    "a language without words": ({"lang": "en,fr"}, "fr"),
    "a taxonomy that is none": ({"taxonomy": "icd11"}, "icd11"),
    "a backend that is none": ({"backend": "openai"}, "openai_compatible"),
    "an endpoint that is down": ({"endpoint": "DOWN"}, "start the server"),
    "an endpoint off the machine without TLS": ({"endpoint": "http://10.1.2.3/v1"}, "https"),
    "a key that is not there": ({"api_key_env": "NO_SUCH_KEY"}, "NO_SUCH_KEY"),
    "a model that the server has not": ({"model": "other"}, "made-up"),
    "a prompt with an undefined variable": ({"prompt": "UNDEFINED", "lang": "en"}, "patients"),
    "a prompt in one language for two": ({"prompt": "UNDEFINED"}, "own.{lang}.j2"),
    "a prompt that labels": ({"prompt": "label"}, "(there is: report, sentence)"),
    "languages that are none": ({"lang": "EN"}, "--lang 'EN': write en, es or both"),
    "languages without a comma": ({"lang": "en es"}, "write en, es or both as en,es"),
    "a code that is missing": ({"labels": "F32.1+"}, "a code is missing beside '+'"),
    "codes beside a semicolon": ({"labels": "F32.1;F41.1"}, "divide codes by commas"),
    "codes beside a blank": ({"labels": "F32.1 F41.1"}, "divide codes by commas"),
    "a cost without a price": ({"max_cost": "3"}, "--price"),
    "a price below nothing": ({"price": "-1,2"}, "two numbers from 0"),
    "a price that is no number": ({"price": "nan,2"}, "two numbers from 0"),
    "a price without end": ({"price": "1,inf"}, "two numbers from 0"),
    "minutes that are no number": ({"max_minutes": "nan"}, "--max-minutes: not a number"),
    "words the wrong way round": ({"words": "300-100"}, "the lower one first, 100-300"),
    "words that are none": ({"words": "some"}, "--words 'some': write one or two numbers"),
    "no words at all": ({"words": "0-10"}, "write one or two numbers"),
    "a file that is standard output": ({"output": "-"}, "answers are kept beside the output"),
    "a policy for drafts": ({"policy": "nothere"}, "--policy: only --until-accepted judges"),
    "a roster for drafts": ({"roster": "nofile"}, "--roster: only --until-accepted judges"),
    "an index for drafts": ({"index": "nodir"}, "--index: only --until-accepted judges"),
    "a holdout for drafts": ({"holdout": "nofile"}, "--holdout: only --until-accepted judges"),
    "a source that nothing reads": ({"source": "nofile"}, "--source: only --top-up-to"),
    "a consent to nothing": ({"consent": "nofile"}, "--consent: no real text leaves this machine"),
    "a language to label in": (
        {"direction": "data-to-label", "source": "nofile"},
        "--lang: --direction data-to-label",
    ),
    "examples that nobody sees": (
        {"backend": "file", "endpoint": "nofile", "few_shot": "1", "source": "nofile"},
        "--few-shot: --backend file gives texts that are there already",
    ),
    "a prompt that nobody reads": (
        {"backend": "file", "endpoint": "nofile", "prompt": "report"},
        "--prompt: --backend file",
    ),
    "examples without a source": ({"few_shot": "2"}, "--source"),
    "topping up without a source": ({"top_up_to": "5"}, "--per-label"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_before_the_first_request(
    serving: Serving, run: Run, tmp_path: Path, case: str
) -> None:
    options, told = WRONG[case]
    prompt = tmp_path / "own.j2"
    prompt.write_text(UNDEFINED)
    known = {"DOWN": nowhere(), "UNDEFINED": str(prompt)}
    drafts = tmp_path / "drafts.jsonl"
    with serving() as server:
        done = run(*asking(server.url, drafts, **{k: known.get(v, v) for k, v in options.items()}))
        assert server.calls()["chat"] == 0
    assert done.returncode == 2, done.stderr
    assert told in done.stderr.decode()
    assert done.stderr.decode().count("\n") <= 3
    assert not drafts.exists()


def test_a_base_url_needs_no_backend_and_all_else_does(
    serving: Serving, run: Run, tmp_path: Path
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    wanted = ["generate", "-o", str(drafts), *given(labels="F32.1", per_label="1")]
    with serving() as server:
        done = run(*wanted, *given(endpoint=server.url, model="made-up"))
    assert done.returncode == 0, done.stderr
    assert rows(drafts)[0]["origin"]["backend"] == "openai_compatible"
    done = run(*wanted, *given(endpoint=str(drafts)))
    assert done.returncode == 2
    assert b"say with --backend what it is, transformers_local, replay or file" in done.stderr


def test_texts_of_ones_own_say_that_nobody_was_asked(run: Run, tmp_path: Path) -> None:
    texts, drafts = tmp_path / "texts.csv", tmp_path / "drafts.jsonl"
    texts.write_text("no,note,tongue,icd\n1,Paces at night.,en,f411\n2,Wakes.,en,F411\n")
    wanted = given(labels="F41.1", per_label="2", backend="file", endpoint=str(texts))
    columns = given(id_field="no", text_field="note", lang_field="tongue", label_field="icd")
    assert run("generate", *wanted, *columns, "-o", str(drafts)).returncode == 0
    for row in rows(drafts):
        origin = row["origin"]
        assert (origin["direction"], origin["prompt"]) == ("unknown", "")
        assert (origin["prompt_digest"], origin["seed"]) == ("", 0)
    three = given(per_label="3")
    done = run("generate", *wanted, *three, *columns, "-o", str(drafts))
    assert done.returncode == 3
    assert b"2 of 3 done" in done.stderr
    assert b"no_text_left" in done.stderr


def test_what_is_not_topped_up_is_told(serving: Serving, run: Run, tmp_path: Path) -> None:
    source, drafts = tmp_path / "source.jsonl", tmp_path / "drafts.jsonl"
    labels = (["F32.1"], ["G47.00"], ["Unheard of"])
    lines = (
        {"id": str(i), "text": "x", "lang": "en", "label": one} for i, one in enumerate(labels)
    )
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    wanted = given(top_up_to="2", source=str(source), lang="en,es", model="made-up")
    with serving() as server:
        done = run("generate", *wanted, *given(endpoint=server.url), "-o", str(drafts))
        quiet = run("generate", *wanted, *given(endpoint=server.url), "-q", "-o", str(drafts))
    assert (done.returncode, quiet.returncode, quiet.stderr) == (0, 0, b"")
    assert b"not topped up in es, no words: G47.00 (name them with --codes)" in done.stderr
    assert b"not topped up: 1 of the source's labels" in done.stderr
    assert b"Unheard" not in done.stderr
    assert {(*row["label"], row["lang"]) for row in rows(drafts)} == {
        ("F32.1", "en"), ("G47.00", "en"), ("F32.1", "es"),
    }  # fmt: skip


def test_every_tenth_is_told_with_v(serving: Serving, run: Run, tmp_path: Path) -> None:
    with serving(faults={"length": 0.2}) as server:
        done = run(*asking(server.url, tmp_path / "drafts.jsonl", per_label=10), "-v")
    lines = [
        line for line in done.stderr.decode().splitlines() if line.startswith("auditor: drafts")
    ]
    assert 10 <= len(lines) <= 20
    assert lines[-1].startswith("auditor: drafts 60 of 60, ")
    assert done.stderr.decode().count("0 lost") >= 1


def hears_interrupts() -> None:
    """Shells start what runs in the background deaf to them, and tests may be run so."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_what_interrupts_a_run_is_said(serving: Serving, run: Run, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving(stall_after=10) as server:  # so that it cannot end before
        arguments = asking(server.url, drafts, per_label=30, concurrency="4")
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", *arguments],
            stderr=subprocess.PIPE,
            preexec_fn=hears_interrupts,  # noqa: PLW1509  there is one thread
        )
        deadline = time.monotonic() + PATIENCE
        while server.calls()["answered"] < 10:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert told.decode() == (
        "auditor: interrupted; what was answered is kept, the same command goes on\n"
    )


def test_a_base_url_of_nothing_is_a_usage_error(serving: Serving, run: Run, tmp_path: Path) -> None:
    with serving() as server:
        url = server.url.removesuffix("/v1")
        done = run(*asking(url, tmp_path / "drafts.jsonl"))
    assert done.returncode == 2
    assert b"most end in /v1" in done.stderr


def test_the_help_groups_the_options(run: Run) -> None:
    told = run("generate", "--help").stdout.decode()
    for heading in ("What to write:", "Where it goes:", "Who writes:", "Bounds of a run:"):
        assert heading in told
    assert told.index("--labels") < told.index("--endpoint") < told.index("--max-cost")
    assert told.count("--policy NAME|FILE") == 1
    assert "130  interrupted" in told


@pytest.fixture
def consent(tmp_path: Path) -> Callable[..., Path]:
    def written(dataset: str, expires: str) -> Path:
        path = tmp_path / "consent.yaml"
        path.write_text(
            f"dataset: {dataset}\nendpoint: https://models.example.org/v1\n"
            f"approver: Data protection officer\npurpose: a test\nexpires: {expires}\n"
        )
        return path

    return written


@pytest.mark.parametrize("expires", ["2020-01-01", None], ids=["expired", "none at all"])
def test_real_text_does_not_leave_without_consent(
    run: Run, tmp_path: Path, corpus_files: Path, consent: Callable[..., Path], expires: str | None
) -> None:
    from auditor.record import read

    source = corpus_files / "source.jsonl"
    more = {"source": str(source), "few_shot": "1", "labels": "F32.1", "lang": "en"}
    if expires:
        more["consent"] = str(consent(read(str(source)).digest, expires))
    done = run(*asking("https://models.example.org/v1", tmp_path / "drafts.jsonl", **more))
    assert done.returncode == 2
    assert (b"expired" if expires else b"consent") in done.stderr
    assert b"example.org" not in done.stderr or b"Traceback" not in done.stderr


def test_examples_are_shown_to_the_own_machine(
    serving: Serving, run: Run, tmp_path: Path, corpus_files: Path
) -> None:
    drafts = tmp_path / "drafts.jsonl"
    more = {"source": str(corpus_files / "source.jsonl"), "few_shot": "2"}
    with serving() as server:
        done = run(*asking(server.url, drafts, labels="F32.1", lang="en", per_label=3, **more))
    assert done.returncode == 0, done.stderr
    assert {row["origin"]["direction"] for row in rows(drafts)} == {"few_shot"}
    shown = rows(corpus_files / "source.jsonl")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("drafts*"))
    assert not any(row["text"].encode() in kept for row in shown), "prompts are kept nowhere"


def test_proxies_are_not_looked_at(serving: Serving, run: Run, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts.jsonl"
    with serving() as server:
        done = run(
            *asking(server.url, drafts, per_label=1),
            HTTP_PROXY=nowhere(), ALL_PROXY=nowhere(), http_proxy=nowhere(), NO_PROXY="",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_recordings_only_grow_and_replace_nothing_else(
    serving: Serving, run: Run, tmp_path: Path
) -> None:
    drafts, recordings = tmp_path / "drafts.jsonl", tmp_path / "recordings.jsonl"
    with serving() as server:
        arguments = [*asking(server.url, drafts, per_label=1), f"--record={recordings}"]
        assert run(*arguments).returncode == 0
        before = recordings.read_text("utf-8").splitlines()
        more = [part.replace("F20.0", "F33.1") for part in arguments]
        (tmp_path / "drafts.jsonl.store.sqlite").unlink()
        assert run(*more).returncode == 0
        assert set(before) < set(recordings.read_text("utf-8").splitlines())
        mine = tmp_path / "mine.jsonl"
        mine.write_text('{"id": "1"}\n')
        wrong = [*asking(server.url, drafts, per_label=1), f"--record={mine}"]
        assert run(*wrong).returncode == 2
    assert mine.read_text() == '{"id": "1"}\n'
