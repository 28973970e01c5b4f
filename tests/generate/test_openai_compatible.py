"""The HTTP backend against a real server that refuses, fails, dawdles, lies and redirects."""

import asyncio
import hashlib
import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import CannotMeasure, EndpointFailed, InputError
from auditor.generate import chat_protocol, retry
from auditor.generate.asking import each
from auditor.generate.backends import openai_compatible
from auditor.generate.caps import CapReached, Caps
from auditor.generate.completion import Completion
from auditor.generate.request import Message, Options, Request
from auditor.generate.session import Session, Writer

Serving = Callable[..., AbstractContextManager[Any]]
CANARY = "PROMPT-CANARY"
SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "kind": {"enum": ["a", "b"]}},
    "required": ["text", "kind"],
    "additionalProperties": False,
}


def asked(number: int = 0, schema: str = "") -> Request:
    content = f"Write record {number}. {CANARY}"
    return Request((Message("user", content),), 0.7, 200, seed=number, schema=schema)


def talk(
    url: str, what: Callable[[openai_compatible.ChatServer], Awaitable[Any]], **options: Any
) -> Any:
    """What comes of a conversation; ``time`` may replace the clock, and chance is always 1/2."""
    time = options.pop("time", None)
    passing = {"clock": time.clock, "sleep": time.sleep} if time else {}

    async def run() -> Any:
        options.setdefault("model", "made-up")
        backend = openai_compatible.connect(Options(url, **options), draw=lambda: 0.5, **passing)
        try:
            return await what(backend)
        finally:
            await backend.close()

    return asyncio.run(run())


def complete(url: str, request: Request | None = None, **options: Any) -> Completion:
    answer: Completion = talk(url, lambda b: b.complete(request or asked()), **options)
    return answer


def ready(url: str, **options: Any) -> None:
    talk(url, lambda b: b.ready(), **options)


@pytest.fixture(scope="module")
def plain(serving: Serving) -> Iterator[Any]:
    with serving() as server:
        yield server


def test_an_answer(plain: Any) -> None:
    answer = complete(plain.url)
    assert answer.finish == "stop"
    assert len(answer.text.split()) > 50
    assert answer.model == "made-up"
    assert answer.fingerprint == "fp_made_up"
    assert answer.prompt_tokens == asked().characters // 4 + 1
    assert answer.completion_tokens == len(answer.text) // 4 + 1
    assert (answer.reasoning_characters, answer.reasoning_digest) == (0, "")
    assert complete(plain.url) == answer
    assert complete(plain.url, asked(1)) != answer


def test_who_is_asked(plain: Any) -> None:
    async def told(backend: openai_compatible.ChatServer) -> Any:
        return backend.identity, backend.remote

    identity, remote = talk(plain.url + "/", told, revision="abc")
    assert (identity.backend, identity.endpoint) == ("openai_compatible", plain.url)
    assert (identity.model, identity.revision, remote) == ("made-up", "abc", False)
    assert talk("https://models.example/v1", told)[1] is True


def test_a_schema_is_sent_and_a_server_that_knows_none_is_asked_without(serving: Serving) -> None:
    schema = json.dumps(SCHEMA)
    with serving() as server:
        answer = json.loads(complete(server.url, asked(schema=schema)).text)
        assert answer.keys() == {"text", "kind"}
        assert answer["kind"] in ("a", "b")
        assert server.calls()["structured"] == 1
    with serving(schemas=False) as server:

        async def three(backend: openai_compatible.ChatServer) -> None:
            for number in range(3):
                assert (await backend.complete(asked(number, schema))).text

        talk(server.url, three)
        calls = server.calls()
        # The first is asked with and without one, and so is the second, since it may be chance.
        assert (calls["structured"], calls["answered"], calls["chat"]) == (2, 3, 5)


def test_a_request_refused_with_and_without_a_schema_says_nothing_of_schemas(
    serving: Serving,
) -> None:
    with serving(faults={"400": 1.0}) as server:

        async def twice(backend: openai_compatible.ChatServer) -> None:
            request = asked(schema=json.dumps(SCHEMA))
            with pytest.raises(EndpointFailed, match=r"\(400\); check that the model"):
                await backend.complete(request)
            assert json.loads((await backend.complete(request)).text)

        talk(server.url, twice)
        calls = server.calls()
        assert (calls["structured"], calls["chat"], calls["faults"]) == (3, 5, {"400": 4})


