"""Answers that were recorded: the same run again, to the bit, without a model or a network.

The file says whose answers it holds, and this backend answers under that name: a request has the
same name as when it was recorded, so what the stage keeps and reports is the same as well.
"""

from dataclasses import dataclass, field

from auditor.errors import EndpointFailed, InputError
from auditor.generate import recordings
from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Options, Request, name


@dataclass(slots=True, eq=False)
class Replay:
    """Answers by the name of their request."""

    path: str
    identity: Identity
    answers: dict[str, Completion] = field(repr=False)
    remote: bool = False
    lasting: bool = True

    async def ready(self) -> None:
        """Nothing to do: the file was read on connecting."""

    async def complete(self, request: Request) -> Completion:
        """What was answered. Raises EndpointFailed for a request that was not recorded."""
        asked = name(self.identity, request)
        if (answer := self.answers.get(asked)) is None:
            raise EndpointFailed(
                f"{self.path}: has no answer to request {asked[:12]}; run with the prompt, labels,"
                " languages, seed, source and policy of the recorded run, or record this one with"
                f" the backend {self.identity.backend!r:.60}"
            )
        return answer

    async def close(self) -> None:
        """Nothing to let go of."""


def connect(options: Options) -> Replay:
    """Reads the recordings at ``options.endpoint``.

    Raises InputError when they cannot be read, or are of another model or revision than the
    options name.
    """
    identity, answers = recordings.read(options.endpoint)
    for flag, asked, recorded in (
        ("--model", options.model, identity.model),
        ("--revision", options.revision, identity.revision),
    ):
        if asked not in ("", recorded):
            raise InputError(
                f"{options.endpoint}: recorded with {flag} {recorded!r:.80}; leave {flag} out, or"
                " give the recordings of the one you mean"
            )
    return Replay(options.endpoint, identity, answers)
