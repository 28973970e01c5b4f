"""A checkpoint is run where it lies: from a seed, without a network or code of its own."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import InputError
from auditor.generate.backends import transformers_local
from auditor.generate.request import Options

REPOSITORY = Path(__file__).parents[2]
TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
# Closes every way out before anything else is imported; then asks, and prints what came as JSON.
ASK = """
import socket, sys
def refuse(*arguments, **named):
    raise SystemExit("a network was asked for")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, refuse)
import asyncio, json
from dataclasses import asdict
from auditor.generate.backends import transformers_local
from auditor.generate.request import Message, Options, Request
from auditor.errors import InputError
folder, requests = sys.argv[1], json.loads(sys.argv[2])
async def main():
    backend = transformers_local.connect(Options(folder))
    await backend.ready()
    import torch
    torch.manual_seed(0)
    before = torch.get_rng_state()
    told = [
        backend.complete(Request(
            (Message("system", "You write."), Message("user", one.pop("user", "Write."))),
            **{"temperature": 1.0, "max_tokens": 200, "seed": 1, **one},
        ))
        for one in requests
    ]
    done = await asyncio.gather(*told, return_exceptions=True)
    assert bool((torch.get_rng_state() == before).all()), "the seed of others was changed"
    await backend.close()
    for one in done:
        print(json.dumps(str(one) if isinstance(one, InputError) else asdict(one)))
asyncio.run(main())
"""


def ask(folder: Path, *requests: dict[str, Any]) -> list[Any]:
    """What came of requests, asked all at once, in a process that cannot reach a network."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(folder), json.dumps(requests)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(folder.parent), "HF_HOME": str(folder.parent / "hub")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def make(folder: Path, template: str = TEMPLATE, more: int = 0) -> Path:
    """A Llama of 35 thousand random weights with a tokenizer of single bytes.

    Some bytes end an answer, so that many end in time; ``more``: tokens besides that are no text.
    """
    import torch
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    signs = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: at for at, sign in enumerate(signs)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = ["<|end|>", *(f"<|more{number}|>" for number in range(more))]
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in names])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=names[0])
    fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(fast), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=512, bos_token_id=None,
        eos_token_id=[*range(8), fast.eos_token_id],
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    assert model.num_parameters() < 60_000
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.mark.slow
def test_one_seed_gives_one_answer_and_another_seed_another(checkpoint: Path) -> None:
    first, again, other, greedy, greedier = ask(
        checkpoint, {}, {}, {"seed": 2}, {"temperature": 0.0}, {"temperature": 0.0, "seed": 2}
    )
    assert (first["finish"], other["finish"]) == ("stop", "stop")
    assert first["text"]
    assert first["text"] != other["text"]
    assert first == again
    assert greedy == greedier
    prompt = "<|system|>You write.\n<|user|>Write.\n<|assistant|>"
    assert first["prompt_tokens"] == len(prompt)

    *turned, cut, long, fits = ask(
        checkpoint,
        {"seed": 2},
        {},
        {"max_tokens": first["completion_tokens"] - 1},
        {"user": "x" * 600},
        {"max_tokens": 10_000, "seed": 3},
    )
    assert turned == [other, first], "nor does the order matter"
    assert (cut["finish"], cut["text"]) == ("length", "")
    assert cut["completion_tokens"] == first["completion_tokens"] - 1
    assert (long["finish"], long["completion_tokens"]) == ("prompt_truncated", None)
    assert fits["prompt_tokens"] + fits["completion_tokens"] <= 512


@pytest.mark.slow
def test_a_prompt_that_ends_in_reasoning(tmp_path: Path) -> None:
    """The opening tag is in the prompt alone, and random words never close it."""
    folder = make(
        tmp_path / "thinking", TEMPLATE.replace("<|assistant|>", "<|assistant|><think>\n")
    )
    (done,) = ask(folder, {})
    assert (done["finish"], done["text"]) == ("unclosed_reasoning", "")
    assert done["reasoning_characters"] > 0
    assert len(done["reasoning_digest"]) == 64