def test_a_hosted_model_that_reasons_is_asked_in_its_own_dialect(serving: Serving) -> None:
    with serving(newer=True) as server:

        async def three(backend: openai_compatible.ChatServer) -> None:
            for number in range(3):
                assert (await backend.complete(asked(number))).text

        talk(server.url, three)
        calls = server.calls()
        assert (calls["answered"], calls["chat"], calls["warm"]) == (3, 5, 2)


@pytest.mark.parametrize("refused", [(1, 2), (2, 3), (2, 4, 6), (1, 2, 5, 7)])
def test_refusals_by_accident_change_no_dialect(serving: Serving, refused: tuple[int, ...]) -> None:
    """However they fall, later answers are to a temperature, a length and a schema."""
    with serving(refused=refused) as server:

        async def ten(backend: openai_compatible.ChatServer) -> None:
            for number in range(10):
                assert (await backend.complete(asked(number, json.dumps(SCHEMA)))).text
            before = server.calls()
            for number in range(10, 13):
                assert (await backend.complete(asked(number, json.dumps(SCHEMA)))).text
            calls = server.calls()
            for kind in ("chat", "structured", "warm", "answered"):
                assert calls[kind] == before[kind] + 3

        talk(server.url, ten)


def test_a_dialect_is_settled_by_many_at_once(serving: Serving) -> None:
    with serving(newer=True, schemas=False, latency=0.02) as server:

        async def many(backend: openai_compatible.ChatServer) -> None:
            schema = json.dumps(SCHEMA)
            await asyncio.gather(*(backend.complete(asked(n, schema)) for n in range(60)))
            before = server.calls()["chat"]
            await asyncio.gather(*(backend.complete(asked(n, schema)) for n in range(60, 80)))
            assert server.calls()["chat"] == before + 20

        talk(server.url, many, concurrency=8)
        assert server.calls()["answered"] == 80


def test_what_is_sent_again_counts_towards_the_cap_on_requests(
    serving: Serving, tmp_path: Path
) -> None:
    with serving(faults={"503": 0.3, "cut": 0.3}, schemas=False) as server:
        options = Options(server.url, "made-up", concurrency=4)
        writer = Writer("openai_compatible", options, Caps(requests=30), tmp_path / "store.sqlite")
        with Session(writer, None) as session:
            answered = 0

            async def many() -> None:
                nonlocal answered
                questions = (asked(number, json.dumps(SCHEMA)) for number in range(40))
                async with aclosing(each(session.asker, questions, 4)) as done:
                    async for _ in done:
                        answered += 1

            with pytest.raises(CapReached, match="--max-requests"):
                session.run(many())
            calls = server.calls()
            assert calls["chat"] == session.asker.spent.requests == 30
            assert 0 < answered == calls["answered"] < 20


TRANSIENT = ("429", "500", "502", "503", "504", "cut", "hang_up", "malformed", "no_choices", "huge")


@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_passes_is_asked_again(serving: Serving, time: Any, kind: str) -> None:
    with serving(faults={kind: 1.0}, times=2) as server:
        assert complete(server.url, time=time).finish == "stop"
        calls = server.calls()
    assert (calls["chat"], calls["faults"][kind]) == (3, 2)
    assert time.waits == [0.25, 0.5], "half of a bound that doubles"


def test_an_answer_that_takes_too_long_is_asked_again(serving: Serving, time: Any) -> None:
    with serving(faults={"slow": 1.0}, slow=30.0) as server:
        assert complete(server.url, time=time, timeout=1.0).text
        assert server.calls()["faults"] == {"slow": 1}


@pytest.mark.parametrize("kind", ["429_after", "429_date", "503_after"])
def test_a_pause_is_kept(serving: Serving, time: Any, kind: str) -> None:
    with serving(faults={kind: 1.0}, retry_after=40) as server:
        assert complete(server.url, time=time).text
    assert time.now == pytest.approx(1040.0)


