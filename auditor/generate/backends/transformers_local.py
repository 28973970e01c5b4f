"""A checkpoint in a folder of this machine, run here: nothing is sent or fetched.

The weights have to be safetensors, since a pickle runs code when it is read; code that a checkpoint
brings along is refused for the same reason. One answer is written at a time, from a seed, so the
same request gives the same answer on the same machine. A schema is not enforced: the stage reads
every answer strictly. Request time limits do not apply, ``max_tokens`` does.
"""

import asyncio
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from auditor.errors import InputError
from auditor.generate import checkpoint, reasoning
from auditor.generate.completion import Completion, Finish
from auditor.generate.request import Identity, Options, Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model with its tokenizer.

    ``special``  tokens that are no text
    ``ends``     ids of those that end an answer
    ``longest``  tokens of prompt and answer together, at most
    """

    model: Any = field(repr=False)
    tokenizer: Any = field(repr=False)
    special: frozenset[str]
    ends: frozenset[int]
    longest: int


@dataclass(slots=True, eq=False)
class Checkpoint:
    """A checkpoint, loaded when first it is needed, in a thread of its own."""

    folder: Path
    identity: Identity
    remote: bool = False
    lasting: bool = False
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), repr=False)
    _loaded: Loaded | None = field(default=None, repr=False)

    async def ready(self) -> None:
        """Loads it. Raises InputError when it does not load."""
        await self._in_thread(self._load)

    async def complete(self, request: Request) -> Completion:
        """Writes an answer. Raises InputError when the model does not run or take the messages."""
        return await self._in_thread(lambda: _answer(self.folder, self._load(), request))

    async def close(self) -> None:
        """Waits for the answer under way, and lets go of the model."""
        self._thread.shutdown(cancel_futures=True)
        self._loaded = None

    def _load(self) -> Loaded:
        if self._loaded is None:
            with _told(self.folder, "does not load"):
                self._loaded = _load(self.folder)
        return self._loaded

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def connect(options: Options) -> Checkpoint:
    """The checkpoint in the folder ``options.endpoint``; it is looked at, and not yet loaded.

    ``options.model`` names it, else its folder does; ``options.revision`` says which it is, else
    the sha256 of its files. Raises InputError when it is not there, is not complete, or would run
    code of its own.
    """
    folder = Path(options.endpoint)
    try:
        checkpoint.check(folder)
        revision = options.revision or checkpoint.digest(folder)[:16]
    except OSError as error:
        place = error.filename or folder
        raise InputError(f"{place}: {error.strerror}; give the folder of a checkpoint") from None
    name = folder.resolve().name
    identity = Identity("transformers_local", name, options.model or name, revision)
    return Checkpoint(folder, identity)


@contextmanager
def _told(folder: Path, what: str) -> Iterator[None]:
    """One line for whatever a checkpoint makes the libraries raise; they may quote the prompt."""
    from jinja2 import TemplateError
    from safetensors import SafetensorError

    faults = (
        ArithmeticError, AttributeError, ImportError, LookupError, MemoryError, OSError,
        RuntimeError, SafetensorError, TemplateError, TypeError, ValueError,
    )  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except faults as error:
        raise InputError(
            f"{folder}: {what} ({type(error).__name__}); copy it again, or choose a checkpoint"
            " that this version of transformers and this machine can run"
        ) from None


def _load(folder: Path) -> Loaded:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    cuda = torch.cuda.is_available()
    halved = cuda and torch.cuda.is_bf16_supported()
    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    read: Any = AutoModelForCausalLM.from_pretrained(
        folder,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        output_loading_info=True,
        attn_implementation="eager",  # a configuration can name one that has to be fetched
        dtype=torch.bfloat16 if halved else torch.float32,
    )
    model, report = read
    if report["missing_keys"]:  # they would be filled at random
        raise ValueError("weights are missing")
    known = model.get_input_embeddings().num_embeddings
    if max(tokenizer.get_vocab().values()) >= known:
        raise ValueError("the tokenizer is another model's")
    model.to("cuda" if cuda else "cpu").eval()
    ends = model.generation_config.eos_token_id
    return Loaded(
        model,
        tokenizer,
        frozenset(t.content for t in tokenizer.added_tokens_decoder.values() if t.special),
        frozenset({tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])} - {None}),
        getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**31,
    )


def _answer(folder: Path, loaded: Loaded, request: Request) -> Completion:
    with _told(folder, "does not run, or does not take the messages"):
        prompt = _prompt(loaded.tokenizer, request.chat)
        asked = loaded.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
        read = asked["input_ids"].shape[1]
        room = min(request.max_tokens, loaded.longest - read)
        if room < 1:
            return Completion("", "prompt_truncated", prompt_tokens=read)
        ids = _generated(loaded, asked, request, room)[read:]
        written = len(ids)
        finish: Finish = "stop" if ids and ids[-1] in loaded.ends else "length"
        while ids and ids[-1] in loaded.ends:
            ids.pop()
        # Special tokens stay until reasoning is cut off: for some models they are its tags.
        said = loaded.tokenizer.decode(
            ids, skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
    split = reasoning.split(reasoning.opening(prompt) + said, None, finish)
    if not split.closed:
        finish = "unclosed_reasoning"
    elif any(token in split.text for token in loaded.special):
        finish = "other"  # what it sets apart is unknown, and may be reasoning
    return Completion(
        text=split.text if finish == "stop" else "",
        finish=finish,
        reasoning_characters=split.characters,
        reasoning_digest=split.digest,
        prompt_tokens=read,
        completion_tokens=written,
    )


def _prompt(tokenizer: Any, chat: list[dict[str, str]]) -> str:
    """The messages as the model's template writes them; some templates know no system role."""
    from jinja2 import TemplateError

    try:
        return str(tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))
    except TemplateError:
        if len(chat) < 2 or [turn["role"] for turn in chat[:2]] != ["system", "user"]:
            raise
        both = "\n\n".join(turn["content"] for turn in chat[:2])
        chat = [{"role": "user", "content": both}, *chat[2:]]
        return str(tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False))


def _generated(loaded: Loaded, asked: Any, request: Request, most: int) -> list[int]:
    """Ids of the prompt and of what the model goes on with; torch's own seed is left as it was."""
    import torch

    how: dict[str, Any] = {"do_sample": False}
    if request.temperature > 0:
        how = {"do_sample": True, "temperature": request.temperature}
    padding = loaded.tokenizer.pad_token_id
    with torch.inference_mode(), torch.random.fork_rng():
        torch.manual_seed(request.seed)
        ids = loaded.model.generate(
            input_ids=asked["input_ids"].to(loaded.model.device),
            attention_mask=asked["attention_mask"].to(loaded.model.device),
            max_new_tokens=most,
            eos_token_id=sorted(loaded.ends) or None,
            pad_token_id=min(loaded.ends, default=0) if padding is None else padding,
            **how,
        )
    return [int(number) for number in ids[0]]