@pytest.mark.slow
def test_a_template_without_a_system_role_and_tokens_that_are_no_text(tmp_path: Path) -> None:
    refuses = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}"
    (done,) = ask(make(tmp_path / "special", refuses + TEMPLATE, more=256), {})
    assert done["prompt_tokens"] == len("<|user|>You write.\n\nWrite.\n<|assistant|>")
    assert (done["finish"], done["text"]) == ("other", "")


@pytest.mark.slow
def test_a_template_that_fails_quotes_nothing(tmp_path: Path) -> None:
    template = "{{ raise_exception(messages[-1].content) }}"
    (told,) = ask(make(tmp_path / "failing", template), {"user": "a secret"})
    assert "does not run, or does not take the messages (TemplateError); copy it again" in told
    assert "secret" not in told


def folder_of(tmp_path: Path, **files: Any) -> Path:
    """What a checkpoint looks like from the outside."""
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    told = {
        "config.json": {"model_type": "llama"},
        "tokenizer_config.json": {"chat_template": TEMPLATE},
        "model.safetensors": "",
        **files,
    }
    for name, content in told.items():
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


INDEX = "model.safetensors.index.json"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"model.safetensors": None, "pytorch_model.bin": ""}, "pickled weights are not read"),
        ({"model.safetensors": None, "model.pt": ""}, "has no .*safetensors"),
        ({"config.json": {"auto_map": {"AutoModel": "x.Y"}}}, r"brings along code \(auto_map"),
        ({"tokenizer_config.json": {"auto_map": {}, "chat_template": "x"}}, "brings along code"),
        ({"custom_generate": ""}, "brings along code"),
        ({"adapter_config.json": {}}, "holds an adapter"),
        ({"config.json": {"transformers_weights": "adapter_model.bin"}}, "names weights that"),
        ({INDEX: {"weight_map": {"a": "pytorch_model.bin"}}}, "names weights that"),
        ({INDEX: {"weight_map": {"a": "../model.safetensors"}}}, "names weights that"),
        ({INDEX: {"weight_map": ["a"]}}, "names weights that"),
        ({"tokenizer_config.json": {}}, "has no chat template"),
        ({"config.json": None}, "config.json: No such file or directory; give the folder"),
        ({"config.json": "{"}, "config.json: not JSON"),
        ({"config.json": "[]"}, "config.json: not a JSON object"),
    ],
)
def test_a_checkpoint_that_must_not_be_loaded(
    tmp_path: Path, files: dict[str, Any], told: str
) -> None:
    """It is refused before any library opens it."""
    folder = folder_of(tmp_path, **files)
    with pytest.raises(InputError, match=told) as error:
        transformers_local.connect(Options(str(folder)))
    assert str(error.value).startswith(str(folder))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory; give the folder"):
        transformers_local.connect(Options(str(tmp_path / "missing")))


def test_it_is_known_by_its_folder_and_its_files(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "README.md").write_text("of no weight", encoding="utf-8")
    first = transformers_local.connect(Options(str(folder))).identity
    assert (first.backend, first.endpoint, first.model) == (
        "transformers_local", "checkpoint", "checkpoint",
    )  # fmt: skip
    assert len(first.revision) == 16
    (folder / "README.md").unlink()
    assert transformers_local.connect(Options(str(folder))).identity == first
    (folder / "model.safetensors").write_text("other", encoding="utf-8")
    assert transformers_local.connect(Options(str(folder))).identity != first
    named = transformers_local.connect(Options(str(folder), model="small", revision="r1"))
    assert (named.identity.model, named.identity.revision) == ("small", "r1")
    assert named.remote is False


def test_a_template_in_a_file_of_its_own(tmp_path: Path) -> None:
    files = {"tokenizer_config.json": {}, "chat_template.jinja": TEMPLATE}
    assert transformers_local.connect(Options(str(folder_of(tmp_path, **files))))


@pytest.mark.slow
def test_weights_that_are_none_are_told(tmp_path: Path) -> None:
    async def load() -> None:
        backend = transformers_local.connect(Options(str(folder_of(tmp_path))))
        try:
            await backend.ready()
        finally:
            await backend.close()

    with pytest.raises(InputError, match=r"checkpoint: does not load \(\w+\); copy it again"):
        asyncio.run(load())