def test_a_pause_is_kept_by_all(
    serving: Serving, time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request is sent within it, whichever was told of it."""
    with serving(faults={"429_after": 0.3}, retry_after=40) as server:

        async def many(backend: openai_compatible.ChatServer) -> list[float]:
            sent: list[float] = []
            send = backend._server.ask

            async def noted(*arguments: Any) -> Any:
                sent.append(time.now)
                reply = await send(*arguments)
                if reply.pause:
                    sent.append(-time.now)
                return reply

            monkeypatch.setattr(backend._server, "ask", noted)
            for number in range(30):
                await backend.complete(asked(number))
            return sent

        sent = talk(server.url, many, time=time)
        refused = server.calls()["faults"]["429_after"]
    assert refused > 3
    for at, following in pairwise(sent):
        assert at > 0 or following >= -at + 40


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("503", "503"),
        ("malformed", "no chat completion"),
        ("huge", "an answer that is too large"),
        ("cut", "the connection was cut"),
    ],
)
def test_what_does_not_pass_ends_the_run(serving: Serving, time: Any, kind: str, told: str) -> None:
    with serving(faults={kind: 1.0}, times=1000) as server:
        with pytest.raises(EndpointFailed) as caught:
            complete(server.url, time=time)
        assert server.calls()["chat"] == retry.TRIES
        assert str(caught.value) == (
            f"{server.url}: stopped answering ({told}, 8 tries); "
            "run the same command again to go on"
        )


def test_a_busy_server_is_given_more_time_than_a_broken_one(serving: Serving, time: Any) -> None:
    with serving(faults={"429": 1.0}, times=1000) as server:
        with pytest.raises(EndpointFailed, match=r"\(429, 30 tries\)"):
            complete(server.url, time=time)
        assert server.calls()["chat"] == retry.REFUSALS > retry.TRIES


def test_waits_have_an_end_in_all(serving: Serving, time: Any) -> None:
    with serving(faults={"429_after": 1.0}, times=1000, retry_after=9_999) as server:
        with pytest.raises(EndpointFailed, match="stopped answering"):
            complete(server.url, time=time, timeout=1.0)
        assert server.calls()["chat"] < 6
    assert time.now - 1000 <= retry.TRIES * 1.0 + retry.ALL_WAITS


@pytest.mark.parametrize(
    ("faults", "told", "asked_in"),
    [
        ({"redirect": 1.0}, r"sends elsewhere \(307\), and redirects are off; give the address", 1),
        ({"400": 1.0}, r"refuses the request \(400\); check that the model takes prompts", 2),
    ],
)
def test_what_asking_again_cannot_mend_is_not_asked_again(
    serving: Serving, faults: Any, told: str, asked_in: int
) -> None:
    with serving(faults=faults, times=1000) as server:
        with pytest.raises(EndpointFailed, match=told):
            complete(server.url)
        assert server.calls()["chat"] == asked_in, "dialects of the protocol"


def test_a_wrong_base_url(plain: Any) -> None:
    with pytest.raises(EndpointFailed, match=r"\(404\); check the model and .* most end in /v1"):
        complete(plain.url.removesuffix("/v1"))


def test_a_base_url_at_which_there_is_nothing_is_the_users_to_mend(plain: Any) -> None:
    async def after_a_look(backend: openai_compatible.ChatServer) -> None:
        await backend.ready()
        await backend.complete(asked())

    told = r"has neither /models nor /chat/completions \(404\); .* most end in /v1"
    with pytest.raises(InputError, match=told):
        talk(plain.url.removesuffix("/v1"), after_a_look)


def test_a_server_that_answered_before_has_the_right_base_url(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def twice(backend: openai_compatible.ChatServer) -> None:
        await backend.ready()
        assert (await backend.complete(asked())).text
        monkeypatch.setattr(backend._server, "_base", server.url.removesuffix("/v1"))
        await backend.complete(asked(1))

    with serving(models=None) as server, pytest.raises(EndpointFailed, match=r"\(404\)"):
        talk(server.url, twice)


@pytest.mark.parametrize("shape", ["reasoning_content", "reasoning", "tags", "closing_tag"])
def test_reasoning_is_cut_off(serving: Serving, chat_server: Any, shape: str) -> None:
    with serving(faults={shape: 1.0}) as server:
        answer, again = (complete(server.url) for _ in range(2))
        assert server.calls()["faults"] == {shape: 1}
    thought = chat_server.THOUGHT
    assert answer.text == again.text
    assert answer.reasoning_characters == len(thought)
    assert answer.reasoning_digest == hashlib.sha256(thought.encode()).hexdigest()
    assert again.reasoning_characters == 0
    assert "MARKER" not in repr(answer) + answer.text


@pytest.mark.parametrize(
    ("kind", "finish"),
    [
        ("unclosed", "unclosed_reasoning"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("prompt_truncated", "prompt_truncated"),
        ("empty", "stop"),
    ],
)
def test_an_answer_that_cannot_be_used_has_a_cause_and_no_text(
    serving: Serving, kind: str, finish: str
) -> None:
    with serving(faults={kind: 1.0}) as server:
        answer = complete(server.url)
        assert (answer.finish, answer.text) == (finish, "")
        assert complete(server.url).text, "a fault is met once"


def test_never_more_at_once_than_allowed(serving: Serving) -> None:
    """Failures and refusals included; the server counts."""
    faults = {"429": 0.1, "503": 0.1, "cut": 0.1, "malformed": 0.1}
    with serving(faults=faults, latency=0.05) as server:

        async def many(backend: openai_compatible.ChatServer) -> Any:
            return await asyncio.gather(*(backend.complete(asked(n)) for n in range(120)))

        answers = talk(server.url, many, concurrency=7)
        calls = server.calls()
    assert len({answer.text for answer in answers}) == 120
    assert calls["answered"] == 120
    assert calls["chat"] == 120 + sum(calls["faults"].values())
    assert set(calls["faults"]) == set(faults)
    assert 1 < calls["most"] <= 7
    assert calls["connections"] <= 7 + calls["faults"]["cut"] + 1


def test_connections_are_used_again_after_a_timeout(serving: Serving, time: Any) -> None:
    with serving(faults={"slow": 0.2}, slow=20.0) as server:

        async def many(backend: openai_compatible.ChatServer) -> Any:
            return [await backend.complete(asked(number)) for number in range(12)]

        talk(server.url, many, time=time, timeout=0.7)
        calls = server.calls()
    assert calls["faults"]["slow"] > 0
    given_up = calls["chat"] - 12
    assert calls["connections"] <= 1 + given_up + 1, "and one to count them"


def test_a_call_that_is_given_up_leaves_its_place(plain: Any) -> None:
    async def run(backend: openai_compatible.ChatServer) -> None:
        given_up = [asyncio.create_task(backend.complete(asked(n))) for n in range(5)]
        await asyncio.sleep(0.01)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        assert (await backend.complete(asked(9))).text
        assert backend._admission.under_way == 0

    talk(plain.url, run, concurrency=2)


def test_a_server_that_dies_and_comes_back(serving: Serving, time: Any) -> None:
    with serving(die_after=2) as server:
        port = int(server.url.split(":")[2].split("/")[0])

        async def three(backend: openai_compatible.ChatServer) -> None:
            await backend.complete(asked(0))
            await backend.complete(asked(1))
            with pytest.raises(EndpointFailed, match="nobody answers there, 8 tries"):
                await backend.complete(asked(2))
            with serving(port=port):
                assert (await backend.complete(asked(2))).text

        talk(server.url, three, time=time)


def test_the_key_is_sent_and_never_told(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, time: Any
) -> None:
    monkeypatch.setenv("MADE_UP_KEY", " sk-canary-key\n")
    monkeypatch.setenv("WRONG_KEY", "sk-wrong-canary")
    with serving(key="sk-canary-key", faults={"503": 0.5}) as server:
        ready(server.url, key_variable="MADE_UP_KEY")
        assert complete(server.url, key_variable="MADE_UP_KEY", time=time).text
        assert server.calls()["answered"] == 1
        for attempt in (ready, complete):
            for variable in ("WRONG_KEY", ""):
                with pytest.raises((InputError, EndpointFailed), match="key") as caught:
                    attempt(server.url, key_variable=variable)
                assert "canary" not in "".join(told(caught.value))
        assert server.calls()["unauthorized"] == 4

    async def shown(backend: openai_compatible.ChatServer) -> str:
        return repr(backend) + repr(vars(backend))

    with serving() as server:
        told_of_itself = talk(server.url, shown, key_variable="MADE_UP_KEY")
    assert "ChatServer" in told_of_itself
    assert "canary" not in told_of_itself


def told(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{error!s} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("kind", ["503", "400", "redirect", "malformed", "cut", "huge"])
def test_no_message_holds_what_was_asked_or_answered(
    serving: Serving, time: Any, kind: str
) -> None:
    plan = {"faults": {kind: 1.0}, "times": 1000}
    with serving(**plan) as server, pytest.raises(EndpointFailed) as caught:
        complete(server.url, time=time)
    message = "".join(told(caught.value))
    assert CANARY not in message
    assert "The pat" not in message
    assert "\n" not in str(caught.value)
    assert CANARY not in repr(asked())


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, "holds no key; set it"), ("  ", "holds no key; set it"), ("a b-canary", "a text"),
     ("añb-canary", "a text"), ("a\nb-canary", "a text")],
)  # fmt: skip
def test_a_variable_without_a_key(
    monkeypatch: pytest.MonkeyPatch, value: str | None, told: str
) -> None:
    monkeypatch.delenv("MADE_UP_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("MADE_UP_KEY", value)
    with pytest.raises(InputError, match=f"MADE_UP_KEY: .*{told}") as caught:
        ready("http://127.0.0.1:9/v1", key_variable="MADE_UP_KEY")
    assert "canary" not in str(caught.value)


def test_a_missing_model_or_library(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="--model: missing"):
        ready("http://127.0.0.1:9/v1", model="")
    with pytest.raises(InputError, match="encrypted"):
        ready("http://models.example/v1")
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(CannotMeasure, match=r"pip install 'auditor\[generate\]'"):
        ready("http://127.0.0.1:9/v1")


def test_ready_asks_for_the_models_only(serving: Serving) -> None:
    with serving(models=("other", "made-up:latest")) as server:
        ready(server.url)
        assert (server.calls()["models"], server.calls()["chat"]) == (1, 0)
    with serving(models=None) as server:  # not every server has this page
        ready(server.url)
        assert server.calls()["chat"] == 0
    with serving(models=()) as server:
        ready(server.url)
        assert server.calls()["models"] == 1


def test_a_model_that_the_server_does_not_have(serving: Serving) -> None:
    names = ["m" * 100, "two\nlines\x1b[2J", "c", "d", "e", "f-is-the-sixth"]
    why = "has no model made-up; it has"
    with serving(models=names) as server, pytest.raises(InputError, match=why) as caught:
        ready(server.url)
    message = str(caught.value)
    assert f" {'m' * 60}, twolines[2J, c, d, e" in message
    assert message.isprintable()
    assert "sixth" not in message


def test_nobody_there() -> None:
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9/v1: nobody answers there; check"):
        ready("http://127.0.0.1:9/v1")


def test_no_such_name() -> None:
    with pytest.raises(InputError, match=r"no machine has this name|nobody answers there"):
        ready("https://nowhere.invalid/v1", timeout=20.0)


def test_no_encryption_there(plain: Any) -> None:
    with pytest.raises(InputError, match="its certificate or encryption is not valid"):
        ready(plain.url.replace("http:", "https:"))


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate with openssl")
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """The text is not sent, and the same certificate is fine once this machine trusts it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    got: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            got.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(listen, "localhost", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        backend = openai_compatible.connect(Options(f"https://localhost:{port}/v1", "made-up"))
        try:
            await backend.ready()
        finally:
            await backend.close()
            server.close()
            await server.wait_closed()

    with pytest.raises(InputError, match="its certificate or encryption is not valid"):
        asyncio.run(run())
    assert got == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        asyncio.run(run())
    assert got[0].startswith(b"GET /v1/models ")


def test_proxy_variables_are_not_read(plain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    ready(plain.url)
    assert complete(plain.url).text


def test_starting_up_does_not_pay_for_http() -> None:
    program = (
        "import sys; from auditor.generate.backends import openai_compatible; "
        "sys.exit('httpx' in sys.modules or 'certifi' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"choices": []}', b'{"choices": {}}',
        b'{"choices": [1]}', b'{"choices": [{}]}', b'{"choices": [{"message": []}]}',
        b'{"choices": [{"message": {"content": 7}}]}', b'{"choices": [{"message": {}}]}',
        b'{"choices": [{"message": {"content": ["parts"]}}]}', b"9" * 5000,
    ],
)  # fmt: skip
def test_bodies_that_are_no_answer(body: bytes) -> None:
    assert chat_protocol.completion(body, asked()) is None
    assert chat_protocol.models(body) == []


def test_what_a_server_says_of_itself_is_kept_as_a_name() -> None:
    choice = {"message": {"content": "ok \ud800 fine"}, "finish_reason": ["stop"]}
    body = {
        "choices": [choice],
        "model": "a model <b>\n" + "x" * 500,
        "system_fingerprint": {"no": "name"},
        "usage": {"prompt_tokens": True, "completion_tokens": -4},
    }
    answer = chat_protocol.completion(json.dumps(body).encode(), asked())
    assert answer is not None
    assert answer.model == ("amodelb" + "x" * 500)[:120]
    assert (answer.fingerprint, answer.finish) == ("", "other")
    assert (answer.prompt_tokens, answer.completion_tokens) == (None, None)
    assert answer.text.encode(), "half a surrogate pair could not be written"
    assert answer.text.startswith("ok ")
    assert answer.text.endswith(" fine")


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("stop", "stop"), ("eos", "stop"), ("length", "length"), ("max_tokens", "length"),
     ("content_filter", "content_filter"), ("tool_calls", "other"), (None, "other")],
)  # fmt: skip
def test_why_a_model_stopped(reason: str | None, finish: str) -> None:
    body = {"choices": [{"message": {"content": "Text."}, "finish_reason": reason}]}
    answer = chat_protocol.completion(json.dumps(body).encode(), asked())
    assert answer is not None
    assert answer.finish == finish
    assert answer.text == ("Text." if finish in ("stop", "other") else "")


