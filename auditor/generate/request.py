"""What a model is asked, who is asked, and the name under which the answer is kept."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from auditor.generate.completion import Completion
from auditor.record import Fields

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat. Its content may hold real text and is never shown."""

    role: Role
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    ``schema``     JSON schema of the answer as JSON text; empty where free text is asked for
    ``real_text``  the messages hold text of real records: they go to the own machine only, or
                   where a consent says so
    ``labels``, ``lang``, ``turn``  what it is asked for, and the how-manieth text of that kind;
                   for backends that look an answer up instead of writing it
    """

    messages: tuple[Message, ...]
    temperature: float
    max_tokens: int
    seed: int
    schema: str = ""
    real_text: bool = False
    labels: tuple[str, ...] = ()
    lang: str = "en"
    turn: int = 0

    @property
    def chat(self) -> list[dict[str, str]]:
        """All messages, ready for JSON."""
        return [{"role": message.role, "content": message.content} for message in self.messages]

    @property
    def characters(self) -> int:
        """Length of all messages."""
        return sum(len(message.content) for message in self.messages)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers. The same question to another of them is another question.

    ``endpoint`` is the base URL, or what stands for it where nothing is sent.
    """

    backend: str
    endpoint: str
    model: str
    revision: str = ""

    @property
    def writes(self) -> bool:
        """Whether its texts come of what it is asked; those of a file were there before."""
        return self.backend != "file"


@dataclass(frozen=True, slots=True)
class Options:
    """How a backend is reached.

    ``endpoint``     base URL, folder of a checkpoint, or file, as the backend takes it
    ``key_variable`` environment variable that holds the key; never the key itself
    ``timeout``      seconds that one request may take in all, retries not counted
    ``concurrency``  requests under way at once, at most
    ``fields``       which column or key holds what, where ``endpoint`` is a file of records
    ``again``        called before a request is sent another time; what it raises ends the request
    """

    endpoint: str
    model: str = ""
    revision: str = ""
    key_variable: str = ""
    timeout: float = 120.0
    concurrency: int = 8
    fields: Fields = field(default_factory=Fields)
    again: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)


class Backend(Protocol):
    """Who answers requests.

    ``remote``: what is asked leaves this machine. ``lasting``: the same request has the same answer
    whenever it is asked, so that none needs to be kept.
    """

    identity: Identity
    remote: bool
    lasting: bool

    async def ready(self) -> None:
        """Called once, before the first request. Raises InputError when none could succeed."""

    async def complete(self, request: Request) -> Completion:
        """The answer. Raises EndpointFailed when there will be none, however often one asks."""

    async def close(self) -> None:
        """Lets go of connections and memory."""


def name(identity: Identity, request: Request) -> str:
    """Sha256 of all that decides the answer: who is asked, the messages, and how."""
    told = {
        "backend": identity.backend,
        "endpoint": identity.endpoint,
        "model": identity.model,
        "revision": identity.revision,
        "messages": request.chat,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
        "schema": request.schema,
    }
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
