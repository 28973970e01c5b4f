"""Labels for every sentence of a source: all are asked about, then read back in order."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from auditor.errors import EndpointFailed
from auditor.generate.asking import Ask, Asker, each
from auditor.generate.caps import CapReached
from auditor.generate.directions.data_to_label import How, Labelling, label
from auditor.generate.drafting import Drafted
from auditor.generate.loop import Watch
from auditor.generate.prompts import Prompt
from auditor.generate.sentences import Sentence
from auditor.generate.taxonomy import Label


@dataclass(frozen=True, slots=True)
class Guide:
    """What sentences are labelled by: language -> labels, and the prompts of both passes."""

    labels: dict[str, tuple[Label, ...]]
    prompts: dict[str, tuple[Prompt, Prompt]]
    how: How


async def label_all(
    sentences: Sequence[Sentence], guide: Guide, asker: Asker, at_once: int, watch: Watch
) -> Drafted:
    """Asks until every sentence was labelled or given up. The answers are in the store."""
    done = Drafted()

    async def work(sentence: Sentence) -> None:
        came = await _label(sentence, guide, asker, asker)
        if isinstance(came, Labelling):
            done.filled += 1
        else:
            done.lost[came] += 1
        watch(done.filled, done.lost.total())

    try:
        async with aclosing(each(work, sentences, at_once)) as ended:
            async for _ in ended:
                pass
    except (EndpointFailed, CapReached) as error:
        done.stopped = str(error)
    done.missing = len(sentences) - done.filled
    return done


def lines(sentences: Sequence[Sentence], guide: Guide, asker: Asker) -> Iterator[str]:
    """The labelled sentences as JSON lines, in order, from the store alone. They are real text."""
    with asyncio.Runner() as runner:
        for sentence in sentences:
            try:
                came = runner.run(_label(sentence, guide, asker.kept, asker))
            except EndpointFailed:  # was never answered
                continue
            if isinstance(came, Labelling):
                yield json.dumps(came.row(), ensure_ascii=False, separators=(",", ":")) + "\n"


async def _label(sentence: Sentence, guide: Guide, ask: Ask, asker: Asker) -> Labelling | str:
    lang = sentence.lang
    labels, prompts = guide.labels[lang], guide.prompts[lang]
    return await label(sentence, ask, labels, prompts, guide.how, asker.backend.identity)