def test_reasoning_without_an_answer_is_not_an_answer() -> None:
    for told in ({"content": None, "reasoning": "Hm."}, {"content": "", "reasoning_content": "Hm"}):
        body = {"choices": [{"message": told, "finish_reason": "length"}]}
        answer = chat_protocol.completion(json.dumps(body).encode(), asked())
        assert answer is not None
        assert (answer.finish, answer.text) == ("unclosed_reasoning", "")
        assert answer.reasoning_characters > 0


def test_a_prompt_may_hold_anything() -> None:
    request = Request((Message("user", 'half a pair \ud800, "quotes", ñ, \0'),), 0.0, 1, seed=0)
    sent = chat_protocol.body("m", request, chat_protocol.DIALECTS[1])
    assert sent.isascii()
    assert json.loads(sent)["messages"][0]["content"] == request.messages[0].content


def test_a_prompt_that_alone_is_refused_does_not_end_the_others(
    serving: Serving, chat_server: Any
) -> None:
    """As a hosted filter does it: the server is well, and this prompt is not let through."""
    with serving(faults={"400": 0.3}, times=1000) as server:

        async def ten(backend: openai_compatible.ChatServer) -> list[Completion]:
            backend._has_answered = True
            return [await backend.complete(asked(number)) for number in range(10)]

        answers = talk(server.url, ten)
        assert {answer.finish for answer in answers} == {"stop", "content_filter"}
        assert all(answer.text or answer.finish == "content_filter" for answer in answers)


@pytest.mark.parametrize(
    "url", ["https://[:::]/v1", "https://[1.2.3.4]/v1", "https://xn--a/v1", "https://999.1.1.1/v1"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InputError, match="--endpoint"):
        openai_compatible.connect(Options(url, "made-up"))
